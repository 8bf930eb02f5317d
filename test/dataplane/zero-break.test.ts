/**
 * Rows change under established connections, with real directors, proxies and packets: none breaks, whatever the order in which directors hear of it and
 * wherever the router sends a flow. Without the second candidate the same change breaks many.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordOf } from '../../packages/cluster/src/index.ts';
import { until } from './waiting.ts';
import { ids, proxies, size, vip, type Way, ZeroBreakNet } from './zero-break-net.ts';

let net: ZeroBreakNet;
const figures: string[] = [];

afterAll(() => console.log(figures.join('\n')));

/** A network of its own for the tests of a block. */
function inNet(mode: Way): void {
  beforeAll(async () => {
    net = await ZeroBreakNet.up(mode);
    await net.steerBoth(settled());
    await net.route('l4a', 'l4b');
  });
  afterAll(() => net?.down());
}

const spread = (row: number): number => ids[proxies[row % 3] ?? 'p1'];
/** Every row with its owner, a third each. */
const settled = (): Uint32Array =>
  Uint32Array.from({ length: size }, (_, row) => wordOf(spread(row)));
/** Where the rows of p1 go when it is drained. */
const heir = (row: number): number => (row % 2 === 0 ? ids.p2 : ids.p3);
/** Rows of p1 as they stand at a step of its drain; `bare`: as if packets named no second candidate. */
const drained = (step: 'arm' | 'flip' | 'clear' | 'bare'): Uint32Array =>
  settled().map((word, row) => {
    if (spread(row) !== ids.p1) return word;
    if (step === 'arm') return wordOf(ids.p1, heir(row), true);
    return wordOf(heir(row), step === 'flip' ? ids.p1 : 0);
  });
const each = 500;

/** `each` connections of both families that stay open. */
async function open(): Promise<void> {
  for (const family of [4, 6] as const) {
    for (let at = 0; at < each; at += 100) {
      const { failed } = await net.drive('open', vip[family], { count: 100 });
      expect(failed).toBe(0);
    }
  }
}

const whole = { alive: 2 * each, broken: 0 };

function drainBreaksNone(mode: Way): void {
  beforeAll(open);
  afterAll(async () => {
    await net.drive('abort');
    await net.steerBoth(settled());
    await net.route('l4a', 'l4b');
  });

  test('armed, flipped on one director, flipped on both: no connection breaks', async () => {
    await net.steerBoth(drained('arm'));
    expect(await net.drive('ping')).toEqual(whole);
    await net.steer('l4a', drained('flip'));
    expect(await net.drive('ping')).toEqual(whole);
    await net.steer('l4b', drained('flip'));
    expect(await net.drive('ping')).toEqual(whole);
    const { servers } = await net.drive('short', vip[4], { count: 100 });
    expect(servers).not.toHaveProperty('p1');
    figures.push(`${mode}: drain of 1 of 3 proxies, ${2 * each} connections: 0 broken`);
  });

  test('a director dies meanwhile: the other one finds the owner of every flow', async () => {
    await net.route('l4b');
    expect(await net.drive('ping')).toEqual(whole);
    await net.route('l4a');
    expect(await net.drive('ping')).toEqual(whole);
    await net.route('l4a', 'l4b');
    expect(await net.drive('ping')).toEqual(whole);
  });

  test('and back again, by a flip alone', async () => {
    await net.steerBoth(settled());
    expect(await net.drive('ping')).toEqual(whole);
  });

  test('without the second candidate the same change breaks many', async () => {
    await net.steerBoth(drained('bare'));
    const { alive, broken } = await net.drive('ping');
    figures.push(
      `${mode}: the same without second candidates: ${broken} of ${alive + broken} broken`,
    );
    expect(broken).toBeGreaterThan(each / 5);
  });
}

/** The client hears none of these for a while. */
async function deaf<T>(drop: string, act: () => Promise<T>): Promise<T> {
  const rules = `table inet deaf { chain input { type filter hook input priority 0; ${drop}; }; }`;
  await net.nodes.client.must(`nft '${rules}'`);
  return act();
}
const hears = () => net.nodes.client.must('nft delete table inet deaf');
const count = 300;

function cornerCases(family: 4 | 6): void {
  test('a SYN sent again after the flip: the client goes on with whichever answers first', async () => {
    await net.steerBoth(drained('arm'));
    const synAck = 'tcp flags & (syn|ack) == syn|ack counter drop';
    const opened = await deaf(synAck, async () => {
      const opening = net.drive('from', vip[family], { count });
      await until(
        () => net.nodes.client.must('nft -j list table inet deaf'),
        (text) => Number(/"packets": (\d+)/.exec(text)?.[1]) >= count,
      );
      await net.steerBoth(drained('flip'));
      await hears();
      return opening;
    });
    expect(opened.failed).toBe(0);
    expect((await net.drive('ping')).broken).toBe(0);
    await net.drive('abort');
    await net.steerBoth(settled());
  });

  test('ports that were used before: a socket in TIME_WAIT does not catch the new connection', async () => {
    await net.route('l4a');
    expect((await net.drive('from', vip[family], { count })).failed).toBe(0);
    await net.drive('bye');
    await net.steerBoth(drained('arm'));
    await net.steer('l4b', drained('flip'));
    // They begin through a director that has flipped, and go on through one that has not.
    await net.route('l4b');
    expect((await net.drive('from', vip[family], { count })).failed).toBe(0);
    await net.route('l4a');
    expect(await net.drive('ping')).toMatchObject({ alive: count, broken: 0 });
    await net.drive('abort');
    await net.steerBoth(settled());
  });

  test('a client that came back after a crash: sockets of its former life do not catch its packets', async () => {
    await net.route('l4a');
    const began = performance.now();
    expect((await net.drive('from', vip[family], { count })).failed).toBe(0);
    await net.nodes.client.must(
      "nft 'table inet mute { chain output { type filter hook output priority 0; tcp flags & (fin|rst) != 0 drop; }; }'",
    );
    await net.drive('abort');
    await net.nodes.client.must('nft delete table inet mute');
    // Initial sequence numbers are 2^24 apart after 1.07 s.
    await until(
      async () => performance.now() - began,
      (ms) => ms > 1_300,
    );
    await net.steerBoth(drained('arm'));
    await net.steer('l4b', drained('flip'));
    await net.route('l4b');
    expect((await net.drive('from', vip[family], { count })).failed).toBe(0);
    await net.route('l4a');
    expect(await net.drive('ping')).toMatchObject({ alive: count, broken: 0 });
    await net.drive('abort');
    await net.steerBoth(settled());
    await net.route('l4a', 'l4b');
  });
}

describe('DSR', () => {
  inNet('dsr');
  describe('a proxy is drained', () => drainBreaksNone('dsr'));
  describe.for([4, 6] as const)('corner cases, IPv%i', cornerCases);
  test('every rule of the check had its packets, and what one handed on another took', async () => {
    const counters = await net.counters();
    figures.push(`packets by rule: ${JSON.stringify(counters)}`);
    for (const word of ['socket', 'request', 'on-listener', 'on-request', 'on-time-wait', 'on-far'])
      expect(counters[word], word).toBeGreaterThan(0);
    const on = Object.entries(counters).filter(([word]) => word.startsWith('on-'));
    const handedOn = on.reduce((sum, [, packets]) => sum + packets, 0);
    // The packet that each driver sent through its program went no further.
    expect(counters['handed-on']).toBe(handedOn - proxies.length);
  });
});

describe.for(['tunnel', 'gue'] as const)('%s', (way) => {
  inNet(way);
  describe('a proxy is drained', () => drainBreaksNone(way));
});

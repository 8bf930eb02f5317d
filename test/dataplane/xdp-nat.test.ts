/** Destination NAT of xdp with real connections, over two directors, in settled rows and in change. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wordOf } from '../../packages/cluster/src/index.ts';
import { directorState, vip4, vip6 } from './three-hop.ts';
import { directors, Translating } from './translating.ts';

const flows = 100;
let cluster: Translating;
beforeAll(async () => {
  cluster = await Translating.up('dnat');
});
afterAll(() => cluster?.down());

/** Connections to the VIP in both families. */
async function open(): Promise<void> {
  for (const vip of [vip4, vip6])
    expect((await cluster.net.drive('open', vip, 80, flows)).failed).toBe(0);
}
const allAlive = async () =>
  expect(await cluster.net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });

test('TCP in both families and UDP are spread over the reals, and answered by the VIP', async () => {
  const { drive } = cluster.net;
  for (const vip of [vip4, vip6]) {
    const { servers, failed } = await drive('open', vip, 80, flows);
    expect([failed, Object.keys(servers).sort()]).toEqual([0, ['p1', 'p2']]);
  }
  expect((await drive('udp', vip4, 53, 40)).failed).toBe(0);
  await allAlive();
  await drive('close');
});

test('another director, which saw none of it, carries both ways of a flow on', async () => {
  await open();
  for (const name of ['l4b', 'l4a'] as const) {
    await cluster.through(name);
    await allAlive();
  }
  await cluster.net.drive('close');
  for (const name of directors) {
    const { traffic, drops } = await cluster.sample(name);
    expect(traffic?.services['web']?.packets).toBeGreaterThanOrEqual(2 * flows);
    expect(Object.keys(drops ?? {})).not.toContain('malformed');
  }
});

test('a real is drained and comes back: its flows stay, new ones go to the other, and it is empty when they end', async () => {
  await cluster.through('l4a');
  await open();
  for (const ofP1 of [wordOf(1, 2, true), wordOf(2, 1)]) {
    await cluster.turn(ofP1, wordOf(2));
    await allAlive();
  }
  expect((await cluster.net.drive('short', vip4, 80, 20)).servers).toEqual({ p2: 20 });
  await cluster.counted('l4a', (p1, p2) => p1 > 0 && p1 + p2 === 2 * flows);
  await cluster.turn(wordOf(1, 2), wordOf(2));
  await allAlive();
  await cluster.turn(wordOf(2, 1), wordOf(2));
  await cluster.net.drive('close');
  await cluster.counted('l4a', (p1, p2) => p1 === 0 && p2 === 0);
});

test('a director that saw none of it carries flows of a row in change on, both of its reals’', async () => {
  for (const word of [wordOf(2, 1), wordOf(1, 2)]) {
    await cluster.turn(wordOf(1), wordOf(2));
    await cluster.through('l4a');
    await open();
    await cluster.turn(word, wordOf(2));
    await cluster.through('l4b');
    await allAlive();
    await cluster.net.drive('close');
  }
  // The row flipped back looks as if its flows were the other's, who resets them to the director.
  expect((await cluster.sample('l4b')).drops?.['asked-on']).toBeGreaterThan(0);
  await cluster.turn(wordOf(1), wordOf(2));
  await cluster.through('l4a');
});

test('a generation without the mode takes answers out, and one with it brings them back', async () => {
  await cluster.steer('l4a', { state: directorState('l4a') });
  expect((await cluster.net.drive('short', vip4, 80, 1)).failed).toBe(1);
  await cluster.steer('l4a');
  expect((await cluster.net.drive('short', vip4, 80, flows)).failed).toBe(0);
});

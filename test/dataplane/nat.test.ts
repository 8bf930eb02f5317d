/** nft directors that translate, with real packets on two directors: what flows survive, and what of them is counted. The router's way is set by hand, so that it is known. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordOf } from '../../packages/cluster/src/index.ts';
import { directorDigest } from '../../packages/l4-tier/src/index.ts';
import {
  addressOf,
  alternating,
  director,
  directorLive,
  directorState,
  ping,
  receiver,
  receiverLive,
  receiverState,
  ThreeHop,
  vip4,
  vip6,
} from './three-hop.ts';
import { until } from './waiting.ts';
import { nearClient, ownCalls } from './within.ts';

const version = { generation: 1, epoch: 1, revision: 1 };
const flows = 200;
const client = '192.0.2.2';
type Director = 'l4a' | 'l4b';
type NatMode = 'dnat' | 'full-nat';

let net: ThreeHop;
let mode: NatMode;
const figures: string[] = [];

/** Both families of the VIP go to one director from now on. */
const through = (name: Director) =>
  net.nodes.r1.must(
    `ip route replace ${vip4} via ${addressOf(name)}; ip -6 route replace ${vip6} via ${addressOf(name, 6)}`,
  );
const open = (count = flows, vip = vip4) => net.drive('open', vip, 80, count);
const short = (count = flows) => net.drive('short', vip4, 80, count);
const counted = async (name: Director) =>
  (await director.sample(net.nodes[name], directorState(name, mode))).flows ?? {};

async function steer(live = directorLive()): Promise<void> {
  const read = await Promise.all(
    (['l4a', 'l4b'] as const).map((name) =>
      director.steer(net.nodes[name], directorState(name, mode), live, version),
    ),
  );
  expect(new Set(read)).toEqual(new Set([directorDigest(directorState('l4a', mode), live)]));
}

/** Packets that a director dropped for a reason. */
async function dropped(name: Director, reason: string): Promise<number> {
  const { drops = {} } = await director.sample(net.nodes[name], directorState(name, mode));
  return drops[reason] ?? 0;
}

async function up(which: NatMode): Promise<void> {
  mode = which;
  net = await ThreeHop.up(which);
  for (const name of ['p1', 'p2'] as const) {
    const state = receiverState(name, which);
    const read = await receiver.steer(net.nodes[name], state, receiverLive, version);
    expect(read).toBe(receiver.liveDigest(state, receiverLive));
  }
  await steer();
  await through('l4a');
  // The first packets of a way may come before its neighbours are known.
  for (const vip of [vip4, vip6])
    await until(
      () => net.drive('short', vip, 80, 1),
      ({ failed }) => failed === 0,
    );
}

afterAll(() => console.log(figures.join('\n')));

function testCallersWithin(): void {
  test('a client among the reals is served like any other, and a real that calls the VIP, by itself too', async () => {
    const near = await nearClient(net);
    for (const vip of [vip4, vip6])
      expect(await near.drive('short', vip, 80, 40)).toEqual({
        servers: { p1: expect.any(Number), p2: expect.any(Number) },
        failed: 0,
      });
    await near.down();
    expect(await ownCalls(net)).toEqual({ p1: expect.any(Number), p2: expect.any(Number) });
  });
}

describe('destination NAT', () => {
  beforeAll(() => up('dnat'));
  afterAll(() => net?.down());

  test('TCP in both families and UDP are spread over the reals', async () => {
    for (const vip of [vip4, vip6]) {
      const { servers, failed } = await open(flows, vip);
      expect(failed).toBe(0);
      expect(Object.keys(servers).sort()).toEqual(['p1', 'p2']);
    }
    expect((await net.drive('udp', vip4, 53, 40)).failed).toBe(0);
    expect(await net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
    const all = await counted('l4a');
    expect((all['l7/p1'] ?? 0) + (all['l7/p2'] ?? 0)).toBeGreaterThanOrEqual(2 * flows);
    await net.drive('close');
  });

  test('another director takes flows over in their middle, and gives them back', async () => {
    expect((await open()).failed).toBe(0);
    await through('l4b');
    expect(await net.drive('ping')).toEqual({ alive: flows, broken: 0 });
    await through('l4a');
    expect(await net.drive('ping')).toEqual({ alive: flows, broken: 0 });
    figures.push(`dnat, all flows to another director and back: 0 of ${flows} broken`);
    await net.drive('close');
  });

  testCallersWithin();

  test('rows move new flows; those that were there stay, on another director too', async () => {
    expect((await open()).failed).toBe(0);
    const rows = alternating().map((word) => (word === wordOf(1) ? wordOf(2, 1) : word));
    await steer(directorLive({ rows }));
    expect((await short()).servers).toEqual({ p2: flows });
    expect(await net.drive('ping')).toEqual({ alive: flows, broken: 0 });
    await through('l4b');
    expect(await net.drive('ping')).toEqual({ alive: flows, broken: 0 });
    figures.push(`dnat, p1 drained, then another director: 0 of ${flows} broken`);
    await through('l4a');
    await net.drive('close');
    await steer();
  });

  test('one row of 4,096 changes without the rest', async () => {
    const times: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      const rows = alternating();
      rows[7] = wordOf(turn % 2 === 0 ? 1 : 2);
      const began = performance.now();
      await steer(directorLive({ rows }));
      times.push(performance.now() - began);
    }
    const median = times.sort((a, b) => a - b)[4] ?? 0;
    figures.push(`dnat, one row changed and read back on two directors: ${median.toFixed(0)} ms`);
    await steer();
  });

  test('flows of a dead real are reset instead of hanging, the others stay', async () => {
    const { servers } = await open();
    await net.nodes.p1.must('ip link set edge down');
    const began = performance.now();
    await steer(directorLive({ rows: alternating().fill(wordOf(2)), dead: 'p1' }));
    const steeredMs = performance.now() - began;
    const answer = await net.drive('ping');
    const brokenMs = performance.now() - began;
    expect(answer).toEqual({ alive: servers['p2'], broken: servers['p1'] });
    expect(brokenMs, 'a connection that hangs is given up after 1,500 ms').toBeLessThan(1_500);
    figures.push(
      `dnat, a real dies: ${servers['p1']} of ${flows} reset ${brokenMs.toFixed(0)} ms after the verdict (steering both directors took ${steeredMs.toFixed(0)} ms)`,
    );
    expect(await net.nodes.l4a.must('conntrack -L --mark 1 2>/dev/null')).toBe('');
    await net.drive('close');
    await net.nodes.p1.must(
      `ip link set edge up; ip addr replace ${addressOf('p1', 6)}/64 dev edge nodad; ip route replace default via ${addressOf('r1')}; ip -6 route replace default via ${addressOf('r1', 6)}`,
    );
    await steer();
  });

  test('a device that came back gets its ways back again', async () => {
    const state = receiverState('p1', 'dnat');
    const seen = await receiver.observe(net.nodes.p1, state);
    expect(seen.running).toBe(false);
    expect(await receiver.steer(net.nodes.p1, state, receiverLive, version)).toBe(
      receiver.liveDigest(state, receiverLive),
    );
    expect((await receiver.observe(net.nodes.p1, state)).running).toBe(true);
    expect((await short()).failed).toBe(0);
  });

  test('a VIP that nobody has answers pings, and "too big" reaches the real that has to send less', async () => {
    for (const vip of [vip4, vip6]) expect(await net.nodes.client.must(ping(vip))).toBe('answered');
    await net.nodes.r1.must('ip link set core mtu 1280');
    for (const vip of [vip4, vip6]) {
      const { servers, failed } = await net.drive('big', vip, 80, 8);
      expect([vip, failed]).toEqual([vip, 0]);
      expect(Object.values(servers).reduce((a, b) => a + b, 0)).toBe(8);
    }
    await net.nodes.r1.must('ip link set core mtu 1500');
  });

  test('what is not served is dropped and counted, and so is an answer to an unknown flow', async () => {
    expect((await net.drive('open', vip4, 81, 1)).failed).toBe(1);
    expect(await dropped('l4a', 'no-port')).toBeGreaterThan(0);
    const stray = `nft -f - <<'END'
table ip stray { chain out { type nat hook postrouting priority srcnat; udp dport 9999 masquerade to :53; }; }
END
ip route replace ${client} via ${addressOf('l4a')}
perl -e 'use Socket; socket(S, PF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in(0, inet_aton("${addressOf('p1')}"))); send(S, "x", 0, sockaddr_in(9999, inet_aton("${client}")))'`;
    await net.nodes.p1.must(stray);
    await until(
      () => dropped('l4a', 'stray'),
      (count) => count === 1,
    );
  });
});

describe('full NAT', () => {
  beforeAll(() => up('full-nat'));
  afterAll(() => net?.down());

  test('TCP in both families and UDP, from the director’s own address', async () => {
    for (const vip of [vip4, vip6]) expect((await open(flows, vip)).failed).toBe(0);
    expect((await net.drive('udp', vip4, 53, 40)).failed).toBe(0);
    expect(await net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
    const peers = await net.nodes.p1.must(`ss -Htn state established '( sport = 80 )'`);
    expect(peers).toContain(addressOf('l4a'));
    expect(peers).not.toContain(client);
    await net.drive('close');
  });

  test('another director knows nothing of a flow: it is reset, and new ones are served', async () => {
    expect((await open()).failed).toBe(0);
    await through('l4b');
    const began = performance.now();
    expect(await net.drive('ping')).toEqual({ alive: 0, broken: flows });
    const tookMs = performance.now() - began;
    expect(tookMs, 'a connection that hangs is given up after 1,500 ms').toBeLessThan(1_500);
    figures.push(
      `full NAT, all flows to another director: ${flows} of ${flows} reset within ${tookMs.toFixed(0)} ms`,
    );
    expect((await short()).failed).toBe(0);
    await through('l4a');
    await net.drive('close');
  });

  testCallersWithin();

  test('rows move new flows; those that were there stay', async () => {
    expect((await open()).failed).toBe(0);
    const rows = alternating().map((word) => (word === wordOf(1) ? wordOf(2, 1) : word));
    await steer(directorLive({ rows }));
    expect((await short()).servers).toEqual({ p2: flows });
    expect(await net.drive('ping')).toEqual({ alive: flows, broken: 0 });
    await net.drive('close');
    await steer();
  });

  test('where no source port is free flows are refused, counted and told of', async () => {
    const { l4a } = net.nodes;
    const rules = '/etc/tricade/director.nft';
    await l4a.must('conntrack -F 2>/dev/null');
    await l4a.must(
      `sed -i 's/:1024-65535/:40000-40003/' ${rules} && systemctl reload tricade-director.service`,
    );
    await steer(directorLive({ rows: alternating().fill(wordOf(1)) }));
    const { servers } = await open(12);
    expect(servers['p1'], 'four ports').toBe(4);
    const seen = await director.observe(l4a, directorState('l4a', 'full-nat'));
    const refused = seen.notes.find((note) => note.includes('want of a free port')) ?? '';
    expect(Number(/(\d+) first packets dropped/.exec(refused)?.[1])).toBeGreaterThan(0);
    figures.push(`full NAT, 4 source ports for 12 flows: ${refused}`);
  });
});

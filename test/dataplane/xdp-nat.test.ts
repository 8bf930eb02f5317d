/**
 * Destination NAT of xdp with real connections: bundle and maps as the driver fills them, the kernel's neighbours and routes, ways back on the reals.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passProgram } from '../../infra/lab/src/pass-program.ts';
import { type DirectorLive, type DirectorState, wordOf } from '../../packages/cluster/src/index.ts';
import { install } from './install.ts';
import {
  addressOf,
  directorLive,
  directorState,
  receiver,
  receiverLive,
  receiverState,
  size,
  ThreeHop,
  vip4,
  vip6,
} from './three-hop.ts';
import { until } from './waiting.ts';
import { xdpDirector, xdpFiles } from './xdp-node.ts';

const version = { generation: 1, epoch: 1, revision: 1 };
const directors = ['l4a', 'l4b'] as const;
const reals = ['p1', 'p2'] as const;
type Director = (typeof directors)[number];
const flows = 100;
let net: ThreeHop;

/** Both families of the VIP go to one director from now on. */
const through = (name: Director) =>
  net.nodes.r1.must(
    `ip route replace ${vip4} via ${addressOf(name)}; ip -6 route replace ${vip6} via ${addressOf(name, 6)}`,
  );
const steer = (
  name: Director,
  { state = directorState(name, 'dnat'), live = directorLive() }: Partial<Steered> = {},
) => xdpDirector.steer(net.nodes[name], state, live, version);
interface Steered {
  readonly state: DirectorState;
  readonly live: DirectorLive;
}
/** Every row of both directors: the words of those that p1 has first, and of those that p2 has. */
const turn = (ofP1: number, ofP2: number) => {
  const rows = Uint32Array.from({ length: size }, (_, row) => (row % 2 === 0 ? ofP1 : ofP2));
  return Promise.all(directors.map((name) => steer(name, { live: directorLive({ rows }) })));
};
const drops = async (name: Director) =>
  (await xdpDirector.sample(net.nodes[name], directorState(name, 'dnat'))).drops ?? {};

/** The director's program in the place of nft's rules. */
async function becomeXdp(name: Director): Promise<void> {
  const node = net.nodes[name];
  await node.must(
    'nft flush ruleset; rm /run/active-director; ethtool -K edge tx off >/dev/null; sysctl -qw net.ipv4.conf.edge.forwarding=0 net.ipv6.conf.all.forwarding=0',
  );
  const { bpf, blobs } = await xdpFiles();
  const state = directorState(name, 'dnat');
  await install(node, xdpDirector.render({ ...state, bpf }), blobs);
  expect(await steer(name)).toBe(xdpDirector.liveDigest(state, directorLive()));
}

beforeAll(async () => {
  net = await ThreeHop.up('dnat');
  const { nodes } = net;
  // Sums that the kernel leaves to a card are not made good at the XDP hook; what a program sends back by a veth arrives where the other end has one.
  for (const node of [nodes.r1, nodes.p1, nodes.p2])
    await node.must('ethtool -K edge tx off >/dev/null');
  await nodes.client.must('ethtool -K eth0 tx off >/dev/null');
  await nodes.lan.write([{ path: '/run/pass.o', content: passProgram(), mode: 0o644 }]);
  for (const name of directors) {
    await nodes.lan.must(`ip link set dev ${name}-edge xdpdrv obj /run/pass.o sec xdp`);
    await becomeXdp(name);
  }
  for (const name of reals)
    await receiver.steer(nodes[name], receiverState(name, 'dnat'), receiverLive, version);
  await through('l4a');
  for (const vip of [vip4, vip6])
    await until(
      () => net.drive('short', vip, 80, 1),
      ({ failed }) => failed === 0,
    );
});
afterAll(() => net?.down());

test('TCP in both families and UDP are spread over the reals, and answered by the VIP', async () => {
  for (const vip of [vip4, vip6]) {
    const { servers, failed } = await net.drive('open', vip, 80, flows);
    expect([failed, Object.keys(servers).sort()]).toEqual([0, [...reals]]);
  }
  expect((await net.drive('udp', vip4, 53, 40)).failed).toBe(0);
  expect(await net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
  await net.drive('close');
});

test('another director, which saw none of it, carries both ways of a flow on', async () => {
  for (const vip of [vip4, vip6]) expect((await net.drive('open', vip, 80, flows)).failed).toBe(0);
  for (const name of ['l4b', 'l4a'] as const) {
    await through(name);
    expect(await net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
  }
  await net.drive('close');
  for (const name of directors) {
    const { traffic, drops } = await xdpDirector.sample(
      net.nodes[name],
      directorState(name, 'dnat'),
    );
    expect(traffic?.services['web']?.packets).toBeGreaterThanOrEqual(2 * flows);
    expect(Object.keys(drops ?? {})).not.toContain('malformed');
  }
});

test('a real is drained and comes back: its flows stay, new ones go to the other, and it is empty when they end', async () => {
  const flowsOf = async () => {
    const { flows } = await xdpDirector.sample(net.nodes.l4a, directorState('l4a', 'dnat'));
    return flows ?? {};
  };
  await through('l4a');
  for (const vip of [vip4, vip6]) expect((await net.drive('open', vip, 80, flows)).failed).toBe(0);
  for (const ofP1 of [wordOf(1, 2, true), wordOf(2, 1)]) {
    await turn(ofP1, wordOf(2));
    expect(await net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
  }
  expect((await net.drive('short', vip4, 80, 20)).servers).toEqual({ p2: 20 });
  await until(flowsOf, ({ 'l7/p1': p1 = 0, 'l7/p2': p2 = 0 }) => p1 + p2 === 2 * flows && p1 > 0);
  await turn(wordOf(1, 2), wordOf(2));
  expect(await net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
  await turn(wordOf(2, 1), wordOf(2));
  await net.drive('close');
  await until(flowsOf, (counts) => Object.values(counts).every((count) => count === 0));
});

test('a director that saw none of it carries flows of a row in change on, both of its reals’', async () => {
  for (const word of [wordOf(2, 1), wordOf(1, 2)]) {
    await turn(wordOf(1), wordOf(2));
    await through('l4a');
    for (const vip of [vip4, vip6])
      expect((await net.drive('open', vip, 80, flows)).failed).toBe(0);
    await turn(word, wordOf(2));
    await through('l4b');
    expect(await net.drive('ping')).toEqual({ alive: 2 * flows, broken: 0 });
    await net.drive('close');
  }
  // The row flipped back looks as if its flows were the other's, who resets them to the director.
  expect((await drops('l4b'))['asked-on']).toBeGreaterThan(0);
  await turn(wordOf(1), wordOf(2));
  await through('l4a');
});

test('a router that is to be asked for first: the kernel sends the answer on, also where the VIP is its own', async () => {
  const forget = 'ip neigh flush dev edge; ip -6 neigh flush dev edge';
  const own = `ip addr replace ${vip4}/32 dev edge; ip addr replace ${vip6}/128 dev edge nodad`;
  await through('l4a');
  for (const before of [forget, `${own}; ${forget}`]) {
    for (const vip of [vip4, vip6]) {
      await net.nodes.l4a.must(before);
      expect((await net.drive('short', vip, 80, 1)).failed, `${vip}: ${before}`).toBe(0);
    }
  }
  await net.nodes.l4a.must(`ip addr del ${vip4}/32 dev edge; ip addr del ${vip6}/128 dev edge`);
});

test('a generation without the mode takes answers out, and one with it brings them back', async () => {
  await steer('l4a', { state: directorState('l4a') });
  expect((await net.drive('short', vip4, 80, 1)).failed).toBe(1);
  await steer('l4a');
  expect((await net.drive('short', vip4, 80, flows)).failed).toBe(0);
});

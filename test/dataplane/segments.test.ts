/** Long bodies through tunnels on networks without room for them: what receivers offer is what clients learn from, also where a router swallows ICMP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReceiverState, wordOf } from '../../packages/cluster/src/index.ts';
import { install } from './install.ts';
import type { NamespaceNode } from './namespace-node.ts';
import {
  addressOf,
  director,
  directorLive,
  directorState,
  receiver,
  receiverLive,
  receiverState,
  ThreeHop,
  vip4,
  vip6,
} from './three-hop.ts';
import { until } from './waiting.ts';
import { nearClient, ownCalls } from './within.ts';
import { proxies, size, vip, ZeroBreakNet } from './zero-break-net.ts';

const version = { generation: 1, epoch: 1, revision: 1 };

/** The router passes no word of a packet that was too big, and says none. */
const swallowIcmp = `nft -f - <<'END'
table inet swallow {
  chain forward {
    type filter hook forward priority 0;
    icmp type destination-unreachable icmp code frag-needed drop
    icmpv6 type packet-too-big drop
  }
}
END`;

/** Outer packets that a director had to split. */
async function split(node: NamespaceNode): Promise<number> {
  const text = await node.must('nstat -asz IpFragCreates Ip6FragCreates');
  const counts = [...text.matchAll(/FragCreates\s+(\d+)/g)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('nft', () => {
  const names = ['p1', 'p2'] as const;
  const segmentCaps = [
    { vip: vip4, mssBytes: 1_410 },
    { vip: vip6, mssBytes: 1_370 },
  ];
  const capped = (name: 'p1' | 'p2'): ReceiverState => ({
    ...receiverState(name, 'tunnel'),
    segmentCaps,
  });
  let net: ThreeHop;

  beforeAll(async () => {
    net = await ThreeHop.up('tunnel');
    const { nodes } = net;
    await director.steer(nodes.l4a, directorState('l4a', 'tunnel'), directorLive(), version);
    await nodes.r1.must(
      `ip route add ${vip4} via ${addressOf('l4a')}; ip -6 route add ${vip6} via ${addressOf('l4a', 6)}`,
    );
    for (const each of [vip4, vip6])
      await until(
        () => net.drive('short', each, 80, 1),
        ({ failed }) => failed === 0,
      );
  });
  afterAll(() => net?.down());

  test('without caps the outer packets are split with IPv4, and lost with IPv6', async () => {
    expect(await net.drive('upload', vip4, 80, 1)).toMatchObject({ failed: 0 });
    expect(await split(net.nodes.l4a)).toBeGreaterThan(200);
    expect(await net.drive('upload', vip6, 80, 1)).toMatchObject({ failed: 1 });
  });

  test('doctor and acks tell of caps that are not there, and of none once they are', async () => {
    for (const name of names) {
      const [node, state] = [net.nodes[name], capped(name)];
      expect((await receiver.observe(node, state)).notes).toEqual([
        `an MSS of 1410 for ${vip4} is not there`,
        `an MSS of 1370 for ${vip6} is not there`,
      ]);
      const digest = receiver.liveDigest(state, receiverLive);
      expect(await receiver.steer(node, state, receiverLive, version)).not.toBe(digest);
      await install(node, receiver.render(state));
      await node.must('systemctl start tricade-receiver-segments.service');
      expect(await receiver.observe(node, state)).toMatchObject({
        running: true,
        notes: [],
      });
      expect(await receiver.steer(node, state, receiverLive, version)).toBe(digest);
    }
  });

  test('with caps every body arrives, and no packet is split', async () => {
    const before = await split(net.nodes.l4a);
    for (const each of [vip4, vip6])
      expect(await net.drive('upload', each, 80, 4)).toMatchObject({ failed: 0 });
    expect(await split(net.nodes.l4a)).toBe(before);
  });

  test('a client among the reals is served like any other; a real that calls the VIP answers itself', async () => {
    const near = await nearClient(net);
    for (const each of [vip4, vip6])
      expect(await near.drive('upload', each, 80, 4)).toMatchObject({ failed: 0 });
    await near.down();
    expect(await ownCalls(net)).toEqual({ p1: 80 });
  });
});

describe('xdp', () => {
  let net: ZeroBreakNet;
  const upload = (family: 4 | 6, count: number) => net.drive('upload', vip[family], { count });

  beforeAll(async () => {
    net = await ZeroBreakNet.up('tunnel');
    await net.steerBoth(Uint32Array.from({ length: size }, (_, row) => wordOf(1 + (row % 3))));
    await net.route('l4a');
    for (const family of [4, 6] as const)
      await until(
        () => net.drive('short', vip[family], { count: 1 }),
        ({ failed }) => failed === 0,
      );
  });
  afterAll(() => net?.down());

  test('bodies hang where a router swallows the directors’ ICMP, but for caps', async () => {
    await net.nodes.r1.must(swallowIcmp);
    expect((await upload(4, 1)).failed).toBe(1);
    await net.offer([
      { vip: vip[4], mssBytes: 1_440 },
      { vip: vip[6], mssBytes: 1_420 },
    ]);
    for (const family of [4, 6] as const) expect((await upload(family, 6)).failed).toBe(0);
  });

  test('without caps a director’s "too big" reaches who has to send less', async () => {
    await net.nodes.r1.must('nft delete table inet swallow');
    for (const name of proxies)
      await net.nodes[name].must('systemctl stop tricade-receiver-segments.service');
    for (const family of [4, 6] as const) expect((await upload(family, 2)).failed).toBe(0);
    const learned = await net.nodes.client.must(`ip route get ${vip[4]}; ip route get ${vip[6]}`);
    expect(learned.match(/mtu 14[68]0/g)).toHaveLength(2);
  });
});

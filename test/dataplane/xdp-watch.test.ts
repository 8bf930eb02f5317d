/** One flow under watch, and events for which there is no room: the xdp driver and its helper against this kernel. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type DirectorLive,
  type DirectorService,
  type DirectorState,
  flowHash,
  keyBytes,
} from '../../packages/cluster/src/index.ts';
import type { Arm } from '../../packages/l4-tier/src/xdp/abi.ts';
import { canaryFrame } from '../../packages/l4-tier/src/xdp/canary.ts';
import { type HelperClient, helperOf } from '../../packages/l4-tier/src/xdp/helper-client.ts';
import { watchPackets } from '../../packages/l4-tier/src/xdp/watch.ts';
import { install } from './install.ts';
import type { NamespaceNode } from './namespace-node.ts';
import { directorLive, hashKey, vip4 } from './three-hop.ts';
import { xdpDirector, xdpFiles, xdpNode, xdpState } from './xdp-node.ts';

const client = '192.0.2.7';
const at = { generation: 1, epoch: 1, revision: 1 };
const { bpf, blobs } = await xdpFiles();
/** Nothing is told of by chance. */
const state: DirectorState = { ...xdpState(bpf), sample: 0 };
let node: NamespaceNode;
beforeAll(async () => {
  node = await xdpNode();
});
afterAll(() => node?.close());

async function steered(of: DirectorState, live: DirectorLive = directorLive()): Promise<void> {
  await install(node, xdpDirector.render(of), blobs);
  await xdpDirector.steer(node, of, live, at);
}

const hashFrom = (sourcePort: number): number =>
  flowHash(
    { kind: 'multilinear', key: keyBytes(hashKey), affinity: 'flow' },
    { sourceAddress: client, destinationAddress: vip4, sourcePort, destinationPort: 80 },
  );

/** SYNs of the client, one a source port. */
async function send(helper: HelperClient, ports: readonly number[]): Promise<void> {
  const arm = (await helper.status()).devices['edge'] as Arm;
  const [web] = state.services as [DirectorService];
  const asked = ports.map((port) => {
    const frame = canaryFrame(web, arm, { port, address: client });
    return helper.ask(`test director ${frame.toString('base64')}`);
  });
  await Promise.all(asked);
}

test('every packet of the flow is told of, forwarded or not, and of no other', async () => {
  await steered(state);
  const helper = await helperOf(node);
  const watch = await watchPackets(node, state, hashFrom(40_000));
  await send(helper, [40_000, 40_001, 40_000, 40_002]);
  const { packets, ...rest } = await watch.read();
  expect(packets.map(({ sourcePort }) => sourcePort)).toEqual([40_000, 40_000]);
  expect(packets.every(({ sent }) => sent !== undefined)).toBe(true);
  expect(rest).toEqual({ lost: 0, untold: 0 });

  const dead = directorLive();
  const tables = Object.entries(dead.tables).map(([group, table]) => {
    return [group, { ...table, reals: table.reals.map((real) => ({ ...real, dead: true })) }];
  });
  await xdpDirector.steer(node, state, { tables: Object.fromEntries(tables) }, at);
  await send(helper, [40_000, 40_001]);
  const { packets: dropped } = await watch.read();
  expect(dropped).toMatchObject([{ sourcePort: 40_000, reason: 'real-unknown' }]);
  expect(dropped[0]).not.toHaveProperty('sent');
});

test('what steers the director minds no watch; another flow has to wait until it ends by itself', async () => {
  await steered(state);
  const helper = await helperOf(node);
  const [own, other] = [hashFrom(40_000), hashFrom(40_001)];
  await helper.ask(`watch ${own} 300`);
  await expect(helper.ask(`watch ${other} 300`)).rejects.toThrow(/another flow is watched/);
  expect(await xdpDirector.steer(node, state, directorLive(), at)).toBe(
    xdpDirector.liveDigest(state, directorLive()),
  );
  const begun = async () => helper.ask(`watch ${other} 1`).catch(() => 'refused');
  await expect.poll(begun, { timeout: 5_000 }).toBe('');
  for (const request of ['watch 0 300', 'watch 7', 'watch 7 60001', 'watch x 1', 'watch 7 1 1'])
    await expect(helper.ask(request)).rejects.toThrow(/are no numbers/);
});

test('a helper that was killed leaves no flow under watch', async () => {
  await steered(state);
  await (await helperOf(node)).ask(`watch ${hashFrom(40_000)} 60000`);
  const watched = async () =>
    (await (await helperOf(node)).bytes('read director_config 0 1')).readUInt32LE(56);
  expect(await watched()).toBe(hashFrom(40_000));
  await node.must('kill -9 $(cat /run/tricade-bpf.service.pid); rm /run/tricade-bpf.service.pid');
  await node.must('systemctl start tricade-bpf.service');
  await expect.poll(() => watched().catch(() => 'away'), { timeout: 9_000 }).toBe(0);
});

test('events that find no room in the ring are counted', async () => {
  const every: DirectorState = { ...state, sample: 1 };
  await steered(every);
  // Room for 4,096 bytes: 56 events of 72.
  await node.must("echo 'entries events 4096' >>/etc/tricade/bpf.conf");
  const helper = await helperOf(node);
  await helper.ask('load');
  const watch = await watchPackets(node, every);
  const before = await xdpDirector.sample(node, every);
  // One line each, taken by the helper in chunks of 64 KiB: hundreds before it looks at the ring again.
  await send(
    helper,
    Array.from({ length: 2_000 }, (_, port) => 1_024 + port),
  );
  const { packets, untold } = await watch.read();
  expect(untold).toBeGreaterThan(500);
  expect(packets.length + untold).toBe(2_000);
  expect(before.sampled).toBeUndefined();
  const sampled = async () => (await xdpDirector.sample(node, every)).sampled;
  await expect.poll(sampled, { timeout: 5_000 }).toMatchObject({ untold, lost: 0 });
});

/** The xdp driver and its helper on a machine of their own, against this kernel. */
import { expect, test } from 'vitest';
import {
  type Bundle,
  type DirectorLive,
  type DirectorService,
  type DirectorState,
  wordOf,
} from '../../packages/cluster/src/index.ts';
import { driverContract, type Ground } from '../../packages/cluster/src/testing/index.ts';
import type { Arm } from '../../packages/l4-tier/src/xdp/abi.ts';
import { canaryFrame } from '../../packages/l4-tier/src/xdp/canary.ts';
import { helperOf } from '../../packages/l4-tier/src/xdp/helper-client.ts';
import { generationFiles, install } from './install.ts';
import type { NamespaceNode } from './namespace-node.ts';
import { directorLive, hashKey } from './three-hop.ts';
import { xdpDirector, xdpFiles, xdpNode, xdpState } from './xdp-node.ts';

const { bpf, blobs } = await xdpFiles();
const state = xdpState(bpf);
const installed = (node: NamespaceNode, bundle: Bundle) => install(node, bundle, blobs);

async function ground(): Promise<Ground> {
  const node = await xdpNode();
  return {
    host: node,
    install: (_host, bundle) => installed(node, bundle),
    files: () => generationFiles(node),
    close: () => node.close(),
  };
}

driverContract(
  xdpDirector,
  [
    {
      name: 'director',
      state,
      live: directorLive(),
      changed: directorLive({ dead: 'p1' }),
    },
    ...(['dnat', 'full-nat'] as const).map((mode) => ({
      name: `director in ${mode}`,
      state: xdpState(bpf, mode),
      live: directorLive(),
      changed: directorLive({ dead: 'p1' }),
    })),
  ],
  ground,
);

const size = 16_384;
const groupNames = Array.from({ length: 10 }, (_, at) => `pool${at}`);
const realsOf = (group: number) =>
  Array.from({ length: 100 }, (_, at) => {
    const address = `198.51.100.${at + 100}`;
    return { id: 1 + group * 100 + at, name: `s${at}`, address, addresses: [address] };
  });

/** 1,000 VIPs over ten groups of 100 reals. */
const large: DirectorState = {
  ...state,
  services: Array.from({ length: 1_000 }, (_, at) => ({
    service: `s${at}`,
    vip: `203.0.${at >> 8}.${at & 255}`,
    ports: [{ protocol: 'tcp', port: 80 }],
    mode: 'dsr',
    listen: 'configured',
    affinity: 'flow',
    group: groupNames[at % groupNames.length] as string,
  })),
  groups: groupNames.map((group, at) => ({ group, size, hashKey, reals: realsOf(at) })),
};

/** Rows over all reals; those of one real in every group may be given to the next. */
function largeLive(without?: number): DirectorLive {
  const tables = large.groups.map(({ group, reals }) => {
    const ids = reals.map(({ id }) => id);
    const rows = Uint32Array.from({ length: size }, (_, row) => {
      const at = row % ids.length;
      return wordOf(ids[at === without ? at + 1 : at] as number);
    });
    const live = reals.map(({ id, name, address }, at) => ({
      ...{ id, name, address, mac: '02:00:00:00:00:21', dead: false },
      ...({ admin: 'active', health: at === without ? 'down' : 'up' } as const),
    }));
    return [group, { step: 1, digest: '', rows, reals: live }] as const;
  });
  return { tables: Object.fromEntries(tables) };
}

test('1,000 VIPs, ten tables of 16,384 rows: one real goes and comes in every table', async () => {
  const node = await xdpNode();
  try {
    await installed(node, xdpDirector.render(large));
    const at = { generation: 1, epoch: 1, revision: 1 };
    const times: number[] = [];
    for (const without of [undefined, 5, undefined, 6, undefined, 7]) {
      const live = largeLive(without);
      const want = xdpDirector.liveDigest(large, live);
      const began = performance.now();
      expect(await xdpDirector.steer(node, large, live, at)).toBe(want);
      times.push(performance.now() - began);
    }
    const [first = 0, ...changes] = times;
    const median = [...changes].sort((a, b) => a - b)[Math.floor(changes.length / 2)] ?? 0;
    process.stdout.write(
      `    all of it ${first.toFixed(0)} ms, 1,640 rows of ten tables ${median.toFixed(1)} ms (median of ${changes.length})\n`,
    );
    expect(median).toBeLessThan(200);
  } finally {
    await node.close();
  }
});

test('packets are counted by service, real and reason, and told of by who sent them', async () => {
  const node = await xdpNode();
  try {
    const every: DirectorState = { ...state, sample: 1 };
    await installed(node, xdpDirector.render(every));
    const live = directorLive();
    await xdpDirector.steer(node, every, live, { generation: 1, epoch: 1, revision: 1 });
    const before = await xdpDirector.sample(node, every);
    expect(before.sampled, 'the first reading has no span').toBeUndefined();
    const client = await helperOf(node);
    const arm = (await client.status()).devices['edge'] as Arm;
    const send = async (count: number, to: { vip?: string; port?: number; address: string }) => {
      const { vip = '203.0.113.10', port = 80, address } = to;
      const [web] = state.services as [DirectorService];
      const service: DirectorService = { ...web, vip, ports: [{ protocol: 'tcp', port }] };
      for (let at = 0; at < count; at++) {
        const frame = canaryFrame(service, arm, { port: 1_024 + at, address });
        await client.ask(`test director ${frame.toString('base64')}`);
      }
    };
    // More than one answer of the helper takes.
    await send(2_100, { address: '192.0.2.7' });
    await send(40, { address: '192.0.2.8', port: 81 });
    const { traffic, drops } = await xdpDirector.sample(node, every);
    const grown = (part: 'packets' | 'bytes' | 'newFlows') =>
      (traffic?.services['web']?.[part] ?? 0) - (before.traffic?.services['web']?.[part] ?? 0);
    expect([grown('packets'), grown('bytes'), grown('newFlows')]).toEqual([2_100, 84_000, 2_100]);
    const reals = Object.entries(traffic?.reals ?? {}).map(
      ([name, { packets }]) => packets - (before.traffic?.reals[name]?.packets ?? 0),
    );
    expect(reals.reduce((sum, packets) => sum + packets)).toBe(2_100);
    expect(Math.min(...reals), 'both reals had packets').toBeGreaterThan(0);
    expect(drops).toEqual({ 'no-port': 40 });
    const sampled = async () => (await xdpDirector.sample(node, every)).sampled;
    await expect.poll(sampled, { timeout: 5_000 }).toMatchObject({
      each: 1,
      events: 2_140,
      lost: 0,
      sources: [
        { address: '192.0.2.7', service: 'web', events: 2_100 },
        { address: '192.0.2.8', reason: 'no-port', events: 40 },
      ],
    });
  } finally {
    await node.close();
  }
});

import { describe, expect, test } from 'vitest';
import type { ClusterNode, Service } from '../model/intent.ts';
import type { TraceInput } from './input.ts';
import { cluster, generation, input, l7, leg, node, nodes, table, walk } from './testing/walks.ts';
import { trace } from './trace.ts';

test('DNAT: why an answer passes the director, where it alone knows and where any does', () => {
  const why = (director: TraceInput['director']) =>
    trace({ ...walk('dnat'), director }).hops[5]?.why.map(({ text }) => text);
  expect(why({})).toEqual([expect.stringContaining('only it can undo the translation')]);
  expect(why({ answersByPort: ['dnat'] })).toEqual([expect.stringContaining('any could undo')]);
});

describe('a client that takes packets for the VIP itself', () => {
  const own = (mode: Service['l4']['mode'], director: TraceInput['director'] = {}) => {
    const of = walk(mode);
    const flow = { ...of.flow, sourceAddress: '198.51.100.21' };
    return { ...of, director, client: { name: 'p1', network: 'edge' }, flow };
  };

  test.for(['dsr', 'tunnel'] as const)('%s: it answers itself', (mode) => {
    expect(trace(own(mode))).toMatchObject({
      hops: [],
      ends: {
        word: 'own-vip',
        text: `p1 has 10.0.0.10 on its own loopback (${mode}): it answers itself, and no packet leaves it`,
      },
    });
  });

  test('DNAT: it is hidden from itself where the director can, else its kernel drops the packet', () => {
    const hidden = trace(own('dnat', { hairpins: true }));
    expect(hidden.ends).toBeUndefined();
    expect(hidden.hops[2]?.packet).toMatchObject({
      sourceAddress: '198.51.100.11',
      destinationAddress: '198.51.100.21',
    });
    const { hops, ends } = trace(own('dnat'));
    expect([hops.length, ends?.word]).toEqual([3, 'own-address']);
  });

  test('full NAT, and clients that are somebody else, go their way', () => {
    expect(trace(own('full-nat')).ends).toBeUndefined();
    const of = own('dsr');
    const flow = { ...of.flow, sourceAddress: '198.51.100.101' };
    expect(trace({ ...of, flow }).ends).toBeUndefined();
  });
});

test('where a kernel picks the real, rows only say who takes new flows', () => {
  const p2 = node('p2', 'l7', leg('edge', '198.51.100.22'));
  const of = {
    ...walk('dsr'),
    cluster: cluster([...nodes, p2], { l4: { mode: 'dsr', scheduler: 'mh' }, l7 }),
    generation: { ...generation, ids: { ...generation.ids, 'l7/p2': 2 } },
  };
  const chosen = (owners: readonly number[]) => {
    const table = { group: 'l7', step: 1, rows: Uint32Array.from(owners), digest: '' };
    const receiving = { l4a: { steps: {}, grantedAtMs: 0 } };
    const told = { epoch: 1, revision: 1, health: {}, latches: {} };
    return trace({ ...of, feed: { ...told, tables: { l7: table }, receiving } }).hops[2];
  };
  expect(chosen([1, 2])).toMatchObject({
    to: { kind: 'one-of', nodes: ['p1', 'p2'] },
    why: expect.arrayContaining([
      expect.objectContaining({
        word: 'kernel-picks',
        text: 'the director’s kernel picks by Maglev hash among 2 that take new flows',
      }),
    ]),
  });
  expect(chosen([2, 2])?.to).toEqual({ kind: 'exact', node: 'p2' });
});

describe('directors whose reals stand behind a router', () => {
  const apart = [
    nodes[0],
    nodes[1],
    node('s1', 'servers', leg('far', '203.0.113.41')),
  ] as ClusterNode[];
  const joined = node(
    'r1',
    'routers',
    leg('public', '10.0.0.254'),
    leg('edge', '198.51.100.1'),
    leg('far', '203.0.113.1'),
  );
  const all = [joined, ...apart.slice(1)];
  const far = (mode: 'tunnel' | 'full-nat') =>
    input({
      cluster: cluster(all, { l4: { mode, pool: 'web' } }),
      macs: Object.fromEntries([
        ...all.flatMap((each) =>
          each.legs.map((one) => [`${each.name}/${one.network}`, `${each.name}.${one.network}`]),
        ),
        ['client/public', 'client'],
      ]),
    });

  test('full NAT goes through it both ways', () => {
    expect(table(far('full-nat')).slice(2, 6)).toEqual([
      [3, '198.51.100.11', 'l4a.edge', '203.0.113.41', 'r1.edge'],
      [4, '198.51.100.11', 'r1.far', '203.0.113.41', 's1.far'],
      [5, '203.0.113.41', 's1.far', '198.51.100.11', 'r1.far'],
      [6, '203.0.113.41', 'r1.edge', '198.51.100.11', 'l4a.edge'],
    ]);
  });

  test('a tunnel is seen on both sides of it, with the same outer header', () => {
    const { hops } = trace(far('tunnel'));
    const outer = { protocol: 'vxlan', sourceAddress: '198.51.100.11' };
    for (const hop of hops.slice(2, 4)) expect(hop.packet.outer).toMatchObject(outer);
    expect(hops.slice(2, 4).map((hop) => hop.network)).toEqual(['edge', 'far']);
    expect(hops[4]).toMatchObject({ from: 's1', to: { kind: 'exact', node: 'r1' } });
  });
});

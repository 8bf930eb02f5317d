import { expect, test } from 'vitest';
import type { Service } from '../model/intent.ts';
import type { Taken, TraceInput } from './input.ts';
import { cluster, l7, leg, node, nodes, table, walk } from './testing/walks.ts';
import { trace } from './trace.ts';

test('DSR: seven hops, the reply past the director', () => {
  expect(table(walk('dsr'))).toEqual([
    [1, '10.0.0.1', 'client', '10.0.0.10', 'r1.public'],
    [2, '10.0.0.1', 'r1.edge', '10.0.0.10', 'l4a.edge'],
    [3, '10.0.0.1', 'l4a.edge', '10.0.0.10', 'p1.edge'],
    [4, '198.51.100.81', 'p1.inside', '198.51.100.101', 'w1.inside'],
    [5, '198.51.100.101', 'w1.inside', '198.51.100.81', 'p1.inside'],
    [6, '10.0.0.10', 'p1.edge', '10.0.0.1', 'r1.edge'],
    [7, '10.0.0.10', 'r1.public', '10.0.0.1', 'client'],
  ]);
});

test.each([
  {
    mode: 'dnat',
    request: ['10.0.0.1', '198.51.100.21'],
    reply: [
      ['198.51.100.21', '10.0.0.1', 'l4a.edge'],
      ['10.0.0.10', '10.0.0.1', 'r1.edge'],
    ],
  },
  {
    mode: 'full-nat',
    request: ['198.51.100.11', '198.51.100.21'],
    reply: [
      ['198.51.100.21', '198.51.100.11', 'l4a.edge'],
      ['10.0.0.10', '10.0.0.1', 'r1.edge'],
    ],
  },
  {
    mode: 'tunnel',
    request: ['10.0.0.1', '10.0.0.10'],
    reply: [['10.0.0.10', '10.0.0.1', 'r1.edge']],
  },
] as const)('$mode: what the third hop and the reply carry', ({ mode, request, reply }) => {
  const { hops } = trace(walk(mode));
  expect([hops[2]?.packet.sourceAddress, hops[2]?.packet.destinationAddress]).toEqual(request);
  const back = hops
    .slice(5, -1)
    .map(({ packet }) => [packet.sourceAddress, packet.destinationAddress, packet.destinationMac]);
  expect(back).toEqual(reply);
});

test.each([
  { driver: 'nft', protocol: 'vxlan' },
  { driver: 'xdp', protocol: 'ipip' },
  { driver: 'xdp', protocol: 'gue', tunnel: { encapsulation: 'gue' } },
] as const)(
  'tunnel: what $driver puts around the packet: $protocol',
  ({ driver, protocol, ...more }) => {
    const of = walk('tunnel');
    const l4 = { ...of.cluster.l4, driver, ...more };
    expect(trace({ ...of, cluster: { ...of.cluster, l4 } }).hops[2]?.packet.outer).toEqual({
      protocol,
      sourceAddress: '198.51.100.11',
      destinationAddress: '198.51.100.21',
    });
  },
);

test('tunnel: the outer source is one of those that flows are spread over, and the flow’s own once its hash is known', () => {
  const of = walk('tunnel');
  const tunnel = { sources: '198.51.100.192/26' };
  const l4 = { ...of.cluster.l4, driver: 'xdp' as const, tunnel };
  const sourceOf = (more: Partial<TraceInput>) =>
    trace({ ...of, cluster: { ...of.cluster, l4 }, ...more }).hops[2]?.packet.outer?.sourceAddress;
  expect(sourceOf({})).toBe('one of 198.51.100.192/26');
  const table = { group: 'l7', step: 1, rows: Uint32Array.from([1]), digest: '' };
  const receiving = { l4a: { steps: {}, grantedAtMs: 0 } };
  const feed = {
    epoch: 1,
    revision: 1,
    health: {},
    latches: {},
    tables: { l7: table },
    receiving,
  };
  const director = { ...of.director, flowHash: 'multilinear' as const };
  const sources = Array.from({ length: 200 }, (_, at) =>
    sourceOf({ feed, director, flow: { ...of.flow, sourcePort: 40_000 + at } }),
  );
  const lasts = sources.map((each) => Number(/^198\.51\.100\.(\d+)$/.exec(each ?? '')?.[1]));
  expect(lasts.every((last) => last >= 192 && last <= 255)).toBe(true);
  expect(new Set(lasts).size).toBeGreaterThan(40);
});

test('what a VIP leaves over is taken by the prefix around it, and a port before all ports', () => {
  const of = walk('dsr');
  const [web] = of.cluster.services;
  const named = (name: string, vip: string, port: number | 'any') => {
    const tcp = { protocol: 'tcp', port: Number(port) } as const;
    const ports = port === 'any' ? [{ protocol: port, port: 0 }] : [tcp];
    return { ...(web as Service), name, vips: [vip], ports };
  };
  const services = [
    named('wide', '10.0.0.0/28', 0),
    named('anything', '10.0.0.0/29', 'any'),
    named('mail', '10.0.0.0/28', 25),
    named('exact', '10.0.0.10', 80),
  ];
  const served = (destinationAddress: string, destinationPort: number) =>
    trace({
      ...of,
      cluster: { ...of.cluster, services },
      flow: { ...of.flow, destinationAddress, destinationPort },
    }).service?.name;
  expect(served('10.0.0.10', 80)).toBe('exact');
  expect(served('10.0.0.10', 81)).toBe('wide');
  expect(served('10.0.0.10', 25)).toBe('mail');
  expect(served('10.0.0.3', 25)).toBe('anything');
});

test('a choice is one of, a taken one must be among them', () => {
  expect(trace(walk('dsr')).hops[1]?.to).toEqual({ kind: 'one-of', nodes: ['l4a', 'l4b'] });
  expect(trace(walk('dsr', { director: 'l4b', server: 'w2' })).hops[3]?.packet.destinationMac).toBe(
    'w2.inside',
  );
  expect(trace(walk('dsr', { director: 'p1' })).ends).toMatchObject({ word: 'no-candidate' });
});

test('two routers: the reply leaves through a gateway of its own', () => {
  const second = node('r2', 'routers', leg('public', '10.0.0.253'), leg('edge', '198.51.100.2'));
  const one = walk('dsr', { router: 'r2' });
  const back = (taken: Taken) =>
    trace({ ...one, cluster: cluster([...nodes, second], { l4: { mode: 'dsr' }, l7 }), taken })
      .hops;
  const hops = back({ router: 'r2' });
  expect(hops[0]?.to).toEqual({ kind: 'exact', node: 'r2' });
  expect(hops[5]?.to).toEqual({ kind: 'one-of', nodes: ['r1', 'r2'] });
  expect(hops[6]?.from).toBe('r1');
  expect(back({ router: 'r1', replyRouter: 'r2' })[6]?.from).toBe('r2');
});

test('a source that is denied gets as far as a director, which says by what prefix', () => {
  const open = walk('dsr');
  const deny = ['10.0.0.0/16', '10.0.0.0/24', '2001:db8:bad::/48'];
  const { l4 } = open.cluster;
  const denied = trace({ ...open, cluster: { ...open.cluster, l4: { ...l4, guard: { deny } } } });
  expect(denied.ends).toEqual({ word: 'denied', text: 'dropped: denied by 10.0.0.0/24' });
  expect(denied.hops.at(-1)?.to).toEqual({ kind: 'one-of', nodes: ['l4a', 'l4b'] });
  const flow = { ...open.flow, sourceAddress: '192.0.2.99' };
  const other = { ...open, flow, cluster: { ...open.cluster, l4: { ...l4, guard: { deny } } } };
  expect(trace(other).ends).toBeUndefined();
});

test('nobody listens', () => {
  const none = walk('dsr');
  expect(trace({ ...none, flow: { ...none.flow, destinationPort: 81 } }).ends?.word).toBe(
    'no-port',
  );
  expect(
    trace({ ...none, flow: { ...none.flow, destinationAddress: '10.0.0.99' } }).ends?.word,
  ).toBe('no-service');
});

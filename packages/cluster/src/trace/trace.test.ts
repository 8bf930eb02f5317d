import { describe, expect, test } from 'vitest';
import type { Cluster, ClusterNode, Generation, Service } from '../model/intent.ts';
import type { Taken, TraceInput } from './input.ts';
import { trace } from './trace.ts';

const check = {
  kind: 'http',
  target: '/',
  statuses: [[200, 399]],
  intervalMs: 2000,
  fastIntervalMs: 500,
  downIntervalMs: 4000,
  timeoutMs: 1000,
  rise: 2,
  fall: 3,
} as const;
const leg = (network: string, address: string) => ({
  network,
  addresses: [address],
  device: network,
});
const node = (
  name: string,
  tier: ClusterNode['tier'],
  ...legs: readonly ReturnType<typeof leg>[]
): ClusterNode => ({
  name,
  tier,
  legs,
  managed: true,
  management: { address: legs[0]?.addresses[0] ?? '', port: 22 },
});
const generation: Generation = {
  number: 1,
  digest: 'd',
  ids: { 'web/w1': 1, 'web/s1': 2, 'l7/p1': 1 },
  hashKey: '00'.repeat(16),
};

function cluster(nodes: readonly ClusterNode[], service: Partial<Service>): Cluster {
  const vip: Service = {
    name: 'shop',
    vips: ['10.0.0.10'],
    ports: [{ protocol: 'tcp', port: 80 }],
    listen: 'configured',
    affinity: 'flow',
    l4: { mode: 'dsr' },
    source: 'seed:1:1',
    ...service,
  };
  const servers = nodes
    .filter((each) => each.tier === 'servers')
    .map((each) => ({
      name: each.name,
      address: each.legs[0]?.addresses[0] ?? '',
      port: 80,
      weight: 100,
    }));
  return {
    version: 1,
    name: 'seed',
    networks: ['public', 'private'].map((name) => ({
      name,
      cidrs: ['10.0.0.0/24'],
      mtuBytes: 1500,
    })),
    routers: { driver: 'bird', asn: 64512, ecmp: { hash: 'l4', maxPaths: 16, resilient: false } },
    l4: { driver: 'nft', asn: 64513, announce: { via: 'static', holdTimeMs: 9000 } },
    l7: { driver: 'haproxy' },
    nodes,
    pools: [{ name: 'web', servers, check, balance: 'roundrobin' }],
    services: [vip],
    monitor: { agree: 1, floor: 0.5, check },
    state: { redis: 'managed' },
    ssh: { user: 'root', key: 'file:k', knownHosts: 'k' },
    rollout: {
      canary: 1,
      maxUnavailable: 1,
      drainMs: 180_000,
      gates: { errorRate: 0.01, waitMs: 10_000 },
    },
  };
}

/**
 * The seed's MACs have seven bytes, which no Ethernet has: they are read as opaque text. Its DSR table prints `10.0.010` once: read as 10.0.0.10,
 * the VIP of the line above it.
 */
const seedMac = (last: string): string => `00:01:aa:bb:cc:dd:${last}`;

function input(given: {
  readonly cluster: Cluster;
  readonly macs: Readonly<Record<string, string>>;
  readonly director?: TraceInput['director'];
  readonly taken?: Taken;
}): TraceInput {
  return {
    cluster: given.cluster,
    generation,
    nowMs: 0,
    macOf: (name, network) => given.macs[`${name}/${network}`],
    director: given.director ?? {},
    client: { name: 'client', network: 'public' },
    flow: {
      protocol: 'tcp',
      sourceAddress: '10.0.0.1',
      sourcePort: 40000,
      destinationAddress: '10.0.0.10',
      destinationPort: 80,
    },
    ...(given.taken === undefined ? {} : { taken: given.taken }),
  };
}

const table = (of: TraceInput): readonly (readonly unknown[])[] =>
  trace(of).hops.map(({ step, packet }) => [
    step,
    packet.sourceAddress,
    packet.sourceMac,
    packet.destinationAddress,
    packet.destinationMac,
  ]);

test('seed 3, proxy mode, value for value', () => {
  const proxy = node('p1', 'l7', leg('public', '10.0.0.12'), leg('private', '10.0.0.11'));
  const given = cluster([proxy, node('w1', 'servers', leg('private', '10.0.0.100'))], {
    l7: { mode: 'reverse-proxy', pool: 'web', protocol: 'http', stickiness: { kind: 'none' } },
  });
  const macs = {
    'client/public': seedMac('01'),
    'p1/public': seedMac('0a'),
    'p1/private': seedMac('0b'),
    'w1/private': seedMac('64'),
  };
  expect(table(input({ cluster: given, macs }))).toEqual([
    [1, '10.0.0.1', seedMac('01'), '10.0.0.10', seedMac('0a')],
    [2, '10.0.0.11', seedMac('0b'), '10.0.0.100', seedMac('64')],
    [3, '10.0.0.100', seedMac('64'), '10.0.0.11', seedMac('0b')],
    [4, '10.0.0.10', seedMac('0a'), '10.0.0.1', seedMac('01')],
  ]);
});

test('seed 3, DSR mode, value for value: the source MAC is kept', () => {
  const given = cluster(
    [
      node('l4a', 'l4', leg('public', '10.0.0.9')),
      node('w1', 'servers', leg('public', '10.0.0.100')),
    ],
    { l4: { mode: 'dsr', pool: 'web' } },
  );
  const macs = {
    'client/public': seedMac('01'),
    'l4a/public': seedMac('0a'),
    'w1/public': seedMac('64'),
  };
  expect(table(input({ cluster: given, macs, director: { dsrSourceMac: 'kept' } }))).toEqual([
    [1, '10.0.0.1', seedMac('01'), '10.0.0.10', seedMac('0a')],
    [2, '10.0.0.1', seedMac('01'), '10.0.0.10', seedMac('64')],
    [3, '10.0.0.10', seedMac('64'), '10.0.0.1', seedMac('01')],
  ]);
});

test('a tagged source MAC names hop, director and nobody: a new flow has no second candidate', () => {
  const given = cluster(
    [
      node('l4a', 'l4', leg('public', '10.0.0.9')),
      node('l4b', 'l4', leg('public', '10.0.0.8')),
      node('w1', 'servers', leg('public', '10.0.0.100')),
    ],
    { l4: { mode: 'dsr', pool: 'web' } },
  );
  const director = { dsrSourceMac: 'tagged' } as const;
  expect(
    table(input({ cluster: given, macs: {}, director, taken: { director: 'l4b' } }))[1]?.[2],
  ).toBe('02:5a:00:01:00:00');
});

test.for([
  ['xdp', '198.51.100.9', '198.51.100.100'],
  ['ipvs', '2001:db8::9', '2001:db8::100'],
] as const)(
  'an IPv6 packet in the tunnel of %s: %s',
  ([driver, sourceAddress, destinationAddress]) => {
    const both = (name: string, tier: ClusterNode['tier'], last: number) => {
      const addresses = [`198.51.100.${last}`, `2001:db8::${last}`];
      return node(name, tier, { network: 'public', addresses, device: 'public' });
    };
    const nodes = [both('l4a', 'l4', 9), both('w1', 'servers', 100)];
    const given = cluster(nodes, { vips: ['2001:db8:f::10'], l4: { mode: 'tunnel', pool: 'web' } });
    const of = input({ cluster: { ...given, l4: { ...given.l4, driver } }, macs: {} });
    const flow = { ...of.flow, sourceAddress: '2001:db8::1', destinationAddress: '2001:db8:f::10' };
    expect(trace({ ...of, flow }).hops[1]?.packet.outer).toEqual({
      protocol: 'ip6ip6',
      sourceAddress,
      destinationAddress,
    });
  },
);

describe('three tiers', () => {
  const nodes = [
    node('r1', 'routers', leg('public', '10.0.0.254'), leg('edge', '198.51.100.1')),
    node('l4a', 'l4', leg('edge', '198.51.100.11')),
    node('l4b', 'l4', leg('edge', '198.51.100.12')),
    node('p1', 'l7', leg('edge', '198.51.100.21'), leg('inside', '198.51.100.81')),
    node('w1', 'servers', leg('inside', '198.51.100.101')),
    node('w2', 'servers', leg('inside', '198.51.100.102')),
  ];
  const l7 = {
    mode: 'reverse-proxy',
    pool: 'web',
    protocol: 'http',
    stickiness: { kind: 'none' },
  } as const;
  const macs = Object.fromEntries(
    nodes.flatMap((each) =>
      each.legs.map((one) => [`${each.name}/${one.network}`, `${each.name}.${one.network}`]),
    ),
  );
  const walk = (mode: Service['l4']['mode'], taken?: Taken) =>
    input({
      cluster: cluster(nodes, { l4: { mode }, l7 }),
      macs: { ...macs, 'client/public': 'client' },
      director: { dsrSourceMac: 'own' },
      ...(taken === undefined ? {} : { taken }),
    });

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
      .map(({ packet }) => [
        packet.sourceAddress,
        packet.destinationAddress,
        packet.destinationMac,
      ]);
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
      trace({ ...of, cluster: { ...of.cluster, l4 }, ...more }).hops[2]?.packet.outer
        ?.sourceAddress;
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

  test('a choice is one of, a taken one must be among them', () => {
    expect(trace(walk('dsr')).hops[1]?.to).toEqual({ kind: 'one-of', nodes: ['l4a', 'l4b'] });
    expect(
      trace(walk('dsr', { director: 'l4b', server: 'w2' })).hops[3]?.packet.destinationMac,
    ).toBe('w2.inside');
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
});

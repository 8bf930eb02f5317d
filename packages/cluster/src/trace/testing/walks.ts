/** Small clusters, and flows through them, as tests of traces ask. */
import type { Cluster, ClusterNode, Generation, Leg, Service } from '../../model/intent.ts';
import type { Taken, TraceInput } from '../input.ts';
import { trace } from '../trace.ts';

export const check = {
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
export const leg = (network: string, address: string): Leg => ({
  network,
  addresses: [address],
  device: network,
});
export const node = (
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
export const generation: Generation = {
  number: 1,
  digest: 'd',
  ids: { 'web/w1': 1, 'web/s1': 2, 'l7/p1': 1 },
  hashKey: '00'.repeat(16),
};

export function cluster(nodes: readonly ClusterNode[], service: Partial<Service>): Cluster {
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
export const seedMac = (last: string): string => `00:01:aa:bb:cc:dd:${last}`;

export function input(given: {
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

export const table = (of: TraceInput): readonly (readonly unknown[])[] =>
  trace(of).hops.map(({ step, packet }) => [
    step,
    packet.sourceAddress,
    packet.sourceMac,
    packet.destinationAddress,
    packet.destinationMac,
  ]);

export const nodes: readonly ClusterNode[] = [
  node('r1', 'routers', leg('public', '10.0.0.254'), leg('edge', '198.51.100.1')),
  node('l4a', 'l4', leg('edge', '198.51.100.11')),
  node('l4b', 'l4', leg('edge', '198.51.100.12')),
  node('p1', 'l7', leg('edge', '198.51.100.21'), leg('inside', '198.51.100.81')),
  node('w1', 'servers', leg('inside', '198.51.100.101')),
  node('w2', 'servers', leg('inside', '198.51.100.102')),
];
export const l7: NonNullable<Service['l7']> = {
  mode: 'reverse-proxy',
  pool: 'web',
  protocol: 'http',
  stickiness: { kind: 'none' },
};
export const macs: Readonly<Record<string, string>> = Object.fromEntries(
  nodes.flatMap((each) =>
    each.legs.map((one) => [`${each.name}/${one.network}`, `${each.name}.${one.network}`]),
  ),
);
export const walk = (mode: Service['l4']['mode'], taken?: Taken): TraceInput =>
  input({
    cluster: cluster(nodes, { l4: { mode }, l7 }),
    macs: { ...macs, 'client/public': 'client' },
    director: { dsrSourceMac: 'own' },
    ...(taken === undefined ? {} : { taken }),
  });

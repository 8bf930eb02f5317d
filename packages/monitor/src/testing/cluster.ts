/** A small cluster on loopback addresses, so that real probes reach real sockets and nothing else. */
import type { Check, Cluster, ClusterNode, Generation, Tier } from '@tricade/cluster';

export const check: Check = {
  kind: 'http',
  target: '/healthz',
  statuses: [[200, 399]],
  intervalMs: 60,
  fastIntervalMs: 30,
  downIntervalMs: 60,
  timeoutMs: 250,
  rise: 2,
  fall: 3,
};

/** Tests that run side by side in several processes use addresses of their own. */
const own = 1 + (process.pid % 250);
const third: Readonly<Record<Tier, number>> = { routers: 1, l4: 2, l7: 3, servers: 4, monitor: 5 };

export interface ClusterSizes {
  readonly proxies?: number;
  readonly servers?: number;
  /** Of pool `web`; default `none`. */
  readonly serverCheck?: Check;
  /** Port on which directors and routers are probed. */
  readonly managementPort?: number;
}

/** Routers r1, r2; directors d1, d2; proxies p1…; servers w1… of pool `web`; monitors m1, m2. Table over the proxies: 4,096 rows. */
export function smallCluster(sizes: ClusterSizes = {}): {
  readonly cluster: Cluster;
  readonly generation: Generation;
} {
  const { proxies = 3, servers = 2, managementPort = 2_222 } = sizes;
  const node = (tier: Tier, name: string, index: number): ClusterNode => {
    const address = `127.${own}.${third[tier]}.${index + 1}`;
    return {
      name,
      tier,
      legs: [{ network: 'front', addresses: [address], device: 'front' }],
      management: { address, port: managementPort },
      managed: tier !== 'servers',
    };
  };
  const named = (tier: Tier, prefix: string, count: number): ClusterNode[] =>
    Array.from({ length: count }, (_, index) => node(tier, `${prefix}${index + 1}`, index));
  const l7 = named('l7', 'p', proxies);
  const web = named('servers', 'w', servers);
  const monitors = named('monitor', 'm', 2);
  const cluster: Cluster = {
    version: 1,
    name: 'small',
    networks: [{ name: 'front', cidrs: ['127.0.0.0/8'], mtuBytes: 1500 }],
    routers: { driver: 'bird', asn: 64512, ecmp: { hash: 'l4', maxPaths: 8, resilient: false } },
    l4: { driver: 'nft', asn: 64513, announce: { via: 'bgp', holdTimeMs: 9_000 } },
    l7: { driver: 'haproxy' },
    nodes: [...named('routers', 'r', 2), ...named('l4', 'd', 2), ...l7, ...web, ...monitors],
    pools: [
      {
        name: 'web',
        servers: web.map(({ name, legs }) => ({
          name,
          address: legs[0]?.addresses[0] ?? '',
          port: 8_080,
          weight: 100,
        })),
        check: sizes.serverCheck ?? { ...check, kind: 'none' },
        balance: 'roundrobin',
      },
    ],
    services: [
      {
        name: 'shop',
        vips: ['198.51.100.1'],
        ports: [{ protocol: 'tcp', port: 80 }],
        listen: 'configured',
        affinity: 'flow',
        l4: { mode: 'dsr' },
        l7: { mode: 'reverse-proxy', pool: 'web', stickiness: { kind: 'none' }, protocol: 'http' },
        source: '1',
      },
    ],
    monitor: { agree: 2, floor: 0.5, check },
    state: { redis: 'managed' },
    ssh: { user: 'root', key: 'env:KEY', knownHosts: '' },
    rollout: {
      canary: 1,
      maxUnavailable: 1,
      drainMs: 180_000,
      gates: { errorRate: 0.01, waitMs: 0 },
    },
  };
  const ids = Object.fromEntries(l7.map(({ name }, index) => [`l7/${name}`, index + 1]));
  return { cluster, generation: { number: 1, digest: 'd1', ids, hashKey: '00'.repeat(16) } };
}

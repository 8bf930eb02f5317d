/** A small cluster on loopback addresses, so that real probes reach real sockets and nothing else. */
import type { Check, Cluster, ClusterNode, Generation, Tier } from '@tricade/cluster';
import { frontNode, shopCluster } from '@tricade/cluster/testing';

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
    return { ...frontNode(tier, name, address), management: { address, port: managementPort } };
  };
  const named = (tier: Tier, prefix: string, count: number): ClusterNode[] =>
    Array.from({ length: count }, (_, index) => node(tier, `${prefix}${index + 1}`, index));
  const l7 = named('l7', 'p', proxies);
  const nodes = [
    ...named('routers', 'r', 2),
    ...named('l4', 'd', 2),
    ...l7,
    ...named('servers', 'w', servers),
    ...named('monitor', 'm', 2),
  ];
  const serverCheck: Check = sizes.serverCheck ?? { ...check, kind: 'none' };
  const cidr = '127.0.0.0/8';
  const shop = { nodes, vip: '198.51.100.1', check, serverCheck, agree: 2, cidr };
  const cluster = shopCluster(shop);
  const ids = Object.fromEntries(l7.map(({ name }, index) => [`l7/${name}`, index + 1]));
  return { cluster, generation: { number: 1, digest: 'd1', ids, hashKey: '00'.repeat(16) } };
}

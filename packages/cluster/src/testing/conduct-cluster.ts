/** A small cluster for tests of the conductor: routers, directors, proxies, one table over the proxies. */
import type { Cluster, ClusterNode, Generation, Name } from '../model/intent.ts';
import type { TableGroup } from '../model/role.ts';
import { frontNode, shopCluster } from './shop-cluster.ts';

const check = {
  kind: 'tcp',
  target: '',
  statuses: [],
  intervalMs: 2000,
  fastIntervalMs: 500,
  downIntervalMs: 5000,
  timeoutMs: 1000,
  rise: 2,
  fall: 3,
} as const;

const third = { routers: 0, l4: 10, l7: 20, servers: 30, monitor: 40 } as const;

function node(tier: ClusterNode['tier'], name: Name, index: number): ClusterNode {
  return frontNode(tier, name, `192.0.2.${third[tier] + index + 1}`);
}

export interface Sizes {
  readonly routers: number;
  readonly directors: number;
  readonly proxies: number;
  /** Rows of the table. */
  readonly rows: number;
  readonly via?: Cluster['l4']['announce']['via'];
  /** Default `xdp`. */
  readonly driver?: Cluster['l4']['driver'];
}

export interface SmallCluster {
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly groups: readonly TableGroup[];
  readonly routers: readonly Name[];
  readonly directors: readonly Name[];
  readonly proxies: readonly Name[];
}

const named = (prefix: string, count: number): Name[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);

/** Routers r1…, directors d1…, proxies p1… with ids 1…, group `l7`. */
export function smallCluster(sizes: Sizes): SmallCluster {
  const routers = named('r', sizes.routers);
  const directors = named('d', sizes.directors);
  const proxies = named('p', sizes.proxies);
  const nodes = [
    ...routers.map((name, i) => node('routers', name, i)),
    ...directors.map((name, i) => node('l4', name, i)),
    ...proxies.map((name, i) => node('l7', name, i)),
  ];
  const announce = { via: sizes.via ?? 'bgp', holdTimeMs: 9000 } as const;
  const cluster: Cluster = {
    ...shopCluster({ nodes, vip: '198.51.100.1', check }),
    l4: { driver: sizes.driver ?? 'xdp', asn: 64513, announce },
    pools: [],
    services: [],
  };
  const hashKey = '00'.repeat(16);
  const reals = proxies.map((name, i) => {
    const address = `192.0.2.${third.l7 + i + 1}`;
    return { id: i + 1, name, address, addresses: [address] };
  });
  const ids = Object.fromEntries(reals.map((real) => [`l7/${real.name}`, real.id]));
  return {
    cluster,
    generation: { number: 1, digest: '', ids, hashKey },
    groups: [{ group: 'l7', size: sizes.rows, hashKey, reals }],
    routers,
    directors,
    proxies,
  };
}

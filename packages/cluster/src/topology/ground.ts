/** The cluster as topology rules look at it: who stands where, what routers join, and the services that ask the same of the network. */
import { ipFamily } from '../ip.ts';
import type { Cluster, ClusterNode, Leg, Service, Tier } from '../model/intent.ts';
import { directorLeg, groupOf } from '../roles.ts';

/** Services that lay the same needs on the same nodes; rules judge them once. */
export interface Demand {
  /** The first of them in the file: findings point at it. */
  readonly service: Service;
  readonly services: readonly Service[];
  /** The nodes that directors feed: proxies, or the servers of the pool. */
  readonly reals: readonly ClusterNode[];
  /** The servers that proxies ask; empty without l7. */
  readonly servers: readonly ClusterNode[];
}

export interface Ground {
  readonly cluster: Cluster;
  readonly routers: readonly ClusterNode[];
  readonly directors: readonly ClusterNode[];
  readonly proxies: readonly ClusterNode[];
  /** The leg by which packets come to each director, by its name. */
  readonly arms: ReadonlyMap<string, Leg | undefined>;
  readonly demands: readonly Demand[];
  /** The first network that both stand in. */
  shared(one: ClusterNode, other: ClusterNode): string | undefined;
  /** True where packets find a way: a network in common, or networks that routers join. */
  connected(one: ClusterNode, other: ClusterNode): boolean;
}

export function groundOf(cluster: Cluster): Ground {
  const tier = (name: Tier) => cluster.nodes.filter((node) => node.tier === name);
  const [routers, directors, proxies] = [tier('routers'), tier('l4'), tier('l7')];
  const joined = joinedBy(routers);
  const joinedOf = (network: string) => joined.get(network) ?? network;
  return {
    cluster,
    routers,
    directors,
    proxies,
    arms: new Map(directors.map((director) => [director.name, directorLeg(cluster, director)])),
    demands: demandsOf(cluster, proxies),
    shared: (one, other) => networksOf(one).find((name) => networksOf(other).includes(name)),
    connected: (one, other) =>
      networksOf(one).some((mine) =>
        networksOf(other).some((theirs) => mine === theirs || joinedOf(mine) === joinedOf(theirs)),
      ),
  };
}

function networksOf(node: ClusterNode): string[] {
  return node.legs.map(({ network }) => network);
}

/** True where `node` stands in a network with one of `peers`. */
export function meets(node: ClusterNode, peers: readonly ClusterNode[]): boolean {
  const theirs = new Set(peers.flatMap(networksOf));
  return node.legs.some(({ network }) => theirs.has(network));
}

/** True where `node` has an address of the family in a network that one of `peers` stands in as well. */
export function speaks(node: ClusterNode, family: 4 | 6, peers: readonly ClusterNode[]): boolean {
  const theirs = new Set(peers.flatMap(networksOf));
  return node.legs.some(
    ({ network, addresses }) =>
      theirs.has(network) && addresses.some((address) => ipFamily(address) === family),
  );
}

/** Network → one name for all networks that routers join with it. */
function joinedBy(routers: readonly ClusterNode[]): Map<string, string> {
  const joined = new Map<string, string>();
  for (const router of routers) {
    const networks = networksOf(router);
    const names = new Set(networks.map((network) => joined.get(network) ?? network));
    const [first] = names;
    if (first === undefined) continue;
    for (const network of networks) joined.set(network, first);
    for (const [network, name] of joined) if (names.has(name)) joined.set(network, first);
  }
  return joined;
}

function demandsOf(cluster: Cluster, proxies: readonly ClusterNode[]): Demand[] {
  const nodes = new Map(cluster.nodes.map((node) => [node.name, node]));
  const pools = new Map(cluster.pools.map((pool) => [pool.name, pool]));
  const serversOf = (pool: string | undefined) =>
    (pools.get(pool ?? '')?.servers ?? []).flatMap(({ name }) => nodes.get(name) ?? []);
  const byNeed = new Map<string, Service[]>();
  for (const service of cluster.services) {
    const { l4, l7, listen, affinity } = service;
    const families = service.vips.map((vip) => (vip.includes(':') ? 6 : 4));
    const need = [groupOf(service), l4.mode, l7?.mode, l7?.pool, listen, affinity, families].join();
    const same = byNeed.get(need);
    if (same) same.push(service);
    else byNeed.set(need, [service]);
  }
  return [...byNeed.values()].flatMap((services) => {
    const [service] = services;
    if (service === undefined) return [];
    const servers = serversOf(service.l7?.pool);
    const reals = service.l7 ? proxies : serversOf(service.l4.pool);
    return [{ service, services, reals, servers }];
  });
}

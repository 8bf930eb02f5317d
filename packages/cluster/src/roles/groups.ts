/** The three stacked groups and their members: ECMP group of directors, forwarding tables over reals, pools of servers. */
import type { HashKind } from '../hash.ts';
import type { Address, Cluster, Generation, L4Driver, Name, Service } from '../model/intent.ts';
import type { TableGroup } from '../model/role.ts';
import { nodesOf, sharedLeg } from './nodes.ts';

/** Group of the ECMP next hops; its members are the directors. */
export const ecmpGroup = 'l4';
/** Group of the forwarding table over proxies. */
export const proxyGroup = 'l7';

/**
 * Rows of a forwarding table by driver, fixed when a group is born. XDP: Maglev's 65,537 (NSDI 2016, section 3.4). nft: 4,096 slots load in
 * 41 ms and keep 3 proxies within 0.03 % of each other.
 */
export const tableRowsByDriver: Readonly<Record<L4Driver, number>> = {
  xdp: 65_537,
  nft: 4_096,
  ipvs: 4_096,
};

/** Flow hash of the tables by driver; ipvs keeps flows in the kernel and hashes by none of ours. */
export const flowHashByDriver: Readonly<Partial<Record<L4Driver, HashKind>>> = {
  xdp: 'siphash',
  nft: 'jhash',
};

/** A member of a group: `group/node`, by which health, latches and ids know it. */
export interface GroupMember {
  readonly member: string;
  readonly group: string;
  readonly node: Name;
}

/** The group whose table spreads a service: the proxies, or the pool that directors feed themselves. */
export function groupOf(service: Service): string {
  return service.l7 === undefined ? (service.l4.pool ?? proxyGroup) : proxyGroup;
}

/** Proxies share alike: the weight of a server of which nothing is said. */
const proxyWeight = 100;

interface Real {
  readonly name: Name;
  readonly addresses: readonly Address[];
  readonly weight: number;
}

interface RealGroup {
  readonly group: string;
  readonly reals: readonly Real[];
}

/** Groups of reals that a service is spread over, proxies first, then pools in the order of the file. */
function realGroups(cluster: Cluster): readonly RealGroup[] {
  const spread = new Set(cluster.services.map(groupOf));
  const directors = nodesOf(cluster, 'l4');
  const proxies = nodesOf(cluster, 'l7').map((node) => ({
    name: node.name,
    addresses: (sharedLeg(node, directors) ?? node.legs[0])?.addresses ?? [],
    weight: proxyWeight,
  }));
  const pools = cluster.pools.map((pool) => ({
    group: pool.name,
    reals: pool.servers.map(({ name, address, weight }) => ({
      name,
      addresses: [address],
      weight,
    })),
  }));
  return [{ group: proxyGroup, reals: proxies }, ...pools].filter(({ group }) => spread.has(group));
}

/**
 * Every forwarding table of the cluster with its reals; the same on all directors. Groups without a service have no table, members without an
 * id or an address are no reals.
 */
export function tableGroups(cluster: Cluster, generation: Generation): readonly TableGroup[] {
  return realGroups(cluster).map(({ group, reals }) => ({
    group,
    size: tableRowsByDriver[cluster.l4.driver],
    hashKey: generation.hashKey,
    reals: reals.flatMap(({ name, addresses, weight }) => {
      const id = generation.ids[`${group}/${name}`];
      const [address] = addresses;
      return id === undefined || address === undefined
        ? []
        : [{ id, name, address, addresses, weight }];
    }),
  }));
}

/** Members (`group/name`) that need an id in a generation: the reals of every forwarding table. */
export function tableMembers(cluster: Cluster): readonly string[] {
  return realGroups(cluster).flatMap(({ group, reals }) =>
    reals.map((real) => `${group}/${real.name}`),
  );
}

/** Every member of every group: routers, directors, proxies, servers of all pools. What health and latches speak of. */
export function allMembers(cluster: Cluster): readonly GroupMember[] {
  const tiers = [
    ['routers', nodesOf(cluster, 'routers')],
    [ecmpGroup, nodesOf(cluster, 'l4')],
    [proxyGroup, nodesOf(cluster, 'l7')],
  ] as const;
  const pools = cluster.pools.map((pool) => [pool.name, pool.servers] as const);
  return [...tiers, ...pools].flatMap(([group, members]) =>
    members.map(({ name }) => ({ member: `${group}/${name}`, group, node: name })),
  );
}

/** The three stacked groups and their members: ECMP group of directors, forwarding tables over reals, pools of servers. */
import type { HashKind } from '../hash.ts';
import { ipFamily } from '../ip.ts';
import type {
  Address,
  Cluster,
  Generation,
  L4Driver,
  L4Mode,
  Name,
  Server,
  Service,
} from '../model/intent.ts';
import type { TableGroup } from '../model/role.ts';
import { nodeNamed, nodesOf, sharedLeg } from './nodes.ts';

/** Group of the ECMP next hops; its members are the directors. */
export const ecmpGroup = 'l4';
/** Group of the forwarding table over proxies. */
export const proxyGroup = 'l7';

/**
 * Rows of a forwarding table by driver. nft: 4,096 slots load in 41 ms and keep 3 proxies within 0.03 % of each other. xdp: at least as many, and 100
 * for each real, so that none gets over 1 % more than another (Maglev, NSDI 2016, section 5.3); a power of two, so that a table can double.
 */
export const tableRowsByDriver: Readonly<
  Record<L4Driver, { readonly least: number; readonly most: number; readonly perReal: number }>
> = {
  xdp: { least: 4_096, most: 65_536, perReal: 100 },
  nft: { least: 4_096, most: 4_096, perReal: 0 },
  ipvs: { least: 4_096, most: 4_096, perReal: 0 },
};

/** Rows that a table is born with, for so many reals. */
export function rowsAtBirth(driver: L4Driver, reals: number): number {
  const { least, most, perReal } = tableRowsByDriver[driver];
  let rows = least;
  while (rows < reals * perReal && rows < most) rows *= 2;
  return rows;
}

/** Flow hash of the tables by driver; ipvs keeps flows in the kernel and hashes by none of ours. */
export const flowHashByDriver: Readonly<Partial<Record<L4Driver, HashKind>>> = {
  xdp: 'multilinear',
  nft: 'jhash',
};

/** Modes by driver in which an address and port of a real may stand for one VIP, so that answers need no memory: `Capabilities.answersByPort`. */
export const answersByPortByDriver: Readonly<Partial<Record<L4Driver, readonly L4Mode[]>>> = {
  xdp: ['dnat'],
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

/** Groups among whose flows are some that directors remember: those of services in one of the `modes` (`Capabilities.flowMemory`). */
export function rememberedGroups(
  { services }: Pick<Cluster, 'services'>,
  modes: readonly string[] = [],
): ReadonlySet<string> {
  return new Set(services.filter(({ l4 }) => modes.includes(l4.mode)).map(groupOf));
}

/** True where a group's flows are connections of TCP: the sockets of a real that tells its rows are all that it has. */
export function takesTcpAlone({ services }: Pick<Cluster, 'services'>, group: string): boolean {
  const own = services.filter((service) => groupOf(service) === group);
  return own.every(({ ports }) => ports.every(({ protocol }) => protocol === 'tcp'));
}

/** Proxies share alike: the weight of a server of which nothing is said. */
const proxyWeight = 100;

export interface GroupReal {
  readonly name: Name;
  readonly addresses: readonly Address[];
  readonly weight: number;
  /** Where directors find it. */
  readonly network: Name;
}

export interface RealGroup {
  readonly group: string;
  readonly reals: readonly GroupReal[];
}

/** Groups of reals that a service is spread over, proxies first, then pools in the order of the file. */
export function realGroups(cluster: Cluster): readonly RealGroup[] {
  const spread = new Set(cluster.services.map(groupOf));
  const directors = nodesOf(cluster, 'l4');
  const proxies = nodesOf(cluster, 'l7').map((node) => {
    const leg = sharedLeg(node, directors) ?? node.legs[0];
    const { addresses = [], network = '' } = leg ?? {};
    return { name: node.name, addresses, weight: proxyWeight, network };
  });
  const pools = cluster.pools.map((pool) => ({
    group: pool.name,
    reals: pool.servers.map((server) => ({
      name: server.name,
      addresses: serverAddresses(cluster, server),
      weight: server.weight,
      network: serverNetwork(cluster, server),
    })),
  }));
  return [{ group: proxyGroup, reals: proxies }, ...pools].filter(({ group }) => spread.has(group));
}

/** The address by which the pool knows the server, then the one of the other family where its machine has one. */
function serverAddresses(cluster: Cluster, { name, address }: Server): readonly Address[] {
  const all = nodeNamed(cluster, name).legs.flatMap((leg) => leg.addresses);
  const other = all.find((each) => ipFamily(each) !== ipFamily(address));
  return other === undefined ? [address] : [address, other];
}

function serverNetwork(cluster: Cluster, { name, address }: Server): Name {
  const { legs } = nodeNamed(cluster, name);
  return (legs.find(({ addresses }) => addresses.includes(address)) ?? legs[0])?.network ?? '';
}

/** Networks in which directors find the reals of `services`, by the real's first address. */
export function realNetworks(
  cluster: Cluster,
  services: readonly Service[] = cluster.services,
): ReadonlyMap<Address, Name> {
  const wanted = new Set(services.map(groupOf));
  const reals = realGroups(cluster)
    .filter(({ group }) => wanted.has(group))
    .flatMap((group) => group.reals);
  return new Map(
    reals.flatMap(({ addresses, network }) => addresses.slice(0, 1).map((each) => [each, network])),
  );
}

/**
 * Every forwarding table of the cluster with its reals; the same on all directors. Groups without a service have no table, members without an
 * id or an address are no reals.
 */
export function tableGroups(cluster: Cluster, generation: Generation): readonly TableGroup[] {
  return realGroups(cluster).map(({ group, reals }) => ({
    group,
    size: generation.tableRows?.[group] ?? rowsAtBirth(cluster.l4.driver, reals.length),
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

/** Groups of reals, and the rows that their tables would be born with. */
export function tablesAtBirth(cluster: Cluster): Readonly<Record<string, number>> {
  return Object.fromEntries(
    realGroups(cluster).map(({ group, reals }) => [
      group,
      rowsAtBirth(cluster.l4.driver, reals.length),
    ]),
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

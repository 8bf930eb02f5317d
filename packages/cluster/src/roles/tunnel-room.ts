/** What of a packet fits into a tunnel: networks carry so much, and the outer headers take their share. */
import { ipFamily } from '../ip.ts';
import type { Address, Cidr, Cluster, ClusterNode, Name } from '../model/intent.ts';
import { nodesOf, sharedLeg } from './nodes.ts';
import { encapsulationOf, outerFamilyByDriver, overheadBytes } from './tunnels.ts';

export interface TunnelRoom {
  /** The narrowest network that tunnelled packets cross. */
  readonly network: Name;
  readonly mtuBytes: number;
  /** Outer headers. */
  readonly overheadBytes: number;
  /** Packets of clients come as large as this. */
  readonly entryBytes: number;
  /** TCP segments for which there is room; what a real says in its SYN-ACK where larger ones would come. */
  readonly mssBytes: number;
}

/** IP and TCP headers without options (RFC 9293, section 3.7.1): 20 or 40 bytes, and 20. */
const headersBytes = { 4: 40, 6: 60 } as const;

/**
 * The least segments that a host may count on: 536 bytes with IPv4 (RFC 9293, section 3.7.1); with IPv6 a link carries 1,280 bytes (RFC 8200, section 5),
 * and hosts that discover no path MTU send that much.
 */
export const leastMssBytes: Readonly<Record<4 | 6, number>> = { 4: 536, 6: 1_220 };

export function vipFamily(vip: Address | Cidr): 4 | 6 {
  return vip.includes(':') ? 6 : 4;
}

/** True where packets come that do not fit. */
export function isTight({ mtuBytes, overheadBytes: overhead, entryBytes }: TunnelRoom): boolean {
  return entryBytes + overhead > mtuBytes;
}

/** Room on the ways from the cluster's directors to `reals`, for packets to `vip`; undefined where there is no way to speak of. */
export function tunnelRoom(
  cluster: Cluster,
  vip: Address | Cidr,
  reals: readonly ClusterNode[],
): TunnelRoom | undefined {
  const mtus = new Map(cluster.networks.map(({ name, mtuBytes }) => [name, mtuBytes]));
  const mtuOf = (network: Name) => mtus.get(network) ?? Number.POSITIVE_INFINITY;
  const crossed = nodesOf(cluster, 'l4').flatMap((director) =>
    reals.flatMap((real) => networksBetween(director, real)),
  );
  const [network] = crossed.toSorted((one, other) => mtuOf(one) - mtuOf(other));
  const entryBytes = Math.max(...entryNetworks(cluster).map(mtuOf));
  if (network === undefined || !Number.isFinite(entryBytes)) return undefined;
  const family = vipFamily(vip);
  const overhead = overheadOf(cluster, family, reals);
  const mtuBytes = mtuOf(network);
  const mssBytes = mtuBytes - overhead - headersBytes[family];
  return { network, mtuBytes, overheadBytes: overhead, entryBytes, mssBytes };
}

function networksBetween(director: ClusterNode, real: ClusterNode): readonly Name[] {
  const shared = sharedLeg(director, [real]);
  if (shared !== undefined) return [shared.network];
  return [...director.legs, ...real.legs].map(({ network }) => network);
}

/** Networks of routers in which nothing but clients stands; without routers those of the directors. */
function entryNetworks(cluster: Cluster): readonly Name[] {
  const networksOf = (nodes: readonly ClusterNode[]) =>
    nodes.flatMap(({ legs }) => legs.map(({ network }) => network));
  const directors = nodesOf(cluster, 'l4');
  const taken = new Set(
    networksOf([...directors, ...nodesOf(cluster, 'l7'), ...nodesOf(cluster, 'servers')]),
  );
  const outside = networksOf(nodesOf(cluster, 'routers')).filter((name) => !taken.has(name));
  return outside.length > 0 ? outside : networksOf(directors);
}

function overheadOf(cluster: Cluster, inner: 4 | 6, reals: readonly ClusterNode[]): number {
  const { driver } = cluster.l4;
  const hasIpv4 = ({ legs }: ClusterNode) =>
    legs.some(({ addresses }) => addresses.some((address) => ipFamily(address) === 4));
  const outer = outerFamilyByDriver[driver];
  const isIpv4 =
    outer === 'inner' ? inner === 4 : [...nodesOf(cluster, 'l4'), ...reals].every(hasIpv4);
  return overheadBytes[encapsulationOf(cluster.l4)][isIpv4 ? 4 : 6];
}

/** Routing: what routers take from directors, and what directors announce to routers. */
import { contains, ipFamily, sameFamily } from '../ip.ts';
import type { Address, Cluster, ClusterNode } from '../model/intent.ts';
import type { RouterState, SpeakerState } from '../model/role.ts';
import { answersArp } from './holder.ts';
import { nodesOf, sharedLeg } from './nodes.ts';
import { allVipPrefixes } from './vips.ts';

/** The address by which others know this node in routing protocols: its first IPv4 address (RFC 4271 section 4.2). */
function routerId(node: ClusterNode): Address {
  const all = node.legs.flatMap((leg) => leg.addresses);
  return all.find((address) => ipFamily(address) === 4) ?? '0.0.0.1';
}

/** Sessions of routers are passive: they listen in the subnets in which directors stand. */
function listenRanges(cluster: Cluster, node: ClusterNode): RouterState['listenRanges'] {
  const directors = nodesOf(cluster, 'l4');
  const networks = new Set(directors.flatMap(({ legs }) => legs.map((leg) => leg.network)));
  return node.legs
    .filter((leg) => networks.has(leg.network))
    .flatMap((leg) => {
      const network = cluster.networks.find((each) => each.name === leg.network);
      return (network?.cidrs ?? []).flatMap((cidr) => {
        const localAddress = leg.addresses.find((address) => contains(cidr, address));
        return localAddress === undefined ? [] : [{ cidr, localAddress, device: leg.device }];
      });
    });
}

export function routerState(cluster: Cluster, node: ClusterNode): RouterState {
  const { bfd, holdTimeMs } = cluster.l4.announce;
  return {
    node: node.name,
    routerId: routerId(node),
    asn: cluster.routers.asn,
    directorAsn: cluster.l4.asn,
    listenRanges: listenRanges(cluster, node),
    ...(bfd === undefined ? {} : { bfd }),
    holdTimeMs,
    maxPaths: cluster.routers.ecmp.maxPaths,
    hash: cluster.routers.ecmp.hash,
    vipPrefixes: allVipPrefixes(cluster),
    devices: node.legs.map((leg) => leg.device),
  };
}

/** One session per router and family, over the first network that both stand in. */
function peersOf(cluster: Cluster, node: ClusterNode): SpeakerState['peers'] {
  return nodesOf(cluster, 'routers').flatMap((router) => {
    const leg = sharedLeg(router, [node]);
    const own = node.legs.find((candidate) => candidate.network === leg?.network);
    if (leg === undefined || own === undefined) return [];
    return leg.addresses.flatMap((address) => {
      const localAddress = sameFamily(own.addresses, address);
      if (localAddress === undefined) return [];
      const { asn } = cluster.routers;
      return [{ name: router.name, address, localAddress, asn, device: own.device }];
    });
  });
}

export function speakerState(cluster: Cluster, node: ClusterNode): SpeakerState {
  const { bfd, holdTimeMs } = cluster.l4.announce;
  return {
    node: node.name,
    routerId: routerId(node),
    asn: cluster.l4.asn,
    peers: peersOf(cluster, node),
    ...(bfd === undefined ? {} : { bfd }),
    holdTimeMs,
    prefixes: allVipPrefixes(cluster),
    ...(answersArp(cluster) ? { answers: answersOf(cluster, node) } : {}),
  };
}

/** VIPs that lie in no network of the node are answered by nobody: `validate` refuses them. */
function answersOf(cluster: Cluster, node: ClusterNode): NonNullable<SpeakerState['answers']> {
  const cidrsOf = (network: string) =>
    cluster.networks.find(({ name }) => name === network)?.cidrs ?? [];
  return allVipPrefixes(cluster).flatMap((prefix) => {
    const leg = node.legs.find(({ network }) =>
      cidrsOf(network).some((cidr) => contains(cidr, prefix)),
    );
    return leg === undefined ? [] : [{ prefix, device: leg.device }];
  });
}

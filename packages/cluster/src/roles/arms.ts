/** By which of its legs a director takes packets in, and by which they leave. */
import { contains, ipFamily } from '../ip.ts';
import type { Address, Cluster, ClusterNode, Leg, Name } from '../model/intent.ts';
import type { DirectorState, TableGroup } from '../model/role.ts';
import { realNetworks } from './groups.ts';
import { answersArp } from './holder.ts';
import { nodesOf, sharedLeg } from './nodes.ts';

/** Where a director's packets come in: the leg that it shares with routers, without them that of the VIPs, else one that it shares with reals. */
export function directorLeg(cluster: Cluster, node: ClusterNode): Leg | undefined {
  const reals = [...nodesOf(cluster, 'l7'), ...nodesOf(cluster, 'servers')];
  const routed = sharedLeg(node, nodesOf(cluster, 'routers'));
  return routed ?? answeringLeg(cluster, node) ?? sharedLeg(node, reals) ?? node.legs[0];
}

/** The leg in whose network the first VIP lies that is answered by ARP or ND. */
function answeringLeg(cluster: Cluster, node: ClusterNode): Leg | undefined {
  if (!answersArp(cluster)) return undefined;
  const vips = cluster.services.flatMap((service) => service.vips);
  return node.legs.find(({ network }) => {
    const cidrs = cluster.networks.find(({ name }) => name === network)?.cidrs ?? [];
    return cidrs.some((cidr) => contains(cidr, vips[0] ?? ''));
  });
}

/** The leg by which a director sends to a network: its own there, else that of the first router that leads there; undefined: there is no way. */
export function legTowards(cluster: Cluster, node: ClusterNode, network: Name): Leg | undefined {
  const own = node.legs.find((leg) => leg.network === network);
  if (own !== undefined) return own;
  const router = nodesOf(cluster, 'routers').find(
    ({ legs }) =>
      legs.some((leg) => leg.network === network) &&
      node.legs.some((leg) => legs.some((each) => each.network === leg.network)),
  );
  const way = router && sharedLeg(router, [node])?.network;
  return node.legs.find((leg) => leg.network === way);
}

/** The leg by which packets come in, then those by which they leave for reals; each once. */
export function armLegs(cluster: Cluster, node: ClusterNode): readonly Leg[] {
  const networks = new Set(realNetworks(cluster).values());
  const ways = [...networks].map((network) => legTowards(cluster, node, network));
  const legs = [directorLeg(cluster, node), ...ways].filter((leg) => leg !== undefined);
  return [...new Set(legs)];
}

/**
 * The director's end of tunnels, one address a family: on the leg by which all tunnelled packets leave; where they leave by several, or that leg has none of the
 * family, on the one they come in by, else on any.
 */
export function outerAddresses(cluster: Cluster, node: ClusterNode): readonly Address[] {
  const tunnelled = cluster.services.filter(({ l4 }) => l4.mode === 'tunnel');
  const networks = new Set(realNetworks(cluster, tunnelled).values());
  const ways = new Set([...networks].map((network) => legTowards(cluster, node, network)));
  const legs = [...(ways.size === 1 ? ways : []), directorLeg(cluster, node), ...node.legs];
  const addresses = legs.flatMap((leg) => leg?.addresses ?? []);
  return addresses.filter(
    (address, at) => at === addresses.findIndex((each) => ipFamily(each) === ipFamily(address)),
  );
}

/** Devices besides the one by which packets come in, each with the reals behind it. */
export function otherArms(
  cluster: Cluster,
  node: ClusterNode,
  groups: readonly TableGroup[],
): NonNullable<DirectorState['arms']> {
  const [, ...others] = armLegs(cluster, node);
  if (others.length === 0) return [];
  const networks = realNetworks(cluster);
  const ways = new Map(
    [...new Set(networks.values())].map((name) => [name, legTowards(cluster, node, name)]),
  );
  const reals = groups.flatMap((group) => group.reals);
  return others.map((leg) => ({
    device: leg.device,
    reals: reals
      .filter(({ address }) => ways.get(networks.get(address) ?? '') === leg)
      .map(({ id }) => id),
  }));
}

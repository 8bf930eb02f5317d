/** Next hops to reals that are not on a wire with the node: of directors, and of receivers that hand packets on. */
import { contains, ipFamily } from '../ip.ts';
import type { Address, Cluster, ClusterNode } from '../model/intent.ts';
import type { Gateways, TableGroup } from '../model/role.ts';
import { nodesOf, sharedLeg } from './nodes.ts';

/**
 * Address of a real → addresses of the routers, in the order of the file, that stand both on a network of `node` and on the real's.
 * Reals that are neighbours, and those that no router leads to, are left out.
 */
export function gatewaysOf(
  cluster: Cluster,
  node: ClusterNode,
  groups: readonly TableGroup[],
): Gateways {
  const networkOf = (address: Address) =>
    cluster.networks.find(({ cidrs }) => cidrs.some((cidr) => contains(cidr, address)))?.name;
  const own = new Set(node.legs.map(({ network }) => network));
  const addresses = new Set(groups.flatMap(({ reals }) => reals.map(({ address }) => address)));
  const gateways: Record<Address, readonly Address[]> = {};
  for (const address of addresses) {
    const network = networkOf(address);
    if (network === undefined || own.has(network)) continue;
    const routers = nodesOf(cluster, 'routers')
      .filter((router) => router.legs.some((leg) => leg.network === network))
      .flatMap((router) => sharedLeg(router, [node])?.addresses ?? [])
      .filter((each) => ipFamily(each) === ipFamily(address));
    if (routers.length > 0) gateways[address] = routers;
  }
  return gateways;
}

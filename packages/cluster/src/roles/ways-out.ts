/** Where answers to clients leave, where several routers lead to them. */
import { ipFamily } from '../ip.ts';
import type { Address, Cluster, ClusterNode, Leg } from '../model/intent.ts';
import type { WayOut } from '../model/role.ts';
import { nodesOf } from './nodes.ts';

/** Routers on the network of a leg, one address each, of a family. */
function routersOn(cluster: Cluster, { network }: Leg, family: 4 | 6): readonly Address[] {
  return nodesOf(cluster, 'routers').flatMap((router) => {
    const legs = router.legs.filter((leg) => leg.network === network);
    const addresses = legs.flatMap((leg) => leg.addresses);
    return addresses.filter((address) => ipFamily(address) === family).slice(0, 1);
  });
}

/**
 * One a family: all routers on the first network, that of `first` before the others, on which there are several and the node has an address of the family. With one
 * router there is nothing to choose: answers leave as everything else does on the node.
 */
export function waysOut(
  cluster: Cluster,
  node: ClusterNode,
  first: Leg | undefined,
): readonly WayOut[] {
  const legs = first === undefined ? node.legs : [first, ...node.legs];
  return ([4, 6] as const).flatMap((family) => {
    const ways = legs
      .filter(({ addresses }) => addresses.some((address) => ipFamily(address) === family))
      .map((leg) => ({ device: leg.device, routers: routersOn(cluster, leg, family) }));
    return ways.filter(({ routers }) => routers.length > 1).slice(0, 1);
  });
}

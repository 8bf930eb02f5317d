/** Directors send packets on by the device on which they came in: their reals must be found there. */
import type { ClusterNode, L4Driver, L4Mode, Leg } from '../model/intent.ts';
import { sharedLeg } from '../roles.ts';
import type { Demand, Ground } from './ground.ts';
import { mode, names, others, type Problem } from './problem.ts';

/** Modes whose packets leave by the device they came in by; in others the kernel routes them. */
const oneArmed: Readonly<Record<L4Driver, readonly L4Mode[]>> = {
  xdp: ['dsr', 'tunnel', 'dnat', 'full-nat'],
  nft: ['dsr'],
  ipvs: [],
};

/** Reals, or the routers that lead to them, stand in the network by which packets for VIPs come in. */
export function realsOnTheArm(ground: Ground, demand: Demand): Problem[] {
  const { arms, directors } = ground;
  const { driver } = ground.cluster.l4;
  const { mode: l4Mode } = demand.service.l4;
  if (!oneArmed[driver].includes(l4Mode)) return [];
  const far = directors.flatMap((director) => {
    const arm = arms.get(director.name);
    const reals = demand.reals.filter((real) => {
      const by = legTowards(ground, director, real);
      return by !== undefined && by.network !== arm?.network;
    });
    return reals.length === 0 || arm === undefined ? [] : [{ director, arm, reals }];
  });
  const [first] = far;
  if (first === undefined) return [];
  const message =
    `"${demand.service.name}"${others(demand)} is ${l4Mode} through ${driver}, which sends packets on by the device that they came in by: ` +
    `${names(far.map(({ director }) => director))} would send those for ${names(far.flatMap(({ reals }) => reals))} into "${first.arm.network}"`;
  return [{ code: 'TRI-T027', severity: 'error', path: mode(demand), message }];
}

/** The director's leg in the real's network, else in that of the router that leads there; undefined: there is no way, which other rules say. */
function legTowards(
  { directors, routers }: Ground,
  director: ClusterNode,
  real: ClusterNode,
): Leg | undefined {
  const network = (sharedLeg(real, directors) ?? real.legs[0])?.network;
  const own = director.legs.find((leg) => leg.network === network);
  if (own !== undefined) return own;
  const gateway = routers.find(
    (router) => router.legs.some((leg) => leg.network === network) && sharedLeg(router, [director]),
  );
  const way = gateway && sharedLeg(gateway, [director])?.network;
  return director.legs.find((leg) => leg.network === way);
}

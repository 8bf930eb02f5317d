/** By which devices packets come to directors, and by which they leave: each driver can do so much. */
import type { Catalog } from '../driver.ts';
import type { ClusterNode, L4Driver, L4Mode } from '../model/intent.ts';
import { armLegs, legTowards, sharedLeg } from '../roles.ts';
import type { Demand, Ground } from './ground.ts';
import { mode, names, others, type Problem } from './problem.ts';

/** Modes whose packets leave by the device they came in by, and why; in others the program or the kernel sends them where the real is. */
const oneArmed: Readonly<Record<L4Driver, Readonly<Partial<Record<L4Mode, string>>>>> = {
  xdp: {
    'full-nat': 'gives packets the address of the device that they came in by as their source',
  },
  nft: { dsr: 'sends packets on by the device that they came in by' },
  ipvs: {},
};

/** Reals, or the routers that lead to them, stand in the network by which packets for VIPs come in. */
export function realsOnTheArm(ground: Ground, demand: Demand): Problem[] {
  const { arms, cluster, directors } = ground;
  const { driver } = cluster.l4;
  const { mode: l4Mode } = demand.service.l4;
  const how = oneArmed[driver][l4Mode];
  if (how === undefined) return [];
  const far = directors.flatMap((director) => {
    const arm = arms.get(director.name);
    const reals = demand.reals.filter((real) => {
      const by = legTowards(cluster, director, networkOf(ground, real));
      return by !== undefined && by.network !== arm?.network;
    });
    return reals.length === 0 || arm === undefined ? [] : [{ director, arm, reals }];
  });
  const [first] = far;
  if (first === undefined) return [];
  const message =
    `"${demand.service.name}"${others(demand)} is ${l4Mode} through ${driver}, which ${how}: ` +
    `${names(far.map(({ director }) => director))} would send those for ${names(far.flatMap(({ reals }) => reals))} into "${first.arm.network}"`;
  return [{ code: 'TRI-T027', severity: 'error', path: mode(demand), message }];
}

/** Where directors find a real. */
function networkOf({ directors }: Ground, real: ClusterNode): string {
  return (sharedLeg(real, directors) ?? real.legs[0])?.network ?? '';
}

/** Packets come in by one device: every router sends them to the address of that leg. */
export function oneWayIn({ arms, cluster, directors, routers }: Ground): Problem[] {
  if (cluster.l4.announce.via !== 'bgp') return [];
  return directors.flatMap((director) => {
    const arm = arms.get(director.name)?.network;
    const meetings = routers.flatMap((router) => {
      const network = sharedLeg(router, [director])?.network;
      return network === undefined || network === arm ? [] : [{ router, network }];
    });
    const [other] = meetings;
    if (other === undefined) return [];
    const message =
      `${names(meetings.map(({ router }) => router))} would bring packets to "${director.name}" by "${other.network}", ` +
      `and it takes them in by "${arm}": the first network of each that both stand in`;
    const path = ['l4', 'nodes', director.name];
    return [{ code: 'TRI-T028', severity: 'error', path, part: 'key', message } as const];
  });
}

/** A program has room for so many devices. */
export function armsEnough(
  { cluster, directors }: Ground,
  catalog: Catalog | undefined,
): Problem[] {
  const { driver } = cluster.l4;
  const most = catalog?.['director']?.[driver]?.arms;
  if (most === undefined) return [];
  return directors.flatMap((director) => {
    const networks = armLegs(cluster, director).map(({ network }) => network);
    if (networks.length <= most) return [];
    const message =
      `"${director.name}" takes packets in and sends them on by ${networks.length} devices (${networks.join(', ')}), ` +
      `and ${driver} has room for ${most}`;
    const path = ['l4', 'nodes', director.name];
    return [{ code: 'TRI-T029', severity: 'error', path, part: 'key', message } as const];
  });
}

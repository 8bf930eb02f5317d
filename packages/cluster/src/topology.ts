/** Rules that modes and tiers lay on the network. */
import type { Catalog } from './driver.ts';
import type { Cluster } from './model/intent.ts';
import type { Finding } from './model/plan.ts';
import { answersToldApart } from './topology/answer-rules.ts';
import { armsEnough, oneWayIn, realsOnTheArm } from './topology/arm-rules.ts';
import {
  arpWithoutRouters,
  monitorsReachAll,
  nodesNotDenied,
  oneSegment,
  pathsForAll,
  resilientWhereAble,
  routersJoin,
  routersMeetDirectors,
} from './topology/cluster-rules.ts';
import {
  clientsElsewhere,
  dnatReturnsThroughDirector,
  dsrOnOneWire,
  repliesLeave,
  vipOnReals,
  wayToReals,
} from './topology/director-rules.ts';
import { type Demand, type Ground, groundOf } from './topology/ground.ts';
import type { Locate } from './topology/locate.ts';
import type { Problem } from './topology/problem.ts';
import {
  clientAddressKept,
  clientFamilyAtServers,
  familiesPresent,
  portsInEveryPacket,
  portsKept,
  proxiesReachServers,
  serversReturnToProxy,
  vipsToldApart,
} from './topology/service-rules.ts';
import { topologyCodes } from './topology/topology-codes.ts';
import { tunnelFits } from './topology/tunnel-rules.ts';

export type { Locate } from './topology/locate.ts';

/** Rules about the cluster as a whole. */
const clusterRules: readonly ((
  ground: Ground,
  catalog: Catalog | undefined,
) => readonly Problem[])[] = [
  routersMeetDirectors,
  oneWayIn,
  armsEnough,
  routersJoin,
  pathsForAll,
  resilientWhereAble,
  monitorsReachAll,
  oneSegment,
  arpWithoutRouters,
  vipsToldApart,
  answersToldApart,
  nodesNotDenied,
];

/** Rules about services; those that ask the same of the same nodes are judged once. */
const serviceRules: readonly ((ground: Ground, demand: Demand) => readonly Problem[])[] = [
  dsrOnOneWire,
  wayToReals,
  realsOnTheArm,
  dnatReturnsThroughDirector,
  clientsElsewhere,
  vipOnReals,
  tunnelFits,
  repliesLeave,
  clientAddressKept,
  portsKept,
  portsInEveryPacket,
  familiesPresent,
  proxiesReachServers,
  serversReturnToProxy,
  clientFamilyAtServers,
];

/**
 * Holds what each mode needs against the networks of the cluster; empty where everything fits. With a catalog, also what drivers cannot do.
 * `locate` gives findings their place in the file; without it those about a service point at its `source`.
 */
export function checkTopology(cluster: Cluster, catalog?: Catalog, locate?: Locate): Finding[] {
  const ground = groundOf(cluster);
  const problems = [
    ...clusterRules.flatMap((rule) => rule(ground, catalog)),
    ...ground.demands.flatMap((demand) => serviceRules.flatMap((rule) => rule(ground, demand))),
  ];
  return problems.map((problem) => findingOf(problem, cluster, locate));
}

function findingOf(
  { path, part, ...problem }: Problem,
  cluster: Cluster,
  locate?: Locate,
): Finding {
  const span = locate ? locate(path, part) : sourceSpan(path, cluster);
  const { effect, fix } = topologyCodes[problem.code] ?? { effect: '', fix: '' };
  return { effect, fix, ...problem, ...(span ? { span } : {}) };
}

/** From `file:line:col` of the service that a path leads into. */
function sourceSpan([section, name]: Problem['path'], { services }: Cluster): Finding['span'] {
  if (section !== 'services') return undefined;
  const source = services.find((service) => service.name === name)?.source ?? '';
  const [, file, line, column] = /^(.*):(\d+):(\d+)$/.exec(source) ?? [];
  if (file === undefined) return undefined;
  return { file, line: Number(line), column: Number(column), length: String(name).length };
}

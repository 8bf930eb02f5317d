/** Feed state → what each role of this node is to do now, and a text that is equal for equal live states. Pure. */
import type {
  DirectorLive,
  DirectorState,
  LiveInput,
  Name,
  RoleName,
  RoleStates,
} from '@tricade/cluster';
import {
  directorLive,
  directorNeighbours,
  gatewaysIn,
  proxyLive,
  receiverLive,
  receiverNeighbours,
  routerLive,
  speakerLive,
  throughGateways,
} from '@tricade/cluster';
import type { Links } from './links/links.ts';

export interface RoleContext {
  readonly node: Name;
  /** Steps applied and read back, by group. */
  readonly acked: Readonly<Record<string, { readonly step: number }>>;
  /** Undefined where nobody resolves. */
  readonly links: Pick<Links, 'neighbours' | 'silent'> | undefined;
  /** Of the node. */
  readonly states: RoleStates;
}

/** Roles that have a live state; the others are installed and that is all. */
export type SteeredRole = Extract<
  RoleName,
  'receiver' | 'director' | 'router' | 'proxy' | 'speaker'
>;
export const steeredRoles: readonly SteeredRole[] = [
  'receiver',
  'director',
  'router',
  'proxy',
  'speaker',
];

/** Undefined: nothing is known to steer by, so what runs stays. A director without a table is left alone: a table is never emptied. */
export function liveOf(role: SteeredRole, input: LiveInput, context: RoleContext): unknown {
  const { links, states } = context;
  const macs = macsOf(links, states) ?? {};
  switch (role) {
    case 'router':
      return routerLive(input);
    case 'speaker':
      return speakerLive(input, context.node, context.acked);
    case 'director': {
      const live = { ...directorLive(input, macs), ...silentIn(links, states.director) };
      return Object.keys(live.tables).length === 0 ? undefined : live;
    }
    case 'proxy':
      return proxyLive(input, context.node);
    case 'receiver':
      return {
        ...receiverLive(states.receiver ?? { node: context.node, returnPaths: [] }, macs),
        ...silentIn(links, states.receiver),
      };
  }
}

/** Of the routers that answers may leave by, those that do not answer; left out where all do. */
function silentIn(
  links: Pick<Links, 'silent'> | undefined,
  state: Pick<DirectorState, 'waysOut'> | undefined,
): Pick<DirectorLive, 'silent'> {
  const routers = state?.waysOut?.flatMap((way) => way.routers) ?? [];
  const silent = routers.filter((router) => links?.silent.has(router));
  return silent.length === 0 ? {} : { silent };
}

/** Rows are named by their digest. */
export function keyOf(role: SteeredRole, live: unknown): string {
  if (role !== 'director') return JSON.stringify(live);
  return JSON.stringify(live, (key, value: unknown) => (key === 'rows' ? undefined : value));
}

/** Addresses whose MACs the roles of a node need: a director's reals, the directors that a receiver answers through, and those it hands packets on to. */
export function neighboursOf({ director, receiver }: RoleStates): readonly string[] {
  return [
    ...(director === undefined ? [] : directorNeighbours(director)),
    ...(receiver === undefined ? [] : receiverNeighbours(receiver)),
  ];
}

/** Routers that reals lie behind, or that answers leave by: where one is silent another leads there. */
export function routersOf(states: RoleStates): readonly string[] {
  const ways = (states.director ?? states.receiver)?.waysOut ?? [];
  const behind = Object.values(gatewaysIn(states)).flat();
  return [...new Set([...behind, ...ways.flatMap(({ routers }) => routers)])];
}

/** Address → MAC of neighbours, and of what lies behind routers; undefined where nobody resolves. */
export function macsOf(
  links: Pick<Links, 'neighbours' | 'silent'> | undefined,
  states: RoleStates,
): Readonly<Record<string, string>> | undefined {
  return links && throughGateways(links.neighbours, gatewaysIn(states), links.silent);
}

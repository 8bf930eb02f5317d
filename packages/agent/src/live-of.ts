/** Feed state → what each role of this node is to do now, and a text that is equal for equal live states. Pure. */
import type {
  DirectorLive,
  LiveInput,
  Name,
  ReceiverState,
  RoleName,
  RoleStates,
} from '@tricade/cluster';
import {
  directorLive,
  directorNeighbours,
  proxyLive,
  receiverLive,
  receiverNeighbours,
  routerLive,
  speakerLive,
} from '@tricade/cluster';

export interface RoleContext {
  readonly node: Name;
  /** Steps applied and read back, by group. */
  readonly acked: Readonly<Record<string, { readonly step: number }>>;
  /** Address → MAC. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Of the node, where it has that role. */
  readonly receiver?: Pick<ReceiverState, 'node' | 'returnPaths' | 'socketCheck'> | undefined;
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
  switch (role) {
    case 'router':
      return routerLive(input);
    case 'speaker':
      return speakerLive(input, context.node, context.acked);
    case 'director': {
      const live = directorLive(input, context.neighbours);
      return Object.keys(live.tables).length === 0 ? undefined : live;
    }
    case 'proxy':
      return proxyLive(input, context.node);
    case 'receiver':
      return receiverLive(
        context.receiver ?? { node: context.node, returnPaths: [] },
        context.neighbours,
      );
  }
}

/** Rows are named by their digest. */
export function keyOf(role: SteeredRole, live: unknown): string {
  if (role !== 'director') return JSON.stringify(live);
  const { tables } = live as DirectorLive;
  return JSON.stringify(tables, (key, value: unknown) => (key === 'rows' ? undefined : value));
}

/** Addresses whose MACs the roles of a node need: a director's reals, the directors that a receiver answers through, and those it hands packets on to. */
export function neighboursOf({ director, receiver }: RoleStates): readonly string[] {
  return [
    ...(director === undefined ? [] : directorNeighbours(director)),
    ...(receiver === undefined ? [] : receiverNeighbours(receiver)),
  ];
}

/** The ack of a node: what of the feed is in force here, read back. Pure. */
import type {
  DirectorLive,
  FeedState,
  Generation,
  Name,
  NodeReport,
  Reason,
  Sample,
  Table,
  TableGroup,
  Version,
} from '@tricade/cluster';
import { currentOf, healthOf } from '@tricade/cluster';
import type { Applied, Steering } from './steering.ts';

export type AckedTables = NodeReport['steps'];

/** Step and digest of every table that the director holds. */
export function ackedSteps(director: Applied | undefined): AckedTables {
  const live = director?.live as DirectorLive | undefined;
  return Object.fromEntries(
    Object.entries(live?.tables ?? {}).map(([group, { step, digest }]) => [
      group,
      { step, digest },
    ]),
  );
}

/** The tables themselves: a new leader adopts them where the feed lost its own. */
export function ackedTables(director: Applied | undefined): Readonly<Record<string, Table>> {
  const live = director?.live as DirectorLive | undefined;
  const tables = Object.entries(live?.tables ?? {});
  return Object.fromEntries(
    tables.map(([group, { step, rows, digest }]) => [group, { group, step, rows, digest }]),
  );
}

/** How far a node has got, and when (wall clock). */
export interface ReportedPosition {
  readonly version: Version;
  readonly atMs: number;
}

export interface PositionInput {
  readonly generation: number;
  readonly state: FeedState | undefined;
  /** Roles whose acks count; none: the state held is all that there is to say. */
  readonly steered: readonly Pick<Steering, 'role' | 'applied'>[];
  readonly sampledAtMs: number;
}

/**
 * Up to here the roles of the node have applied everything: the oldest of their positions, 0 while one has applied nothing. A director has nothing to
 * apply while there is no table.
 */
export function reportedPosition(input: PositionInput): ReportedPosition {
  const { generation, state, steered, sampledAtMs } = input;
  const nothing = { version: { generation, epoch: 0, revision: 0 }, atMs: 0 };
  if (state === undefined) return nothing;
  const { epoch, revision } = state;
  if (steered.length === 0) return { version: { generation, epoch, revision }, atMs: sampledAtMs };
  const loaded = Object.keys(state.tables).length > 0;
  const all = steered.filter(({ role }) => role !== 'director' || loaded);
  const applied = all.flatMap((each) => each.applied ?? []);
  if (applied.length < all.length || applied.length === 0) return nothing;
  const oldest = applied.reduce((one, other) => (isBefore(other.at, one.at) ? other : one));
  return { version: oldest.at, atMs: Math.max(...applied.map((each) => each.atMs)) };
}

function isBefore(one: Version, other: Version): boolean {
  return one.epoch === other.epoch ? one.revision < other.revision : one.epoch < other.epoch;
}

/** Reals that new flows are sent to and whose MAC is not known yet. */
export function unresolved(
  groups: readonly TableGroup[],
  state: FeedState,
  neighbours: Readonly<Record<string, string>>,
): readonly string[] {
  return groups.flatMap(({ group, reals }) => {
    const current = new Set(Array.from(state.tables[group]?.rows ?? [], (word) => currentOf(word)));
    return reals
      .filter(
        (real) =>
          current.has(real.id) &&
          healthOf(state, `${group}/${real.name}`) !== 'down' &&
          !neighbours[real.address],
      )
      .map((real) => real.address);
  });
}

/** Highest id of each table group that a generation knows. Ids of members that are gone count: rows may still name them. */
export function highestIds(
  groups: readonly Pick<TableGroup, 'group'>[],
  { ids }: Pick<Generation, 'ids'>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    groups.map(({ group }) => {
      const own = Object.entries(ids).filter(([member]) => member.startsWith(`${group}/`));
      return [group, Math.max(0, ...own.map(([, id]) => id))];
    }),
  );
}

export interface ReportParts {
  readonly node: Name;
  readonly applied: ReportedPosition;
  readonly steps: AckedTables;
  readonly wantsToReceive: boolean;
  readonly highestIds: Readonly<Record<string, number>>;
  readonly sample: Sample;
  readonly trouble: Reason | undefined;
  /** Wall clock. */
  readonly nowMs: number;
}

export function nodeReport(parts: ReportParts): NodeReport {
  const { node, applied, steps, wantsToReceive, sample, trouble, nowMs } = parts;
  return {
    node,
    version: applied.version,
    steps,
    wantsToReceive,
    highestIds: parts.highestIds,
    announcing: sample.announcing ?? [],
    appliedAtMs: applied.atMs,
    atMs: nowMs,
    sample,
    ...(trouble === undefined ? {} : { trouble }),
  };
}

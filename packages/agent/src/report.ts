/** The ack of a node: what of the feed is in force here, read back. Pure. */
import type {
  DirectorLive,
  FeedState,
  Name,
  NodeReport,
  Reason,
  Sample,
  Table,
  TableGroup,
  Version,
} from '@tricade/cluster';
import { currentOf, healthOf } from '@tricade/cluster';
import type { Applied } from './steering.ts';

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

/** Roles of the node have applied everything up to here: the oldest of their positions; undefined while one has applied nothing. */
export function appliedVersion(
  applied: readonly (Applied | undefined)[],
): { readonly version: Version; readonly atMs: number } | undefined {
  const all = applied.filter((each) => each !== undefined);
  if (all.length < applied.length || all.length === 0) return undefined;
  const oldest = all.reduce((one, other) => (isBefore(other.at, one.at) ? other : one));
  return { version: oldest.at, atMs: Math.max(...all.map((each) => each.atMs)) };
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

export interface ReportParts {
  readonly node: Name;
  readonly applied: { readonly version: Version; readonly atMs: number };
  readonly steps: AckedTables;
  readonly wantsToReceive: boolean;
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
    announcing: sample.announcing ?? [],
    appliedAtMs: applied.atMs,
    atMs: nowMs,
    sample,
    ...(trouble === undefined ? {} : { trouble }),
  };
}

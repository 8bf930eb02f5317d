/** What becomes of a table after a change: the conductor's own steps, until nothing moves any more. */
import { type ConductorMemory, type ConductorWait, emptyMemory } from '../conduct/view.ts';
import { conduct } from '../conduct.ts';
import type { Cluster, Generation, MemberId } from '../model/intent.ts';
import type { FeedState, StepKind, Table } from '../model/live.ts';
import type { NodeReport } from '../model/seen.ts';
import { nodesOf, tableGroups } from '../roles.ts';
import { applyStep } from '../table/step.ts';
import { currentOf, isArmed, previousOf } from '../table/word.ts';

/** What is live, or what would be with everybody up. */
export interface Live {
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly feed: FeedState;
  readonly reports: Readonly<Record<string, NodeReport>>;
  /** Wall clock. */
  readonly nowMs: number;
}

export interface Settled {
  readonly tables: Readonly<Record<string, Table>>;
  /** Kinds of the steps, in order. */
  readonly kinds: Readonly<Record<string, readonly StepKind[]>>;
  /** Why something stays as it is. */
  readonly waits: readonly ConductorWait[];
}

/** Arm and flip after what overtakes; a table is at rest sooner. */
const mostTurns = 8;

/** Lets the conductor work on a state until it has no further step, every director that receives acking at once. */
export function settle(live: Live): Settled {
  const { cluster, generation, nowMs } = live;
  const groups = tableGroups(cluster, generation);
  let { feed } = live;
  let memory: ConductorMemory = emptyMemory;
  const kinds: Record<string, StepKind[]> = {};
  for (let turn = 0; ; turn++) {
    const reports = ackedBy(live, feed.tables);
    const seenAtMs = Object.fromEntries(Object.keys(reports).map((name) => [name, turn]));
    const view = {
      cluster,
      generation,
      groups,
      feed,
      reports,
      seenAtMs,
      nowMs: turn,
      wallMs: nowMs,
    };
    const next = conduct(view, memory);
    memory = next.memory;
    const tables = { ...feed.tables };
    for (const step of next.steps) {
      const table = applyStep(tables[step.group], step);
      if ('refused' in table) continue;
      tables[step.group] = table;
      kinds[step.group] = [...(kinds[step.group] ?? []), step.kind];
    }
    feed = { ...feed, tables };
    if (next.steps.length === 0 || turn === mostTurns)
      return { tables: feed.tables, kinds, waits: next.waits };
  }
}

function ackedBy(
  { cluster, reports }: Live,
  tables: Readonly<Record<string, Table>>,
): Readonly<Record<string, NodeReport>> {
  const steps = Object.fromEntries(
    Object.values(tables).map(({ group, step, digest }) => [group, { step, digest }]),
  );
  const acked = nodesOf(cluster, 'l4').flatMap(({ name }): [string, NodeReport][] => {
    const report = reports[name];
    return report === undefined ? [] : [[name, { ...report, steps }]];
  });
  return { ...reports, ...Object.fromEntries(acked) };
}

/** Rows whose new flows go to somebody else. */
export function rowsMoved(before: Table, after: Table): number {
  let moved = 0;
  for (const [row, word] of before.rows.entries())
    if (currentOf(word) !== currentOf(after.rows[row] as number)) moved++;
  return moved;
}

export interface OwnedRows {
  /** All their flows are this member's. */
  readonly surely: number;
  /** Some of their flows may be: the row is in change. */
  readonly perhaps: number;
}

/** Rows whose established flows belong to a member: those that it has, and those in change that name it. */
export function rowsOwned({ rows }: Table, id: MemberId): OwnedRows {
  let surely = 0;
  let perhaps = 0;
  for (const word of rows) {
    const settled = previousOf(word) === 0 || isArmed(word);
    if (settled && currentOf(word) === id) surely++;
    else if (!settled && (currentOf(word) === id || previousOf(word) === id)) perhaps++;
  }
  return { surely, perhaps };
}

/** Of these groups the largest share of rows in change. */
export function shareInChange(
  { tables }: Pick<FeedState, 'tables'>,
  groups: ReadonlySet<string>,
): number {
  const own = Object.values(tables).filter(({ group }) => groups.has(group));
  return Math.max(0, ...own.map((table) => rowsInChange(table) / table.rows.length));
}

/** Rows that still have a former owner: a flow there may belong to either. */
function rowsInChange({ rows }: Table): number {
  return rows.reduce((sum, word) => (previousOf(word) === 0 || isArmed(word) ? sum : sum + 1), 0);
}

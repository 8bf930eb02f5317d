/** Whether a previous owner still has flows in a row: what decides that the row may be cleared. */
import type { MemberId } from '../model/intent.ts';
import type { Table } from '../model/live.ts';
import type { TableGroup } from '../model/role.ts';
import { takesTcpAlone } from '../roles.ts';
import { unpackRowSet } from '../table/pack.ts';
import { isArmed, previousOf } from '../table/word.ts';
import { type ConductorView, type GroupMemory, settingsOf } from './view.ts';

/**
 * The table as acked by all just now: rows whose word is new since the last such table begin to age. A leader that has seen none before lets
 * every row begin now, which only waits longer.
 */
export function ackedNow(
  before: GroupMemory['acked'],
  table: Table,
  nowMs: number,
): NonNullable<GroupMemory['acked']> {
  if (before?.step === table.step) return before;
  const sinceMs = new Float64Array(table.rows.length).fill(nowMs);
  if (before !== undefined && before.rows.length === table.rows.length) {
    for (let row = 0; row < sinceMs.length; row++) {
      if (before.rows[row] === table.rows[row]) sinceMs[row] = before.sinceMs[row] as number;
    }
  }
  return { step: table.step, rows: table.rows, sinceMs };
}

/** What is known of a member's flows: none at all, none but in these rows, or nothing for certain. */
type Owned =
  | { readonly known: true; readonly rows: ReadonlySet<number> | undefined }
  | { readonly known: false };

/** Rows that may be cleared, and how many of them only because they waited too long. */
export interface Clearable {
  readonly rows: ReadonlySet<number>;
  readonly forgotten: number;
}

/**
 * Rows whose previous owner owns nothing any more: `clearAfterMs` have passed since all directors had the row so, and a report that came after
 * that says so. Where nobody can say, the row is forgotten after `forgetAfterMs`.
 */
export function clearableRows(
  view: ConductorView,
  group: TableGroup,
  acked: NonNullable<GroupMemory['acked']>,
): Clearable {
  const { clearAfterMs, forgetAfterMs } = settingsOf(view);
  const owned = new Map<MemberId, Owned>();
  const rows = new Set<number>();
  let forgotten = 0;
  for (let row = 0; row < acked.rows.length; row++) {
    const word = acked.rows[row] as number;
    const previous = previousOf(word);
    if (previous === 0 || isArmed(word)) continue;
    const since = acked.sinceMs[row] as number;
    const ageMs = view.nowMs - since;
    if (ageMs < clearAfterMs) continue;
    let known = owned.get(previous);
    if (known === undefined) {
      known = ownedBy(view, group, previous);
      owned.set(previous, known);
    }
    const fresh =
      known.known && reportedAfter(view, group, { id: previous, atMs: since + clearAfterMs });
    if (fresh && known.known && known.rows?.has(row) !== true) rows.add(row);
    else if (ageMs >= forgetAfterMs) {
      rows.add(row);
      forgotten++;
    }
  }
  return { rows, forgotten };
}

/** A report that came after `atMs` speaks of the member: its own, or for servers that Tricade does not manage every receiving director's. */
function reportedAfter(
  view: ConductorView,
  group: TableGroup,
  what: { readonly id: MemberId; readonly atMs: number },
): boolean {
  const { reportFreshMs } = settingsOf(view);
  return witnesses(view, group, what.id).every((name) => {
    const seen = view.seenAtMs[name];
    return seen !== undefined && seen >= what.atMs && view.nowMs - seen <= reportFreshMs;
  });
}

/** Whose reports speak of a member's flows. */
function witnesses(view: ConductorView, group: TableGroup, id: MemberId): readonly string[] {
  const name = group.reals.find((real) => real.id === id)?.name;
  const node = view.cluster.nodes.find((each) => each.name === name);
  if (name !== undefined && node?.managed === true && view.reports[name] !== undefined)
    return [name];
  return Object.keys(view.feed.receiving);
}

function ownedBy(view: ConductorView, group: TableGroup, id: MemberId): Owned {
  const real = group.reals.find((candidate) => candidate.id === id);
  if (real === undefined) return { known: false };
  const member = `${group.group}/${real.name}`;
  const counted = Object.keys(view.feed.receiving).map(
    (name) => view.reports[name]?.sample.flows?.[member],
  );
  const sample = view.reports[real.name]?.sample;
  const packed = sample?.ownedRows?.[group.group];
  const rows = packed === undefined ? undefined : unpackRowSet(packed);
  // What directors remember may be over: a flow that moved to another one ended there.
  if (rows !== undefined && takesTcpAlone(view.cluster, group.group)) return { known: true, rows };
  if (counted.some((flows) => flows !== undefined && flows > 0)) return { known: false };
  if (sample?.ownedSockets === 0) return { known: true, rows: undefined };
  if (rows !== undefined) return { known: true, rows };
  const nobodyCounts = sample?.ownedSockets !== undefined || counted.length === 0;
  if (nobodyCounts || counted.some((flows) => flows === undefined)) return { known: false };
  return { known: true, rows: undefined };
}

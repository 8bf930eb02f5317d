/** What the API shows of a snapshot. Pure. */
import {
  currentOf,
  packRows,
  previousOf,
  type Snapshot,
  type Table,
  tableGroups,
} from '@tricade/cluster';

/** A snapshot as JSON: rows packed (`packRows`), so that `unpackRows` gives them back. */
export function snapshotJson(snapshot: Snapshot): Readonly<Record<string, unknown>> {
  const tables = Object.fromEntries(
    Object.entries(snapshot.feed.tables).map(([group, table]) => [
      group,
      { ...table, rows: packRows(table.rows) },
    ]),
  );
  return { ...snapshot, feed: { ...snapshot.feed, tables } };
}

export interface TableShares {
  readonly group: string;
  readonly size: number;
  readonly step: number;
  readonly digest: string;
  /** Rows of each real: of how many it is the current owner, of how many the previous or next one. */
  readonly shares: readonly {
    readonly name: string;
    readonly id: number;
    readonly current: number;
    readonly previous: number;
  }[];
}

/** How the rows of each group are shared out. */
export function tableShares(snapshot: Snapshot): readonly TableShares[] {
  return tableGroups(snapshot.cluster, snapshot.generation).map(({ group, size, reals }) => {
    const table = snapshot.feed.tables[group];
    const count = countOwners(table);
    const shares = reals.map(({ id, name }) => ({
      name,
      id,
      current: count.current.get(id) ?? 0,
      previous: count.previous.get(id) ?? 0,
    }));
    const { step = 0, digest = '' } = table ?? {};
    return { group, size: table?.rows.length ?? size, step, digest, shares };
  });
}

function countOwners(table: Table | undefined): {
  readonly current: ReadonlyMap<number, number>;
  readonly previous: ReadonlyMap<number, number>;
} {
  const current = new Map<number, number>();
  const previous = new Map<number, number>();
  const add = (to: Map<number, number>, id: number): void => void to.set(id, (to.get(id) ?? 0) + 1);
  for (const word of table?.rows ?? []) {
    add(current, currentOf(word));
    if (previousOf(word) !== 0) add(previous, previousOf(word));
  }
  return { current, previous };
}

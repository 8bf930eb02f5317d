/** Which tables count after a store was lost: those that the directors run. Pure. */
import type { Name, NodeReport, Table } from '@tricade/cluster';

export type Tables = Readonly<Record<string, Table>>;

/** Directors that carry traffic: by the feed's leave, or by what they say that they announce. */
export function carrying(
  directors: readonly Name[],
  receiving: Readonly<Record<Name, unknown>>,
  reports: Readonly<Record<Name, NodeReport>>,
): ReadonlySet<Name> {
  return new Set(
    directors.filter(
      (name) => receiving[name] !== undefined || (reports[name]?.announcing.length ?? 0) > 0,
    ),
  );
}

/**
 * `own` with every table replaced that directors hold at a later step. Directors that carry traffic have the word where there are any: one that
 * lay in a corner with an older life's table must not move their flows. At the same step the table that most of them hold counts.
 */
export function adoptTables(
  own: Tables,
  reported: Readonly<Record<Name, Tables>>,
  carries: ReadonlySet<Name>,
): Tables {
  const adopted: Record<string, Table> = { ...own };
  const groups = new Set(Object.values(reported).flatMap((tables) => Object.keys(tables)));
  for (const group of groups) {
    const held = Object.entries(reported).flatMap(([name, tables]) => {
      const table = tables[group];
      return table === undefined ? [] : [{ name, table }];
    });
    const inTraffic = held.filter(({ name }) => carries.has(name));
    const candidates = (inTraffic.length > 0 ? inTraffic : held).map(({ table }) => table);
    const best = mostHeld(candidates);
    // A table that nobody in traffic runs never replaces one that is known.
    const mayReplace = inTraffic.length > 0 || carries.size === 0 || own[group] === undefined;
    if (best !== undefined && mayReplace && best.step > (own[group]?.step ?? 0))
      adopted[group] = best;
  }
  return adopted;
}

function mostHeld(tables: readonly Table[]): Table | undefined {
  const step = Math.max(0, ...tables.map((table) => table.step));
  const votes = new Map<string, { readonly table: Table; count: number }>();
  for (const table of tables) {
    if (table.step !== step) continue;
    const vote = votes.get(table.digest) ?? { table, count: 0 };
    vote.count++;
    votes.set(table.digest, vote);
  }
  return [...votes.values()].sort((a, b) => b.count - a.count)[0]?.table;
}

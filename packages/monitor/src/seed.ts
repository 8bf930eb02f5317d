/** What goes into an empty or older store, and how far anybody has ever got. */
import type { FeedState, NodeReport, Table } from '@tricade/cluster';
import type { Position } from '@tricade/feed';
import type { MonitorOptions } from './monitor.ts';

/** The highest position that disk, own watch and nodes' reports know: a store behind it is no feed. */
export function newerState(state: FeedState | undefined, reports: readonly NodeReport[]): Position {
  const epochs = reports.map((report) => report.version.epoch);
  const revisions = reports.map((report) => report.version.revision);
  return {
    epoch: Math.max(state?.epoch ?? 0, ...epochs),
    revision: Math.max(state?.revision ?? 0, ...revisions),
  };
}

/**
 * Latches, health and grants from this monitor's own last state; tables as the highest that any node acked, for the nodes run them. Without
 * either, an empty state: a cluster that begins.
 */
export async function seedState(
  options: MonitorOptions,
  state: FeedState | undefined,
): Promise<FeedState> {
  const own = state ?? {
    epoch: 0,
    revision: 0,
    health: {},
    latches: {},
    tables: {},
    receiving: {},
  };
  const reported = await options.feed.readReportedTables(
    options.cluster.nodes.map((node) => node.name),
  );
  const tables: Record<string, Table> = { ...own.tables };
  for (const table of Object.values(reported).flatMap((each) => Object.values(each))) {
    if (table.step > (tables[table.group]?.step ?? 0)) tables[table.group] = table;
  }
  return { ...own, tables };
}

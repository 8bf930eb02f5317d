/** What goes into an empty or older store. */
import { type FeedState, type Name, nodesOf, type Receiving } from '@tricade/cluster';
import type { Feed, Position } from '@tricade/feed';
import { adoptTables, carrying } from './adopt.ts';
import { emptyState, type MonitorOptions } from './options.ts';
import type { Reports } from './reports.ts';

/** How long a monitor that knows nothing listens before it stands for election: agents report twice a second. */
const listenMs = 1_200;
const lookEveryMs = 20;

export interface SeedSource extends Pick<MonitorOptions, 'cluster' | 'nowMs'> {
  readonly feed: Pick<Feed, 'readReportedTables'>;
  readonly reports: Reports;
  /** This monitor's own last state, from its watch or its disk. */
  readonly state: () => FeedState | undefined;
}

/** The highest position that disk, own watch and nodes' reports know: a store behind it is no feed. */
export function highestKnown({ state, reports }: Pick<SeedSource, 'state' | 'reports'>): Position {
  const told = reports.highest();
  const own = state();
  return {
    epoch: Math.max(own?.epoch ?? 0, told.epoch),
    revision: Math.max(own?.revision ?? 0, told.revision),
  };
}

/**
 * Resolves when there is enough to stand for election with: a state from disk or feed, or the word of every director; at the latest after
 * `listenMs`, as in a cluster that begins. A leader elected knowing nothing would write into an empty store what the directors' state belies.
 */
export async function informed({
  cluster,
  reports,
  state,
}: Pick<SeedSource, 'cluster' | 'reports' | 'state'>): Promise<void> {
  const directors = nodesOf(cluster, 'l4');
  const endMs = performance.now() + listenMs;
  while (performance.now() < endMs) {
    if (state() !== undefined || directors.every(({ name }) => reports.heard(name))) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/**
 * Latches, health and leave to receive from this monitor's own last state; tables as those who carry traffic run them. A monitor without a state
 * of its own takes from the directors what it can: their tables, and that who announces may. Without either: a cluster that begins.
 */
export async function seedState(source: SeedSource): Promise<FeedState> {
  const { feed, cluster, reports, nowMs } = source;
  const directors = nodesOf(cluster, 'l4').map((node) => node.name);
  const reported = await feed.readReportedTables(directors);
  const own = source.state() ?? { ...emptyState, receiving: leaveOf(reports, directors, nowMs()) };
  const carries = carrying(directors, own.receiving, reports.byNode());
  return { ...own, tables: adoptTables(own.tables, reported, carries) };
}

/** Leave for directors that announce: at the steps that they have, so that none of them has to withdraw. */
function leaveOf(
  reports: Reports,
  directors: readonly Name[],
  grantedAtMs: number,
): Readonly<Record<Name, Receiving>> {
  const receiving: Record<Name, Receiving> = {};
  for (const name of directors) {
    const report = reports.of(name);
    if (!reports.heard(name) || report === undefined || report.announcing.length === 0) continue;
    const steps = Object.entries(report.steps).map(([group, { step }]) => [group, step] as const);
    receiving[name] = { steps: Object.fromEntries(steps), grantedAtMs };
  }
  return receiving;
}

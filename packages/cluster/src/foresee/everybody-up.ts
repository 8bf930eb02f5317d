/** A cluster as it would be if everybody were up, for looking ahead without one. */
import type { Cluster, Generation } from '../model/intent.ts';
import type { FeedState } from '../model/live.ts';
import type { NodeReport } from '../model/seen.ts';
import { managedNodes, nodesOf } from '../roles.ts';
import { type Live, settle } from './rows.ts';

/** Every node reports, every director receives, nobody is checked yet, tables as they are born. */
export function everybodyUp(cluster: Cluster, generation: Generation, nowMs: number): Live {
  const version = { generation: generation.number, epoch: 1, revision: 1 };
  const report = (node: string): NodeReport => ({
    node,
    version,
    steps: {},
    wantsToReceive: true,
    announcing: [],
    appliedAtMs: nowMs,
    atMs: nowMs,
    sample: { atMs: nowMs },
  });
  const leave = { steps: {}, grantedAtMs: nowMs };
  const directors = nodesOf(cluster, 'l4').map(({ name }) => [name, leave]);
  const feed: FeedState = {
    epoch: 1,
    revision: 1,
    health: {},
    latches: {},
    tables: {},
    receiving: Object.fromEntries(directors),
  };
  const reports = Object.fromEntries(managedNodes(cluster).map(({ name }) => [name, report(name)]));
  const live = { cluster, generation, feed, reports, nowMs };
  return { ...live, feed: { ...feed, tables: settle(live).tables } };
}

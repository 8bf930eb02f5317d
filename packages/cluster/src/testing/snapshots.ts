/** Snapshots of a small cluster that is well, for tests to spoil. */
import type { Cluster, ClusterNode } from '../model/intent.ts';
import type { FeedState, MemberHealth } from '../model/live.ts';
import type { NodeReport, Snapshot } from '../model/seen.ts';
import { reason } from '../reason.ts';
import { allMembers, nodesOf } from '../roles.ts';
import { tableDigest } from '../table/digest.ts';
import { wordOf } from '../table/word.ts';
import { smallCluster } from './conduct-cluster.ts';
import { frontNode, shopCluster } from './shop-cluster.ts';

/** Wall clock of the snapshots. */
export const nowMs: number = Date.UTC(2026, 0, 1, 12);

/** Two routers, two directors, three proxies, pool `web` with servers w1 and w2 that Tricade does not manage; one monitor. */
function wellCluster(): { cluster: Cluster; ids: Readonly<Record<string, number>> } {
  const small = smallCluster({ routers: 2, directors: 2, proxies: 3, rows: 6 });
  const servers = ['w1', 'w2'].map((name, at) => frontNode('servers', name, `192.0.2.${30 + at}`));
  const nodes = [...small.cluster.nodes, ...servers, frontNode('monitor', 'm1', '192.0.2.40')];
  const { check } = small.cluster.monitor;
  const cluster = { ...shopCluster({ nodes, vip: '198.51.100.1', check }), l4: small.cluster.l4 };
  return { cluster, ids: small.generation.ids };
}

/** Verdict on a member, ten seconds old. */
export function verdict(health: MemberHealth['health'], dead = false): MemberHealth {
  const cause = reason(health === 'up' ? 'check-passed' : 'check-failed', `answers as ${health}`);
  return { health, dead, cause, sinceMs: nowMs - 10_000, revision: 1 };
}

/** Everything up, reported a moment ago, acked; table of `l7` shared by the proxies. */
export function wellSnapshot(): Snapshot {
  const { cluster, ids } = wellCluster();
  const rows = Uint32Array.from({ length: 6 }, (_, row) => wordOf(1 + (row % 3)));
  const table = { group: 'l7', step: 3, rows, digest: tableDigest(rows) };
  const directors = nodesOf(cluster, 'l4');
  const feed: FeedState = {
    epoch: 2,
    revision: 40,
    health: Object.fromEntries(allMembers(cluster).map(({ member }) => [member, verdict('up')])),
    latches: {},
    tables: { l7: table },
    receiving: Object.fromEntries(
      directors.map(({ name }) => [name, { steps: { l7: 1 }, grantedAtMs: 1 }]),
    ),
  };
  const managed = cluster.nodes.filter((each) => each.managed);
  const generation = { number: 4, digest: '', ids, hashKey: '00'.repeat(16) };
  return {
    cluster,
    generation,
    feed,
    reports: Object.fromEntries(managed.map((each) => [each.name, reportOf(each, cluster, feed)])),
    leader: { name: 'm1', epoch: 2, sinceMs: nowMs - 60_000 },
    events: [],
    atMs: nowMs,
  };
}

function reportOf(of: ClusterNode, cluster: Cluster, feed: FeedState): NodeReport {
  const { name, tier } = of;
  const { step, digest } = feed.tables['l7'] ?? { step: 0, digest: '' };
  const hops = nodesOf(cluster, 'l4').flatMap((each) => each.legs[0]?.addresses ?? []);
  const atMs = nowMs - 200;
  return {
    node: name,
    version: { generation: 4, epoch: feed.epoch, revision: feed.revision },
    steps: tier === 'l4' ? { l7: { step, digest } } : {},
    wantsToReceive: tier === 'l4',
    announcing: tier === 'l4' ? ['198.51.100.1/32'] : [],
    appliedAtMs: atMs,
    atMs,
    sample: {
      atMs,
      ...(tier === 'l7' ? { ownedSockets: 0, flows: { 'web/w1': 0, 'web/w2': 0 } } : {}),
      ...(tier === 'routers' ? { nextHops: { '198.51.100.1/32': hops } } : {}),
    },
  };
}

/** The same with some nodes' reports changed. */
export function withReports(
  snapshot: Snapshot,
  changes: Readonly<Record<string, Partial<NodeReport>>>,
): Snapshot {
  const reports = Object.fromEntries(
    Object.entries(snapshot.reports).map(([name, report]) => [
      name,
      { ...report, ...changes[name] },
    ]),
  );
  return { ...snapshot, reports };
}

/** The same with parts of the feed's state replaced; health and latches are added to. */
export function withFeed(snapshot: Snapshot, change: Partial<FeedState>): Snapshot {
  const { feed } = snapshot;
  const health = { ...feed.health, ...change.health };
  return { ...snapshot, feed: { ...feed, ...change, health } };
}

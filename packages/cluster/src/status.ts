/** Snapshot → what people see: want, told, seen, age; causes before symptoms; the verdict. CLI, API and page print this one model. */
import { refusedWord } from './check-steps.ts';
import { strangerWord } from './conduct/strangers.ts';
import type { ConductorWait } from './conduct/view.ts';
import { withFloor } from './health/floor.ts';
import { latchOf, type Standing, standingOf } from './lifecycle.ts';
import type { ClusterNode, Latch, Name, Tier } from './model/intent.ts';
import type { NodeReport, Snapshot } from './model/seen.ts';
import type { Reason } from './reason.ts';
import { allMembers, allVipPrefixes, answersArp, nodesOf } from './roles.ts';
import { dropNotes } from './status/drops.ts';
import { routerSeen, unrouted } from './status/routes.ts';
import { isUnchecked, lacksVerdict, poolsSeen, serverSeen } from './status/servers.ts';
import { type TrafficView, trafficOf } from './status/traffic.ts';
import { clock, span } from './status/words.ts';

export { clock, span };

/** A report older than this is stale: shown grey, never good. */
export const staleMs = 3_000;

export interface StatusRow {
  readonly node: Name;
  readonly tier: Tier;
  /** What the operator wants: `in`, `drain (ana)`, `maintenance (ana)`. */
  readonly want: string;
  /** What the node was told and has applied: `gen 4 rev 182`; `-` for unmanaged ones. */
  readonly told: string;
  /** What was observed. */
  readonly seen: string;
  readonly load: string;
  /** Of the newest thing known of it, ms; undefined: nothing is known. */
  readonly ageMs: number | undefined;
  readonly state: 'ok' | 'out' | 'lagging' | 'down' | 'stale' | 'unknown';
  readonly why?: Reason;
}

export interface StatusCause {
  readonly subject: string;
  readonly text: string;
  readonly sinceMs: number;
  /** Symptoms that it hides. */
  readonly hides: readonly string[];
}

export interface Status {
  readonly cluster: Name;
  readonly generation: number;
  readonly revision: number;
  readonly epoch: number;
  readonly leader: Name | undefined;
  readonly atMs: number;
  readonly rows: readonly StatusRow[];
  readonly causes: readonly StatusCause[];
  readonly notes: readonly string[];
  /** Groups whose health is ignored because too much of it is bad. */
  readonly held: readonly string[];
  readonly lagging: readonly Name[];
  /** Left out where no director counts. */
  readonly traffic?: TrafficView;
  readonly verdict: {
    readonly word: 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';
    readonly text: string;
    readonly next: string;
  };
}

/**
 * Computes the status. Intent is not trouble: a drained node is out on purpose and counts neither as a cause nor as lagging. `conductor`: what the
 * leader's conductor waits for, where it is known; what only time brings becomes a note; a step that was refused, or a router that forwards to nobody of
 * the file, a trouble.
 */
export function status(snapshot: Snapshot, conductor: readonly ConductorWait[] = []): Status {
  const rows = snapshot.cluster.nodes.map((node) => row(snapshot, node));
  const held = heldGroups(snapshot);
  const causes = causesOf(snapshot);
  const lagging = rows.filter((each) => each.state === 'lagging').map((each) => each.node);
  const latched = Object.values(snapshot.feed.latches).map(
    (latch) =>
      `${latch.target} out on purpose: "${latch.why}", ${latch.by}${latch.untilMs === undefined ? '' : `, until ${clock(latch.untilMs)}`}`,
  );
  const refused = conductor
    .filter(({ why }) => why.word === refusedWord || why.word === strangerWord)
    .map(({ why }) => why.text);
  const traffic = trafficOf(snapshot, { staleMs });
  const timed = conductor.filter(({ etaMs }) => etaMs !== undefined).map(({ why }) => why.text);
  return {
    cluster: snapshot.cluster.name,
    generation: snapshot.generation.number,
    revision: snapshot.feed.revision,
    epoch: snapshot.feed.epoch,
    leader: snapshot.leader?.name,
    atMs: snapshot.atMs,
    rows,
    causes,
    notes: [...latched, ...timed, ...dropNotes(snapshot.reports)],
    held,
    lagging,
    ...(traffic === undefined ? {} : { traffic }),
    verdict: verdict(snapshot, rows, { causes, held, lagging, refused }),
  };
}

function standingIn(snapshot: Snapshot, member: string, node: Name): Standing {
  return standingOf({ member, node }, snapshot.feed, snapshot.atMs);
}

function row(snapshot: Snapshot, node: ClusterNode): StatusRow {
  const report = snapshot.reports[node.name];
  const members = allMembers(snapshot.cluster).filter((each) => each.node === node.name);
  const latch = latchOf(
    { member: members[0]?.member ?? node.name, node: node.name },
    snapshot.feed.latches,
    snapshot.atMs,
  );
  const down = members
    .map((each) => snapshot.feed.health[each.member])
    .find((health) => health?.health === 'down');
  const told =
    report === undefined ? '-' : `gen ${report.version.generation} rev ${report.version.revision}`;
  const ageMs =
    report === undefined ? judgedAgeMs(snapshot, members) : reportAgeMs(snapshot, report);
  const state = stateOf(snapshot, node, { report, latch, down: down !== undefined, ageMs });
  const seen =
    down === undefined
      ? seenOf(snapshot, node, report)
      : `${down.dead ? 'dead' : 'down'} ${span(snapshot.atMs - down.sinceMs)}: ${down.cause.text}`;
  const why = down?.cause ?? report?.trouble;
  return {
    node: node.name,
    tier: node.tier,
    want: wantOf(latch),
    told,
    seen,
    load: loadOf(report),
    ageMs,
    state,
    ...(why === undefined ? {} : { why }),
  };
}

/** Age of a report: by its arrival where the taker of the snapshot saw it come, for the node's own clock may be wrong. */
function reportAgeMs(snapshot: Snapshot, report: NodeReport): number {
  return snapshot.heard?.[report.node]?.ageMs ?? Math.max(0, snapshot.atMs - report.atMs);
}

/** A node without reports is known by its verdict: as of now while somebody leads, else as old as the verdict is. */
function judgedAgeMs(
  snapshot: Snapshot,
  members: readonly { readonly member: string }[],
): number | undefined {
  const sinceMs = members
    .map(({ member }) => snapshot.feed.health[member]?.sinceMs)
    .filter((ms) => ms !== undefined);
  if (sinceMs.length === 0) return undefined;
  return snapshot.leader === undefined ? Math.max(0, snapshot.atMs - Math.max(...sinceMs)) : 0;
}

function wantOf(latch: Latch | undefined): string {
  return latch === undefined ? 'in' : `${latch.kind} (${latch.by})`;
}

interface RowFacts {
  readonly report: NodeReport | undefined;
  readonly latch: Latch | undefined;
  readonly down: boolean;
  readonly ageMs: number | undefined;
}

function stateOf(snapshot: Snapshot, node: ClusterNode, facts: RowFacts): StatusRow['state'] {
  if (facts.down) return facts.latch === undefined ? 'down' : 'out';
  if (facts.latch !== undefined) return 'out';
  if (node.managed && facts.report === undefined) return 'unknown';
  if (!node.managed && isUnchecked(snapshot, node)) return 'ok';
  if (facts.ageMs === undefined || lacksVerdict(snapshot, node)) return 'unknown';
  if (facts.ageMs > staleMs) return 'stale';
  const behind = facts.report !== undefined && isBehind(snapshot, facts.report);
  return behind || facts.report?.trouble !== undefined ? 'lagging' : 'ok';
}

/** The node had time to apply the feed's revision and has not. */
function isBehind(snapshot: Snapshot, { version, appliedAtMs }: NodeReport): boolean {
  const { epoch, revision } = snapshot.feed;
  const older = version.epoch < epoch || (version.epoch === epoch && version.revision < revision);
  return older && (snapshot.revisionAgeMs ?? snapshot.atMs - appliedAtMs) > staleMs;
}

function seenOf(snapshot: Snapshot, node: ClusterNode, report: NodeReport | undefined): string {
  const { cluster } = snapshot;
  switch (node.tier) {
    case 'routers':
      return routerSeen(cluster, report);
    case 'l4': {
      if (report === undefined) return 'no report yet';
      const vips = allVipPrefixes(cluster).length;
      if (report.announcing.length > 0) return `announces ${report.announcing.length}/${vips} VIPs`;
      const waits = answersArp(cluster) && snapshot.feed.receiving[node.name] !== undefined;
      return waits ? `stands by for ${vips} VIPs` : 'withdrawn';
    }
    case 'l7':
      return report === undefined ? 'no report yet' : poolsSeen(snapshot);
    case 'servers':
      return serverSeen(snapshot, node);
    case 'monitor':
      return snapshot.leader?.name === node.name
        ? `leads (epoch ${snapshot.leader.epoch})`
        : 'stands by';
  }
}

function loadOf(report: NodeReport | undefined): string {
  const { flows, ownedSockets } = report?.sample ?? {};
  if (ownedSockets !== undefined) return `${ownedSockets} conns`;
  if (flows === undefined) return '-';
  return `${Object.values(flows).reduce((sum, count) => sum + count, 0)} flows`;
}

function heldGroups(snapshot: Snapshot): readonly string[] {
  const groups = new Map<
    string,
    { member: string; admin: Standing['admin']; health: Standing['health'] }[]
  >();
  for (const { member, group, node } of allMembers(snapshot.cluster)) {
    const list = groups.get(group) ?? [];
    list.push({ member, ...standingIn(snapshot, member, node) });
    groups.set(group, list);
  }
  return [...groups]
    .filter(([, members]) => withFloor(members, snapshot.cluster.monitor.floor).held)
    .map(([group]) => group);
}

/** Members that are down and not out on purpose; each hides what follows from it. */
function causesOf(snapshot: Snapshot): readonly StatusCause[] {
  const proxies = nodesOf(snapshot.cluster, 'l7').map((node) => node.name);
  const pools = new Set(snapshot.cluster.pools.map((pool) => pool.name));
  const causes: StatusCause[] = [];
  for (const { member, group, node } of allMembers(snapshot.cluster)) {
    const health = snapshot.feed.health[member];
    const wanted = latchOf({ member, node }, snapshot.feed.latches, snapshot.atMs) === undefined;
    if (health?.health !== 'down' || !wanted) continue;
    const hides = pools.has(group)
      ? proxies.map((proxy) => `${proxy}: pool ${group} short of ${node}`)
      : [];
    causes.push({
      subject: node,
      text: `${node} is ${health.dead ? 'dead' : 'down'}: ${health.cause.text}, since ${clock(health.sinceMs)}`,
      sinceMs: health.sinceMs,
      hides,
    });
  }
  return causes;
}

function verdict(
  snapshot: Snapshot,
  rows: readonly StatusRow[],
  found: Pick<Status, 'causes' | 'held' | 'lagging'> & { readonly refused: readonly string[] },
): Status['verdict'] {
  const spare = (['l4', 'l7', 'servers'] as const).map((tier) => {
    const ours = rows.filter((each) => each.tier === tier);
    return ours.length === 0
      ? ''
      : `${ours.filter((each) => each.state === 'ok').length}/${ours.length} ${tier}`;
  });
  const in_ = `in service: ${spare.filter(Boolean).join(', ')}`;
  if (snapshot.leader === undefined)
    return {
      word: 'UNKNOWN',
      text: `no monitor leads; nodes keep their last good state (${in_})`,
      next: 'tricade doctor FILE',
    };
  const lost = (['l4', 'l7'] as const).find(
    (tier) =>
      rows.some((each) => each.tier === tier) &&
      rows.every((each) => each.tier !== tier || each.state === 'down'),
  );
  if (lost !== undefined)
    return { word: 'DOWN', text: `every node of ${lost} is down`, next: 'tricade events FILE' };
  const unclear = rows.filter((each) => each.state === 'stale' || each.state === 'unknown');
  const routes = unrouted(snapshot);
  const troubles = [found.causes, found.held, found.lagging, found.refused, unclear, routes];
  if (troubles.every((each) => each.length === 0))
    return { word: 'HEALTHY', text: in_, next: 'tricade trace FILE --from IP:PORT --to VIP:PORT' };
  const parts = [
    found.causes.length === 0 ? '' : `${found.causes.length} down`,
    found.held.length === 0 ? '' : `health of ${found.held.join(', ')} ignored (below the floor)`,
    found.lagging.length === 0 ? '' : `${found.lagging.join(', ')} lagging`,
    ...routes,
    ...found.refused,
    unclear.length === 0 ? '' : `nothing fresh from ${unclear.map((each) => each.node).join(', ')}`,
  ];
  return {
    word: 'DEGRADED',
    text: `${parts.filter(Boolean).join('; ')}; ${in_}`,
    next: 'tricade events FILE',
  };
}

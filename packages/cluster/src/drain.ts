/** How far a drain has come, and what it waits for. Pure; CLI, API and rollouts ask the same. */
import type { ConductorWait } from './conduct/view.ts';
import { adminOf, type Latches } from './lifecycle.ts';
import type { Cluster, Name } from './model/intent.ts';
import type { Snapshot } from './model/seen.ts';
import { type Reason, reason } from './reason.ts';
import {
  allMembers,
  allVipPrefixes,
  ecmpGroup,
  nodesOf,
  proxyGroup,
  sharedLeg,
  tableGroups,
  takesTcpAlone,
} from './roles.ts';
import { currentOf } from './table.ts';

/**
 * Why a target (node, or member `group/name`) cannot be drained: draining turns new flows away, and nobody here decides what comes to a router;
 * a monitor carries none. Undefined where it can be, and for unknown targets.
 */
export function notDrainable(cluster: Cluster, target: string): Reason | undefined {
  const name = target.slice(target.lastIndexOf('/') + 1);
  const tier = cluster.nodes.find((node) => node.name === name)?.tier;
  if (tier === 'routers') {
    const text = `${name} is a router: what sends traffic to it is no part of this cluster, so nobody here can turn it away`;
    return reason('router', text);
  }
  if (tier !== 'monitor') return undefined;
  return reason(
    'carries-nothing',
    `${name} is a monitor: it carries no flows and may be stopped at any time`,
  );
}

export interface DrainProgress {
  readonly target: string;
  /** A latch says so. */
  readonly latched: boolean;
  /** No new flow can reach it any more. */
  readonly closed: boolean;
  /** It carries nothing: it may be stopped. Implies `closed`. */
  readonly empty: boolean;
  /** Flows or connections still there, where somebody counts them. */
  readonly remaining: number | undefined;
  /** What must happen next; empty when it is empty. */
  readonly waits: readonly Reason[];
}

/**
 * Progress of a node (all its memberships) or of one member `group/name`. An unknown target is latched by nobody and has no members: not closed.
 * `conductor`: what the leader's conductor waits for, where it is known; it says why a director keeps its leave.
 */
export function drainProgress(
  snapshot: Snapshot,
  target: string,
  conductor: readonly ConductorWait[] = [],
): DrainProgress {
  const members = allMembers(snapshot.cluster).filter(
    (each) => each.member === target || each.node === target,
  );
  const never = notDrainable(snapshot.cluster, target);
  if (never !== undefined) return undrainable(snapshot, target, never);
  const parts = members.map((each) => memberProgress(snapshot, each, conductor));
  const waits = parts.flatMap((part) => part.waits);
  const counted = parts.map((part) => part.remaining).filter((count) => count !== undefined);
  const latched = members.some(
    (each) => adminOf(each, snapshot.feed.latches as Latches, snapshot.atMs) !== 'active',
  );
  const closed = parts.length > 0 && parts.every((part) => part.closed);
  return {
    target,
    latched,
    closed,
    empty: closed && waits.length === 0,
    remaining: counted.length === 0 ? undefined : counted.reduce((a, b) => a + b, 0),
    waits,
  };
}

/** A latch there is a note for people: nothing is closed by it, and nothing is proved empty. */
function undrainable(snapshot: Snapshot, target: string, why: Reason): DrainProgress {
  const node = target.slice(target.lastIndexOf('/') + 1);
  const of = { member: target, node };
  const latched = adminOf(of, snapshot.feed.latches as Latches, snapshot.atMs) !== 'active';
  return { target, latched, closed: false, empty: false, remaining: undefined, waits: [why] };
}

interface Part {
  readonly closed: boolean;
  readonly remaining: number | undefined;
  readonly waits: readonly Reason[];
}

function memberProgress(
  snapshot: Snapshot,
  of: { readonly group: string; readonly node: Name; readonly member: string },
  conductor: readonly ConductorWait[],
): Part {
  if (of.group === ecmpGroup) return directorProgress(snapshot, of.node, conductor);
  const group = tableGroups(snapshot.cluster, snapshot.generation).find(
    (each) => each.group === of.group,
  );
  return group === undefined ? serverProgress(snapshot, of.member) : realProgress(snapshot, of);
}

/** A director: leave taken back, withdrawn, and no router's FIB lists it. */
function directorProgress(
  snapshot: Snapshot,
  node: Name,
  conductor: readonly ConductorWait[],
): Part {
  const waits: Reason[] = [];
  const report = snapshot.reports[node];
  const kept = conductor.find(({ subject }) => subject === node);
  if (snapshot.feed.receiving[node] !== undefined)
    waits.push(kept?.why ?? reason('may-receive', `${node} still has leave to receive`));
  if ((report?.announcing.length ?? 0) > 0)
    waits.push(reason('announces', `${node} still announces ${report?.announcing.length} VIPs`));
  const routers = nodesOf(snapshot.cluster, 'routers');
  const director = nodesOf(snapshot.cluster, 'l4').find((each) => each.name === node);
  const addresses = new Set((director && sharedLeg(director, routers))?.addresses ?? []);
  for (const router of routers) {
    const hops = snapshot.reports[router.name]?.sample.nextHops;
    const listed = allVipPrefixes(snapshot.cluster).filter((prefix) =>
      hops?.[prefix]?.some((hop) => addresses.has(hop)),
    );
    if (listed.length > 0)
      waits.push(reason('in-fib', `${router.name} still routes ${listed.length} VIPs to it`));
  }
  return { closed: waits.length === 0, remaining: undefined, waits };
}

/** A real of a forwarding table: no row sends new flows there, every receiving director has said so, and it holds no connection. */
function realProgress(
  snapshot: Snapshot,
  of: { readonly group: string; readonly node: Name; readonly member: string },
): Part {
  const waits: Reason[] = [];
  const table = snapshot.feed.tables[of.group];
  const id = snapshot.generation.ids[of.member];
  const rows =
    table === undefined || id === undefined
      ? 0
      : table.rows.reduce((count, word) => (currentOf(word) === id ? count + 1 : count), 0);
  if (rows > 0)
    waits.push(reason('rows', `${rows} rows of ${of.group} still send new flows to ${of.node}`));
  for (const [director, report] of Object.entries(snapshot.reports)) {
    const acked = report.steps[of.group]?.step ?? 0;
    if (snapshot.feed.receiving[director] !== undefined && acked < (table?.step ?? 0))
      waits.push(reason('not-acked', `${director} has acked step ${acked} of ${table?.step}`));
  }
  const closed = waits.length === 0;
  const { remaining, why } = flowsOf(snapshot, of);
  if (why !== undefined) waits.push(why);
  return { closed, remaining, waits };
}

/**
 * Connections that a real holds: its own count, else what directors remember. A server's own count knows TCP alone, and perhaps not all of it: where directors
 * remember flows, both must be none, unless it tells the rows of its flows. For what a director remembers may be over: a flow that moved to another one ended
 * there. Silence is no proof that there are none.
 */
function flowsOf(
  snapshot: Snapshot,
  of: { readonly group: string; readonly node: Name; readonly member: string },
): { readonly remaining: number | undefined; readonly why?: Reason } {
  // Nothing that a dead kernel held is left.
  if (snapshot.feed.health[of.member]?.dead === true) return { remaining: undefined };
  const report = snapshot.reports[of.node];
  const sockets = report?.sample.ownedSockets;
  const remembered = Object.values(snapshot.reports)
    .map((each) => each.sample.flows?.[of.member])
    .filter((count) => count !== undefined);
  const knowsAll =
    report?.sample.ownedRows?.[of.group] !== undefined && takesTcpAlone(snapshot.cluster, of.group);
  const decides = of.group === proxyGroup || remembered.length === 0 || knowsAll;
  if (sockets !== undefined && (decides || sockets > 0)) {
    if (sockets > 0) return { remaining: sockets, why: holds(of.node, sockets) };
    return countedSinceClosed(snapshot, of)
      ? { remaining: 0 }
      : {
          remaining: 0,
          why: reason('not-counted', `${of.node} has not counted its connections since`),
        };
  }
  if (remembered.length === 0)
    return {
      remaining: undefined,
      why: reason('not-counted', `nobody counts the connections of ${of.node}`),
    };
  const remaining = remembered.reduce((a, b) => a + b, 0);
  return remaining > 0 ? { remaining, why: holds(of.node, remaining) } : { remaining };
}

function holds(node: Name, count: number): Reason {
  return reason('flows', `${node} holds ${count} connection${count === 1 ? '' : 's'}`);
}

/**
 * Whether the real's count came after the last director said that it sends no new flows there: a count from before may have missed one. True
 * where nobody noted arrivals.
 */
function countedSinceClosed(
  snapshot: Snapshot,
  of: { readonly group: string; readonly node: Name },
): boolean {
  const { heard } = snapshot;
  if (heard === undefined) return true;
  const own = heard[of.node];
  const report = snapshot.reports[of.node];
  if (own === undefined || report === undefined) return false;
  const countAgeMs = own.ageMs + Math.max(0, report.atMs - report.sample.atMs);
  const ackAges = Object.keys(snapshot.feed.receiving).map(
    (director) => heard[director]?.stepAgesMs[of.group] ?? Number.POSITIVE_INFINITY,
  );
  return countAgeMs < Math.min(...ackAges);
}

/** A server behind proxies: every proxy has applied the revision that took it out, and holds no connection to it. */
function serverProgress(snapshot: Snapshot, member: string): Part {
  const waits: Reason[] = [];
  const told = Object.values(snapshot.feed.latches).filter(
    (latch) => latch.target === member || member.endsWith(`/${latch.target}`),
  );
  const since = Math.max(0, ...told.map((latch) => latch.revision));
  let remaining = 0;
  for (const proxy of nodesOf(snapshot.cluster, 'l7')) {
    const report = snapshot.reports[proxy.name];
    if (report === undefined) {
      if (snapshot.feed.health[`${proxyGroup}/${proxy.name}`]?.dead !== true)
        waits.push(reason('not-acked', `${proxy.name} does not report`));
      continue;
    }
    if (report.version.revision < since)
      waits.push(reason('not-acked', `${proxy.name} has not applied revision ${since} yet`));
    remaining += report.sample.flows?.[member] ?? 0;
  }
  const closed = told.length > 0 && waits.length === 0;
  if (remaining > 0) waits.push(reason('flows', `proxies hold ${remaining} connections to it`));
  return { closed, remaining, waits };
}

/** Who may receive traffic: leave is asked for, given at a step, and taken away; never the last one's. */
import { latchOf, type Membership, type Standing, standingOf } from '../lifecycle.ts';
import type { ClusterNode, Latch, Name } from '../model/intent.ts';
import type { Receiving } from '../model/live.ts';
import { type Reason, reason } from '../reason.ts';
import { ecmpGroup } from '../roles.ts';
import { currentOf, previousOf } from '../table/word.ts';
import {
  addressesOf,
  directorsOf,
  hasAcked,
  holdUps,
  notProvenAbsent,
  routersToAsk,
} from './acks.ts';
import { knows } from './members.ts';
import { type Hold, isGone, leaving, remembers, rowsHold, someoneCarries } from './rest.ts';
import {
  type ConductorEvent,
  type ConductorMemory,
  type ConductorView,
  type ConductorWait,
  type Fence,
  settingsOf,
} from './view.ts';

export interface ReceivingChanges {
  readonly receiving: Readonly<Record<Name, Receiving | null>>;
  readonly waits: readonly ConductorWait[];
  readonly events: readonly ConductorEvent[];
}

/** Leave given to those who ask and are ready, and taken from those who are latched, dead, sick, or do not ack. */
export function receivingChanges(view: ConductorView, memory: ConductorMemory): ReceivingChanges {
  const parts = [forgotten(view), grants(view, memory)];
  const granted = parts.map((part) => part.receiving);
  parts.push(removalChanges(view, memory, Object.assign({}, ...granted)));
  return {
    receiving: Object.assign({}, ...parts.map((part) => part.receiving)),
    waits: parts.flatMap((part) => part.waits),
    events: parts.flatMap((part) => part.events),
  };
}

function announced(director: Name, text: string, cause: Reason): ConductorEvent {
  return { kind: 'announce', subject: director, text, cause };
}

interface Removal {
  readonly director: ClusterNode;
  readonly why: Reason;
  /** Share of the receiving directors that must remain; the last one remains always, unless forced. */
  readonly keepShare: number;
  readonly forced: boolean;
  /** It is wanted, but not now. */
  readonly hold?: Hold;
}

/** Directors that the cluster file names no more. While no other one could carry the traffic, the last keeps its leave. */
function forgotten(view: ConductorView): ReceivingChanges {
  const names = new Set(directorsOf(view).map((director) => director.name));
  const receiving = Object.keys(view.feed.receiving);
  const gone = receiving.filter((name) => !names.has(name));
  if (receiving.some((name) => names.has(name) && isFit(view, name)))
    return {
      receiving: Object.fromEntries(gone.map((name) => [name, null])),
      waits: [],
      events: [],
    };
  const why = (name: Name): Reason =>
    reason(
      'last-director',
      `${name} is not in the file, but nobody else receives: it keeps its leave`,
    );
  return {
    receiving: {},
    waits: gone.map((name) => ({ subject: name, why: why(name) })),
    events: [],
  };
}

function grants(view: ConductorView, memory: ConductorMemory): ReceivingChanges {
  const receiving: Record<Name, Receiving> = {};
  const waits: ConductorWait[] = [];
  const events: ConductorEvent[] = [];
  const rows = someoneCarries(view, memory) ? rowsHold(view, memory) : undefined;
  for (const director of directorsOf(view)) {
    const { name } = director;
    if (view.feed.receiving[name] !== undefined) continue;
    const why = notReady(view, director);
    const hold = why === undefined ? grantHold(view, memory, { director, rows }) : { why };
    if (hold === undefined) {
      receiving[name] = { steps: stepsNow(view), grantedAtMs: view.wallMs };
      const cause = reason('ready', `${name} has every table`);
      events.push(announced(name, `${name} may receive traffic`, cause));
    } else if (view.reports[name]?.wantsToReceive === true) waits.push({ subject: name, ...hold });
  }
  return { receiving, waits, events };
}

function stepsNow({ groups, feed }: ConductorView): Receiving['steps'] {
  return Object.fromEntries(groups.map(({ group }) => [group, feed.tables[group]?.step ?? 0]));
}

/** Why a director that is ready gets no leave yet, where directors remember flows. `force-up` waits for nothing. */
function grantHold(
  view: ConductorView,
  memory: ConductorMemory,
  { director, rows }: { readonly director: ClusterNode; readonly rows: Hold | undefined },
): Hold | undefined {
  const { name } = director;
  if (!remembers(view) || latchOn(view, name)?.kind === 'force-up') return undefined;
  if (rows !== undefined) {
    const text = `${name} comes back when rows are settled: ${rows.why.text}`;
    return { ...rows, why: reason(rows.why.word, text) };
  }
  const why = leaving(view, memory, director);
  return why && { why };
}

function removalChanges(
  view: ConductorView,
  memory: ConductorMemory,
  granted: Readonly<Record<Name, Receiving | null>>,
): ReceivingChanges {
  const receiving: Record<Name, null> = {};
  const waits: ConductorWait[] = [];
  const events: ConductorEvent[] = [];
  for (const removal of removals(view, memory)) {
    const { name } = removal.director;
    const refused = removal.hold ?? keptBecause(view, removal, { ...granted, ...receiving });
    if (refused !== undefined) waits.push({ subject: name, ...refused });
    else {
      receiving[name] = null;
      events.push(announced(name, `${name} may not receive traffic any more`, removal.why));
    }
  }
  return { receiving, waits, events };
}

/** Why a director does not get leave to receive. */
function notReady(view: ConductorView, director: ClusterNode): Reason | undefined {
  const { name } = director;
  const report = view.reports[name];
  const { admin, dead } = standing(view, name);
  if (report === undefined || !isFresh(view, name))
    return reason('not-reporting', `${name} does not report`);
  if (!report.wantsToReceive) return reason('not-asking', `${name} does not ask`);
  if (admin !== 'active') return reason('latched', `${name} is ${admin}`);
  if (dead) return reason('dead', `${name} does not answer`);
  for (const { group } of view.groups) {
    const table = view.feed.tables[group];
    if (table === undefined) return reason('no-table', `there is no table of ${group} yet`);
    if (!hasAcked(report, table))
      return reason('not-acked', `${name} has not acked step ${table.step} of ${group}`);
    const highest = table.rows.reduce(
      (most, word) => Math.max(most, currentOf(word), previousOf(word)),
      0,
    );
    if (!knows(view, name, { group, id: highest }))
      return reason('id-not-known', `${name} does not know every real of ${group}`);
  }
  return undefined;
}

function membership(name: Name): Membership {
  return { member: `${ecmpGroup}/${name}`, node: name };
}

function standing(view: ConductorView, name: Name): Standing {
  return standingOf(membership(name), view.feed, view.wallMs);
}

function latchOn(view: ConductorView, name: Name): Latch | undefined {
  return latchOf(membership(name), view.feed.latches, view.wallMs);
}

function isFresh(view: ConductorView, name: Name): boolean {
  const seen = view.seenAtMs[name];
  return seen !== undefined && view.nowMs - seen <= settingsOf(view).reportFreshMs;
}

/** Directors with leave that should have it no longer. */
function removals(view: ConductorView, memory: ConductorMemory): readonly Removal[] {
  return directorsOf(view)
    .filter((director) => view.feed.receiving[director.name] !== undefined)
    .flatMap((director) => removalOf(view, memory, director) ?? []);
}

function removalOf(
  view: ConductorView,
  memory: ConductorMemory,
  director: ClusterNode,
): Removal | undefined {
  const { name } = director;
  const { admin, dead } = standing(view, name);
  const by = { director, keepShare: 0, forced: false };
  if (dead) return { ...by, why: reason('dead', `${name} does not answer`) };
  const why = reason('latched', `${name} is ${admin}`);
  const forced = latchOn(view, name)?.kind === 'force-down';
  const hold = admin === 'active' || forced ? undefined : removalHold(view, memory, name);
  if (admin !== 'active' && hold === undefined) return { ...by, forced, why };
  const late = lateFor(view, memory, name);
  if (late !== undefined) return { ...by, why: late };
  if (isFresh(view, name) && view.reports[name]?.wantsToReceive === false) {
    const sick = reason('not-asking', `${name} says that it is not fit to receive`);
    return { ...by, keepShare: view.cluster.monitor.floor, why: sick };
  }
  return hold && { ...by, why, hold };
}

/** Why a director that is to leave by plan keeps its leave for now: a director that remembers flows, while rows are in change. */
function removalHold(view: ConductorView, memory: ConductorMemory, name: Name): Hold | undefined {
  const since = memory.present[name];
  if (since !== undefined && isGone(view, name, since)) return undefined;
  const rows = rowsHold(view, memory);
  if (rows === undefined) return undefined;
  const text = `${name} goes on receiving until rows are settled: ${rows.why.text}`;
  return { ...rows, why: reason(rows.why.word, text) };
}

/** Why a director is fenced: a step in flight for too long without its ack. */
function lateFor(view: ConductorView, memory: ConductorMemory, name: Name): Reason | undefined {
  const { ackTimeoutMs } = settingsOf(view);
  for (const { group } of view.groups) {
    const table = view.feed.tables[group];
    const held = memory.groups[group];
    if (table === undefined || held === undefined || held.step !== table.step) continue;
    const tookMs = view.nowMs - held.stepSinceMs;
    if (tookMs > ackTimeoutMs && !hasAcked(view.reports[name], table)) {
      return reason(
        'not-acked',
        `${name} has not acked step ${table.step} of ${group} after ${Math.round(tookMs)} ms`,
      );
    }
  }
  return undefined;
}

/** Why leave is not taken away after all: nobody fit would be left, or too few, or nobody can carry it out. */
function keptBecause(
  view: ConductorView,
  removal: Removal,
  changes: Readonly<Record<Name, Receiving | null>>,
): Hold | undefined {
  if (removal.forced) return undefined;
  const { name } = removal.director;
  const receiving = directorsOf(view).filter(
    (each) => view.feed.receiving[each.name] !== undefined,
  );
  const fit = receiving.filter(
    (each) => each.name !== name && changes[each.name] !== null && isFit(view, each.name),
  );
  if (fit.length === 0 || fit.length < removal.keepShare * receiving.length) {
    const text = `${removal.why.text}, but too few others receive: it keeps its leave`;
    return { why: reason('last-director', text) };
  }
  const { via } = view.cluster.l4.announce;
  if (removal.why.word === 'not-acked' && (via !== 'bgp' || routersToAsk(view).length === 0)) {
    const text = `${removal.why.text}, and no router can be asked to pass it over`;
    return { why: reason('cannot-be-fenced', text) };
  }
  return undefined;
}

/** A director that could carry the traffic alone: reporting, asking, not latched, holding the tables. */
function isFit(view: ConductorView, name: Name): boolean {
  const report = view.reports[name];
  const { admin, dead } = standing(view, name);
  if (report === undefined || !isFresh(view, name) || dead || admin !== 'active') return false;
  return (
    report.wantsToReceive &&
    Object.values(view.feed.tables).every((table) => hasAcked(report, table))
  );
}

/** Directors without leave for whose sake a table stands still. */
export function openFences(
  view: ConductorView,
  absent: ConductorMemory['absent'],
): readonly Fence[] {
  const blocking = new Set(
    Object.values(view.feed.tables).flatMap((table) =>
      holdUps(view, absent, table).map((each) => each.director),
    ),
  );
  return directorsOf(view)
    .filter(({ name }) => absent[name] !== undefined && blocking.has(name))
    .filter((director) => notProvenAbsent(view, absent, director) !== undefined)
    .map((director) => {
      const provenBy = absent[director.name]?.provenBy ?? [];
      const asked = routersToAsk(view).map((router) => router.name);
      const missing = asked.filter((router) => !provenBy.includes(router));
      return { director: director.name, addresses: addressesOf(director), provenBy, missing };
    });
}

/** Who may receive traffic: leave is asked for, given at a step, and taken away; never the last one's. */
import { standingOf } from '../lifecycle.ts';
import type { ClusterNode, Name } from '../model/intent.ts';
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

interface Removal {
  readonly director: ClusterNode;
  readonly why: Reason;
  /** Share of the receiving directors that must remain; the last one remains always, unless forced. */
  readonly keepShare: number;
  readonly forced: boolean;
}

/** Leave given to those who ask and are ready, and taken from those who are latched, dead, sick, or do not ack. */
export function receivingChanges(view: ConductorView, memory: ConductorMemory): ReceivingChanges {
  const receiving: Record<Name, Receiving | null> = {};
  const waits: ConductorWait[] = [];
  const events: ConductorEvent[] = [];
  const event = (director: Name, text: string, cause: Reason): void => {
    events.push({ kind: 'announce', subject: director, text, cause });
  };
  const names = new Set(directorsOf(view).map((director) => director.name));
  for (const name of Object.keys(view.feed.receiving)) if (!names.has(name)) receiving[name] = null;
  for (const director of directorsOf(view)) {
    if (view.feed.receiving[director.name] !== undefined) continue;
    const asked = view.reports[director.name]?.wantsToReceive === true;
    const why = notReady(view, director);
    if (why === undefined) {
      const steps = Object.fromEntries(
        view.groups.map(({ group }) => [group, view.feed.tables[group]?.step ?? 0]),
      );
      receiving[director.name] = { steps, grantedAtMs: view.wallMs };
      event(
        director.name,
        `${director.name} may receive traffic`,
        reason('ready', `${director.name} has every table`),
      );
    } else if (asked) waits.push({ subject: director.name, why });
  }
  for (const removal of removals(view, memory)) {
    const { name } = removal.director;
    const refused = keptBecause(view, removal, receiving);
    if (refused !== undefined) waits.push({ subject: name, why: refused });
    else {
      receiving[name] = null;
      event(name, `${name} may not receive traffic any more`, removal.why);
    }
  }
  return { receiving, waits, events };
}

/** Why a director does not get leave to receive. */
function notReady(view: ConductorView, director: ClusterNode): Reason | undefined {
  const { name } = director;
  const report = view.reports[name];
  const standing = standingOf(
    { member: `${ecmpGroup}/${name}`, node: name },
    view.feed,
    view.wallMs,
  );
  if (report === undefined || !isFresh(view, name))
    return reason('not-reporting', `${name} does not report`);
  if (!report.wantsToReceive) return reason('not-asking', `${name} does not ask`);
  if (standing.admin !== 'active') return reason('latched', `${name} is ${standing.admin}`);
  if (standing.dead) return reason('dead', `${name} does not answer`);
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

function isFresh(view: ConductorView, name: Name): boolean {
  const seen = view.seenAtMs[name];
  return seen !== undefined && view.nowMs - seen <= settingsOf(view).reportFreshMs;
}

/** Directors with leave that should have it no longer. */
function removals(view: ConductorView, memory: ConductorMemory): readonly Removal[] {
  return directorsOf(view)
    .filter((director) => view.feed.receiving[director.name] !== undefined)
    .flatMap((director): Removal[] => {
      const { name } = director;
      const { admin, dead } = standingOf(
        { member: `${ecmpGroup}/${name}`, node: name },
        view.feed,
        view.wallMs,
      );
      const by = { director, keepShare: 0, forced: false };
      const latch = view.feed.latches[name] ?? view.feed.latches[`${ecmpGroup}/${name}`];
      if (dead) return [{ ...by, why: reason('dead', `${name} does not answer`) }];
      if (admin !== 'active') {
        return [
          {
            ...by,
            forced: latch?.kind === 'force-down',
            why: reason('latched', `${name} is ${admin}`),
          },
        ];
      }
      const late = lateFor(view, memory, name);
      if (late !== undefined) return [{ ...by, why: late }];
      if (isFresh(view, name) && view.reports[name]?.wantsToReceive === false) {
        const why = reason('not-asking', `${name} says that it is not fit to receive`);
        return [{ ...by, keepShare: view.cluster.monitor.floor, why }];
      }
      return [];
    });
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
): Reason | undefined {
  if (removal.forced) return undefined;
  const { name } = removal.director;
  const receiving = directorsOf(view).filter(
    (each) => view.feed.receiving[each.name] !== undefined,
  );
  const fit = receiving.filter(
    (each) => each.name !== name && changes[each.name] !== null && isFit(view, each.name),
  );
  if (fit.length === 0 || fit.length < removal.keepShare * receiving.length) {
    return reason(
      'last-director',
      `${removal.why.text}, but too few others receive: it keeps its leave`,
    );
  }
  const { via } = view.cluster.l4.announce;
  if (removal.why.word === 'not-acked' && (via !== 'bgp' || routersToAsk(view).length === 0)) {
    return reason(
      'cannot-be-fenced',
      `${removal.why.text}, and no router can be asked to pass it over`,
    );
  }
  return undefined;
}

/** A director that could carry the traffic alone: reporting, asking, not latched, holding the tables. */
function isFit(view: ConductorView, name: Name): boolean {
  const report = view.reports[name];
  const { admin, dead } = standingOf(
    { member: `${ecmpGroup}/${name}`, node: name },
    view.feed,
    view.wallMs,
  );
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

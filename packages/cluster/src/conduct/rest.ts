/**
 * Directors that remember flows of a group (`ConductorView.remembered`) know only what went through them. A flow that comes from another director,
 * unknown, is sent to the row's elder: right while the row is settled, wrong for flows that began since it was flipped. So rows of such groups and
 * the set of directors never change at the same time by plan: leave waits for settled rows, and no row begins to change before routers have settled
 * on the directors. What dies asks nobody.
 */
import { standingOf } from '../lifecycle.ts';
import type { ClusterNode, Name } from '../model/intent.ts';
import type { NodeReport } from '../model/seen.ts';
import { type Reason, reason } from '../reason.ts';
import { ecmpGroup } from '../roles.ts';
import { span } from '../status/words.ts';
import { isArmed, previousOf } from '../table/word.ts';
import {
  addressesOf,
  directorsOf,
  hasReached,
  holdUps,
  notProvenAbsent,
  routersToAsk,
} from './acks.ts';
import {
  type ConductorMemory,
  type ConductorView,
  type GroupMemory,
  type SeenSince,
  settingsOf,
} from './view.ts';

/** Why something must wait, and in how many ms it may go on. */
export interface Hold {
  readonly why: Reason;
  readonly etaMs?: number;
}

/** Times in a reason are told in steps of this: a wait is said anew only when it has come nearer. */
const toldInMs = 30_000;

/** True where directors remember flows of any group. */
export function remembers({ remembered }: ConductorView): boolean {
  return remembered !== undefined && remembered.size > 0;
}

/** Why leave to receive is neither given nor taken by plan now; undefined where it may be, or where directors remember nothing. */
export function rowsHold(view: ConductorView, memory: ConductorMemory): Hold | undefined {
  for (const { group } of view.groups) {
    const table = view.remembered?.has(group) ? view.feed.tables[group] : undefined;
    if (table === undefined) continue;
    const { rows } = table;
    const changing = rows.reduce((sum, word) => (previousOf(word) === 0 ? sum : sum + 1), 0);
    // Settled in the feed is not settled yet: a director may hold the step before.
    const [late] = changing === 0 ? holdUps(view, memory.absent, table) : [];
    if (late !== undefined) return { why: late.why };
    if (changing === 0) continue;
    const etaMs = untilSettledMs(view, memory.groups[group], rows);
    const about = span(Math.ceil(etaMs / toldInMs) * toldInMs);
    const text = `${changing} of ${rows.length} rows of ${group} are in change, for about ${about}`;
    return { why: reason('rows-in-change', text), etaMs };
  }
  return undefined;
}

/** From now until the last row in change may be cleared; where that time is over and its former owner still has flows, until it is forgotten. */
function untilSettledMs(
  view: ConductorView,
  memory: GroupMemory | undefined,
  rows: Uint32Array,
): number {
  const { clearAfterMs, forgetAfterMs } = settingsOf(view);
  const acked = memory?.acked;
  let clearMs = 0;
  let forgetMs = 0;
  for (let row = 0; row < rows.length; row++) {
    const word = rows[row] as number;
    if (previousOf(word) === 0) continue;
    const known = !isArmed(word) && acked?.rows[row] === word;
    const since = known ? (acked.sinceMs[row] as number) : view.nowMs;
    clearMs = Math.max(clearMs, since + clearAfterMs - view.nowMs);
    forgetMs = Math.max(forgetMs, since + forgetAfterMs - view.nowMs);
  }
  return clearMs > 0 ? clearMs : Math.max(0, forgetMs);
}

/** Why no row of a remembered group may begin to change in the same batch in which leave is given or taken. */
export function changesHold(
  view: ConductorView,
  changes: { readonly receiving: Readonly<Record<Name, unknown>> },
): Hold | undefined {
  const names = Object.keys(changes.receiving);
  if (!remembers(view) || names.length === 0) return undefined;
  return { why: reason('receiving-changes', `who receives changes first: ${names.join(', ')}`) };
}

/** Why no row of a remembered group may begin to change now: routers have not yet settled on who receives. Not longer than a director may take to ack. */
export function motionHold(view: ConductorView, memory: ConductorMemory): Hold | undefined {
  if (!remembers(view)) return undefined;
  for (const director of directorsOf(view)) {
    const why = leaving(view, memory, director) ?? joining(view, memory, director);
    if (why !== undefined) return { why };
  }
  return undefined;
}

/** Why a director that lost its leave may still receive. */
export function leaving(
  view: ConductorView,
  { absent }: Pick<ConductorMemory, 'absent'>,
  director: ClusterNode,
): Reason | undefined {
  const absence = absent[director.name];
  if (absence?.hadLeave !== true || !isYoung(view, absence)) return undefined;
  const why = notProvenAbsent(view, absent, director);
  return why?.word === 'not-proven-absent' ? why : undefined;
}

/** Why a director that got leave may not receive everything yet: a router does not list it for every VIP. */
function joining(
  view: ConductorView,
  { present }: Pick<ConductorMemory, 'present'>,
  director: ClusterNode,
): Reason | undefined {
  const { name } = director;
  const since = present[name];
  if (since === undefined || !isYoung(view, since)) return undefined;
  if (view.cluster.l4.announce.via !== 'bgp') return undefined;
  const addresses = new Set(addressesOf(director));
  const missing = routersToAsk(view)
    .map((router) => router.name)
    .filter((router) => !lists(view.reports[router], addresses, since));
  return missing.length === 0
    ? undefined
    : reason('not-listed', `${missing.join(', ')} may not forward to ${name} yet`);
}

function lists(
  report: NodeReport | undefined,
  addresses: ReadonlySet<string>,
  since: SeenSince,
): boolean {
  if (report === undefined || !hasReached(report, since)) return false;
  const listed = Object.values(report.sample.nextHops ?? {});
  return listed.length > 0 && listed.every((hops) => hops.some((hop) => addresses.has(hop)));
}

/** After `ackTimeoutMs` a router that shows nothing holds nobody up any more. */
function isYoung(view: ConductorView, { sinceMs }: SeenSince): boolean {
  return view.nowMs - sinceMs <= settingsOf(view).ackTimeoutMs;
}

/**
 * True where some director with leave may be carrying traffic: it lives, and has not been silent for longer than reports count. While none is,
 * whoever can receive is let in at once.
 */
export function someoneCarries(
  view: ConductorView,
  { present }: Pick<ConductorMemory, 'present'>,
): boolean {
  return directorsOf(view).some(({ name }) => {
    const since = present[name];
    return since !== undefined && !isGone(view, name, since);
  });
}

/** Nothing can be won by waiting for a director that is dead, silent, or says itself that it is not fit. */
export function isGone(view: ConductorView, name: Name, since: SeenSince): boolean {
  const membership = { member: `${ecmpGroup}/${name}`, node: name };
  if (standingOf(membership, view.feed, view.wallMs).dead) return true;
  const silentMs = view.nowMs - (view.seenAtMs[name] ?? since.sinceMs);
  if (silentMs > settingsOf(view).reportFreshMs) return true;
  return view.seenAtMs[name] !== undefined && view.reports[name]?.wantsToReceive === false;
}

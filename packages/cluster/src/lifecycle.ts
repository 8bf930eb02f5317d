/** admin × health → what a member does. The rules are this table and the latches; nobody compares the words elsewhere. */
import type { Admin, Health, Latch, Name } from './model/intent.ts';
import type { MemberHealth } from './model/live.ts';

export interface Duties {
  /** New flows may be sent to it. */
  readonly takesNewFlows: boolean;
  /** Flows that it has keep reaching it, so it is not to be stopped or forgotten. */
  readonly keepsOldFlows: boolean;
}

const serves: Duties = { takesNewFlows: true, keepsOldFlows: true };
const keeps: Duties = { takesNewFlows: false, keepsOldFlows: true };
const nothing: Duties = { takesNewFlows: false, keepsOldFlows: false };

/**
 * Envoy's two-by-two (present or absent × healthy or not), with two finer points: `unknown` is not down, save for one that is only being
 * brought in; and a failed check alone never forgets the flows of a member that is still wanted (only `dead` does, see conduct.ts).
 */
export const duties: Readonly<Record<Admin, Readonly<Record<Health, Duties>>>> = {
  filling: { unknown: keeps, up: serves, down: keeps },
  active: { unknown: serves, up: serves, down: keeps },
  draining: { unknown: keeps, up: keeps, down: nothing },
  inactive: { unknown: keeps, up: keeps, down: nothing },
};

/** A membership: the member `group/name` and the node (or server) behind it. */
export interface Membership {
  readonly member: string;
  readonly node: Name;
}

export type Latches = Readonly<Record<string, Latch>>;

const adminOfLatch: Readonly<Record<Latch['kind'], Admin>> = {
  'force-up': 'active',
  drain: 'draining',
  maintenance: 'inactive',
  'force-down': 'inactive',
};
/** Later words take precedence where a member and its node are latched differently: the one that does less. */
const mildestFirst: readonly Latch['kind'][] = ['force-up', 'drain', 'maintenance', 'force-down'];

/** The latch that counts for a member now: its own or its node's, the stricter of the two; expired ones (`untilMs` ≤ now) count no more. */
export function latchOf(of: Membership, latches: Latches, nowMs: number): Latch | undefined {
  return [latches[of.member], latches[of.node]]
    .filter((latch) => latch !== undefined)
    .filter((latch) => latch.untilMs === undefined || latch.untilMs > nowMs)
    .sort((a, b) => mildestFirst.indexOf(b.kind) - mildestFirst.indexOf(a.kind))[0];
}

/** Admin state of a member: `active` unless a latch on it or on its node says otherwise. `nowMs`: wall clock. */
export function adminOf(of: Membership, latches: Latches, nowMs: number): Admin {
  const latch = latchOf(of, latches, nowMs);
  return latch === undefined ? 'active' : adminOfLatch[latch.kind];
}

export interface Standing extends Duties {
  readonly admin: Admin;
  readonly health: Health;
  /** Its kernel is gone (`MemberHealth.dead`). */
  readonly dead: boolean;
}

/** A member's admin, health and duties as they count now. `force-up` outvotes the verdict, also that it be dead. */
export function standingOf(
  of: Membership,
  feed: { readonly latches: Latches; readonly health: Readonly<Record<string, MemberHealth>> },
  nowMs: number,
): Standing {
  const latch = latchOf(of, feed.latches, nowMs);
  const admin = latch === undefined ? 'active' : adminOfLatch[latch.kind];
  const verdict = feed.health[of.member];
  const forced = latch?.kind === 'force-up';
  const health = forced ? 'up' : (verdict?.health ?? 'unknown');
  return { admin, health, dead: !forced && (verdict?.dead ?? false), ...duties[admin][health] };
}

/** Setting and lifting latches: the operator's word. */
import { type Latch, nodesOf, notDrainable, reason, type Snapshot } from '@tricade/cluster';
import type { Feed } from '@tricade/feed';
import type { Changed } from '../options.ts';
import { type Answered, done, isPlainText, problem } from './answer.ts';
import { heldByOther, locked } from './locks.ts';

/** The part of a monitor that latches need. */
export interface Latching {
  readonly leads: boolean;
  snapshot(): Promise<Snapshot>;
  latch(target: string, latch: Latch | null): Promise<Changed>;
}

const kinds: readonly Latch['kind'][] = ['drain', 'maintenance', 'force-up', 'force-down'];

/** A latch out of a request's body, or what is wrong with it. */
function readLatch(body: unknown, nowMs: number): Latch | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return 'the body must be a JSON object';
  const { target, kind, by, why, untilMs } = body as Record<string, unknown>;
  for (const [name, value] of Object.entries({ target, by, why })) {
    if (!isPlainText(value))
      return `${name} must be 1 to 200 characters without control characters`;
  }
  const known = kinds.find((each) => each === kind);
  if (known === undefined) return `kind must be one of ${kinds.join(', ')}`;
  if (untilMs !== undefined && !(Number.isSafeInteger(untilMs) && (untilMs as number) > nowMs))
    return 'untilMs must be a wall clock time to come, in ms';
  const latch = { target, kind: known, by, why, sinceMs: nowMs, revision: 0 } as Latch;
  return untilMs === undefined ? latch : { ...latch, untilMs: untilMs as number };
}

/** A node, or a member `group/name`. */
export function isKnown({ cluster }: Pick<Snapshot, 'cluster'>, target: string): boolean {
  const [group, name, ...rest] = target.split('/');
  if (rest.length > 0) return false;
  if (name === undefined) return cluster.nodes.some((node) => node.name === group);
  const pool = cluster.pools.find((each) => each.name === group);
  if (pool !== undefined) return pool.servers.some((server) => server.name === name);
  const tier = (['routers', 'l4', 'l7'] as const).find((each) => each === group);
  return tier !== undefined && nodesOf(cluster, tier).some((node) => node.name === name);
}

/** Sets a latch; `by` must hold the change lock where anybody does. */
export async function setLatch(
  monitor: Latching,
  feed: Pick<Feed, 'lockHolder'>,
  given: { readonly body: unknown; readonly nowMs: number },
): Promise<Answered> {
  const latch = readLatch(given.body, given.nowMs);
  if (typeof latch === 'string') return problem(400, reason('bad-latch', latch));
  const { cluster } = await monitor.snapshot();
  if (!isKnown({ cluster }, latch.target))
    return problem(404, reason('unknown-target', `no node or member is called ${latch.target}`));
  const never = notDrainable(cluster, latch.target);
  if (never !== undefined && (latch.kind === 'drain' || latch.kind === 'force-down'))
    return problem(422, never);
  const held = await heldByOther(feed, latch.by);
  return held === undefined ? answer(await monitor.latch(latch.target, latch)) : locked(held);
}

/** Lifts a latch. Not bound to the lock: an operator must always be able to bring a node back. */
export async function liftLatch(monitor: Latching, target: string): Promise<Answered> {
  const { feed } = await monitor.snapshot();
  // Only the leader knows for certain; others name it.
  if (monitor.leads && !Object.hasOwn(feed.latches, target))
    return problem(404, reason('no-latch', `${target} is not latched`));
  return answer(await monitor.latch(target, null));
}

/** Another leads: 409 with its name. Nobody leads or the feed took nothing: 503, try again. */
function answer(changed: Changed): Answered {
  if (changed.changed) return done({ revision: changed.revision });
  const { why, leader } = changed;
  if (leader === undefined) return problem(503, why);
  return problem(409, why, { leader });
}

/**
 * The change lock for those who reach a monitor over SSH and hold no connection to the feed themselves. It lies in the feed and belongs to whoever
 * shows its token: a holder goes on through another monitor, or through the same one after a restart.
 */
import { reason } from '@tricade/cluster';
import type { Feed, LockHolder } from '@tricade/feed';
import { type Answered, done, isPlainText, problem } from './answer.ts';

/** How long a lock lives without being renewed: a holder renews every few seconds. */
export const lockMs = 15_000;

const leastTokenLetters = 16;

/** Who else holds the lock now. */
export async function heldByOther(
  feed: Pick<Feed, 'lockHolder'>,
  holder: string,
): Promise<LockHolder | undefined> {
  const held = await feed.lockHolder();
  return held === undefined || held.holder === holder ? undefined : held;
}

/** Takes the lock, or renews it for the same token: `{holder, what, token}`. */
export async function takeLock(feed: Pick<Feed, 'lock'>, body: unknown): Promise<Answered> {
  const { holder, what, token } = Object(body) as Record<string, unknown>;
  if (!isPlainText(holder) || !isPlainText(what))
    return problem(400, reason('bad-lock', 'holder and what must be texts of 1 to 200 characters'));
  if (!isPlainText(token) || token.length < leastTokenLetters) {
    const text = `token must be ${leastTokenLetters} characters or more that nobody can guess`;
    return problem(400, reason('bad-lock', text));
  }
  const result = await feed.lock({ holder, what, token, ttlMs: lockMs });
  if ('unreachable' in result) return problem(503, result.unreachable);
  return 'heldBy' in result ? locked(result.heldBy) : done({ held: true });
}

/** Gives back the lock that a token holds. */
export async function giveLock(feed: Pick<Feed, 'unlock'>, token: string): Promise<Answered> {
  return (await feed.unlock(token))
    ? done({ held: false })
    : problem(404, reason('no-lock', 'this token holds no lock'));
}

/** The problem that a change meets while somebody else holds the lock. */
export function locked(by: LockHolder): Answered {
  return problem(409, reason('locked', `${by.holder} holds the change lock: ${by.what}`), {
    ...by,
  });
}

/** The change lock for those who reach the monitor over SSH and hold no connection to the feed themselves. */
import { reason } from '@tricade/cluster';
import type { Feed, Lock, LockHolder } from '@tricade/feed';
import { type Answered, done, isPlainText, problem } from './answer.ts';

/** How long a lock lives without being renewed: a holder renews every few seconds. */
export const lockMs = 15_000;

/** Holds locks on behalf of callers, by holder. */
export class LockBook {
  readonly #feed: Feed;
  readonly #locks = new Map<string, Lock>();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** Who else holds the lock now. */
  async heldByOther(holder: string): Promise<LockHolder | undefined> {
    const held = await this.#feed.lockHolder();
    return held === undefined || held.holder === holder ? undefined : held;
  }

  /** Takes the lock, or renews it for the same holder. */
  async take(body: unknown): Promise<Answered> {
    const { holder, what } = Object(body) as Record<string, unknown>;
    if (!isPlainText(holder) || !isPlainText(what))
      return problem(
        400,
        reason('bad-lock', 'holder and what must be texts of 1 to 200 characters'),
      );
    const own = this.#locks.get(holder);
    if (own !== undefined && (await own.renew())) return done({ held: true });
    this.#locks.delete(holder);
    const result = await this.#feed.lock(holder, what, lockMs);
    if ('unreachable' in result) return problem(503, result.unreachable);
    if ('heldBy' in result) return locked(result.heldBy);
    this.#locks.set(holder, result.lock);
    return done({ held: true });
  }

  /** Gives back a lock that was taken through this monitor. */
  async give(holder: string): Promise<Answered> {
    const lock = this.#locks.get(holder);
    if (lock === undefined)
      return problem(404, reason('no-lock', `${holder} holds no lock through this monitor`));
    this.#locks.delete(holder);
    await lock.release();
    return done({ held: false });
  }
}

/** The problem that a change meets while somebody else holds the lock. */
export function locked(by: LockHolder): Answered {
  return problem(409, reason('locked', `${by.holder} holds the change lock: ${by.what}`), {
    ...by,
  });
}

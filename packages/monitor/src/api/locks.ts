/** The change lock for those who reach the monitor over SSH and hold no connection to the feed themselves. */
import type { Feed, Lock, LockHolder } from '@tricade/feed';
import { type Answered, problem } from './routes.ts';

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
    const { holder, what } = (body ?? {}) as Record<string, unknown>;
    if (typeof holder !== 'string' || typeof what !== 'string' || holder === '')
      return problem(400, 'bad-lock', 'holder and what must be texts');
    const own = this.#locks.get(holder);
    if (own !== undefined && (await own.renew())) return { status: 200, body: { held: true } };
    this.#locks.delete(holder);
    const result = await this.#feed.lock(holder, what, lockMs);
    if ('unreachable' in result)
      return problem(503, result.unreachable.word, result.unreachable.text);
    if ('heldBy' in result)
      return problem(
        409,
        'locked',
        `${result.heldBy.holder} holds the change lock: ${result.heldBy.what}`,
        { ...result.heldBy },
      );
    this.#locks.set(holder, result.lock);
    return { status: 200, body: { held: true } };
  }

  async give(holder: string): Promise<Answered> {
    const lock = this.#locks.get(holder);
    this.#locks.delete(holder);
    await lock?.release();
    return { status: 200, body: { held: false } };
  }
}

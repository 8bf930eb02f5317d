/** Keeps a candidate at it: campaigns, renews, seeds an empty or older store, steps down in time. The loop around `Feed.campaign`. */

import type { FeedState, Name, Reason } from '@tricade/cluster';
import { reason } from '@tricade/cluster';
import type { Feed, Position, Term } from './feed.ts';

export interface LeadershipOptions {
  readonly leader: Name;
  /** Lease; after it a dead leader is replaced. Default 2,000. */
  readonly ttlMs?: number;
  /** Default 400: an emptied store is seen and seeded within half a second. */
  readonly everyMs?: number;
  /** The highest that disk, own watch and agents' reports know. Where it passes what the store holds, the store is seeded again. */
  known(): Position;
  /** What to put into an empty or older store: latches from disk, the highest acked tables, health. Its position does not matter. */
  seed(): Promise<FeedState> | FeedState;
  /** How many members the cluster has now; see `CampaignOptions`. */
  members?(): number;
  /** In office, and the store holds `term.state`. */
  onElected(term: Term): void;
  /** Out of office: write nothing more. Always follows an `onElected`. */
  onDeposed(why: Reason): void;
}

/** Takes part in elections until ended; `end` gives the lease up. */
export interface Leadership {
  readonly term: Term | undefined;
  end(): Promise<void>;
}

/** Starts at once. All times are measured on the monotonic clock. */
export function lead(feed: Feed, options: LeadershipOptions): Leadership {
  return new Candidate(feed, options);
}

class Candidate implements Leadership {
  readonly #feed: Feed;
  readonly #options: LeadershipOptions;
  readonly #ttlMs: number;
  readonly #everyMs: number;
  readonly #unsubscribe: () => void;
  #term: Term | undefined;
  #heldAtMs = 0;
  /** Highest that an own term wrote: also known, whatever `known` says. */
  #written: Position = { epoch: 0, revision: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #ended = false;

  constructor(feed: Feed, options: LeadershipOptions) {
    this.#feed = feed;
    this.#options = options;
    this.#ttlMs = options.ttlMs ?? 2_000;
    this.#everyMs = options.everyMs ?? 400;
    this.#unsubscribe = feed.onConnection((connected) => void (connected && this.#wake()));
    this.#wake();
  }

  get term(): Term | undefined {
    return this.#term;
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#running;
    const term = this.#term;
    this.#depose(reason('ended', 'the leader was told to end'));
    await term?.release();
  }

  #wake(): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#running = this.#turn().finally(() => {
      this.#running = undefined;
      if (this.#ended) return;
      if (this.#again) this.#wake();
      else this.#timer = setTimeout(() => this.#wake(), this.#everyMs);
    });
  }

  async #turn(): Promise<void> {
    if (this.#term !== undefined) await this.#renew(this.#term);
    if (this.#term === undefined && !this.#ended) await this.#campaign();
  }

  async #renew(term: Term): Promise<void> {
    const askedAtMs = performance.now();
    const answer = await term.renew();
    if (answer === 'fenced')
      return this.#depose(reason('fenced', 'another leader has been elected'));
    if (answer === 'store-lost')
      return this.#depose(
        reason('store-lost', 'the feed is empty or older than what was written to it'),
      );
    if (answer === 'held') {
      this.#heldAtMs = askedAtMs;
      const known = this.#options.known();
      if (
        term.state !== undefined &&
        known.epoch <= term.epoch &&
        known.revision <= term.state.revision
      )
        return;
      return this.#depose(reason('store-lost', 'nodes hold a later state than the feed'));
    }
    if (performance.now() - this.#heldAtMs > this.#ttlMs)
      this.#depose(reason('unreachable', 'the lease ran out while the feed could not be reached'));
  }

  async #campaign(): Promise<void> {
    const { leader, known, seed, onElected, members } = this.#options;
    const askedAtMs = performance.now();
    const atLeast = highest(known(), this.#written);
    const result = await this.#feed.campaign({
      leader,
      ttlMs: this.#ttlMs,
      atLeast,
      ...(members === undefined ? {} : { members }),
    });
    if (!('won' in result)) return;
    const term = result.won;
    if (term.state === undefined) {
      const seeded = await term.seed(await seed());
      if (!seeded.written) return;
    }
    this.#term = term;
    this.#heldAtMs = askedAtMs;
    onElected(term);
  }

  #depose(why: Reason): void {
    const term = this.#term;
    if (term === undefined) return;
    this.#written = highest(this.#written, {
      epoch: term.epoch,
      revision: term.state?.revision ?? 0,
    });
    this.#term = undefined;
    this.#options.onDeposed(why);
  }
}

function highest(one: Position, other: Position): Position {
  return {
    epoch: Math.max(one.epoch, other.epoch),
    revision: Math.max(one.revision, other.revision),
  };
}

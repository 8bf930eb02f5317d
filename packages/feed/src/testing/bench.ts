/** One store under test and the clients opened on it; the contract's parts share it. */
import type { FeedState, Name } from '@tricade/cluster';
import type { Feed, FeedUpdate, Term, Watch, WatchOptions } from '../feed.ts';
import type { Store } from '../store.ts';
import { StoreFeed } from '../store-feed.ts';
import { lossyStore } from './lossy-store.ts';
import { emptyState } from './samples.ts';
import { until } from './until.ts';

/** A store, and what may happen to it. */
export interface StoreUnderTest {
  /** A new client of it, connecting by itself. */
  open(): Store;
  /** Everything is gone, connections stay (FLUSHALL). */
  flush(): Promise<void>;
  /** The store dies; operations fail from now on. */
  crash(): Promise<void>;
  /** It is back, empty. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const clusterSample = 'shop';

/** A reader and all that it was told. */
export interface Reader {
  readonly feed: Feed;
  readonly watch: Watch;
  readonly updates: readonly FeedUpdate[];
  /** Live at this revision or above. */
  reaches(revision: number): Promise<number>;
  /** There is no feed, for the reason of this word. */
  loses(word: string): Promise<number>;
}

export class Bench {
  readonly #store: StoreUnderTest;
  readonly #feeds: Feed[] = [];

  constructor(store: StoreUnderTest) {
    this.#store = store;
  }

  client(isLost?: (text: string) => boolean): Feed {
    const store = this.#store.open();
    const feed = new StoreFeed(
      clusterSample,
      isLost === undefined ? store : lossyStore(store, isLost),
    );
    this.#feeds.push(feed);
    return feed;
  }

  reader(options: WatchOptions & { readonly isLost?: (text: string) => boolean } = {}): Reader {
    const { isLost, ...rest } = options;
    const feed = this.client(isLost);
    const updates: FeedUpdate[] = [];
    const watch = feed.watch((update) => updates.push(update), rest);
    const live = (revision: number) => (): boolean =>
      watch.last.feed === 'live' && watch.last.state.revision >= revision;
    const lost = (word: string) => (): boolean =>
      watch.last.feed === 'none' && watch.last.why.word === word;
    return {
      feed,
      watch,
      updates,
      reaches: (revision) =>
        until(live(revision), { what: `revision ${revision} after ${told(updates)}` }),
      loses: (word) => until(lost(word), { what: `no feed, ${word}, after ${told(updates)}` }),
    };
  }

  /** Wins the election, however long the store takes to come up. */
  async elect(feed: Feed, leader: Name, ttlMs = 60_000): Promise<Term> {
    let term: Term | undefined;
    await until(async () => {
      const result = await feed.campaign({ leader, ttlMs });
      if ('won' in result) term = result.won;
      return term !== undefined;
    });
    if (term === undefined) throw new Error('not elected');
    return term;
  }

  /** A leader whose store holds `state`. */
  async seeded(
    state: FeedState = emptyState,
  ): Promise<{ readonly feed: Feed; readonly term: Term }> {
    const feed = this.client();
    const term = await this.elect(feed, 'm1');
    const seeded = await term.seed(state);
    if (!seeded.written) throw new Error(seeded.why.text);
    return { feed, term };
  }

  async close(): Promise<void> {
    await Promise.all(this.#feeds.splice(0).map((feed) => feed.close()));
  }
}

function told(updates: readonly FeedUpdate[]): string {
  return updates
    .map((update) => (update.feed === 'live' ? update.state.revision : update.why.word))
    .join(' ');
}

/** Positions told, in order. */
export function positions(reader: Reader): readonly (readonly [epoch: number, revision: number])[] {
  return reader.updates.flatMap((update) =>
    update.state === undefined ? [] : [[update.state.epoch, update.state.revision] as const],
  );
}

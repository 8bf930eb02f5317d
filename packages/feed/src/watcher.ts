/** The reader's side: subscribe, snapshot, apply; snapshot again wherever something may be missing. Never goes back. */

import type { FeedState, Reason } from '@tricade/cluster';
import { reason } from '@tricade/cluster';
import type { FeedUpdate, Watch, WatchOptions } from './feed.ts';
import { plausibleState } from './plausible.ts';
import type { Change, Message } from './protocol.ts';
import { decodeMessage } from './protocol.ts';
import { applyChange, decodeState, follows, notBefore, samePosition } from './state.ts';
import type { Store, StoreSnapshot } from './store.ts';

/** While there is no feed it is looked for this often: the return of a store is seen well within its 2 s. */
const retryMs = 150;
const defaultResyncMs = 10_000;

/** Watches `store` until closed; see `Feed.watch`. */
export class Watcher implements Watch {
  readonly #store: Store;
  readonly #listener: (update: FeedUpdate) => void;
  readonly #resyncEveryMs: number;
  readonly #ends: (() => void)[];
  #held: FeedState | undefined;
  #last: FeedUpdate;
  #heard = false;
  #closed = false;
  #reading = false;
  #readAgain = false;
  /** Messages that came while a snapshot was on its way. */
  #waiting: Message[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, listener: (update: FeedUpdate) => void, options: WatchOptions) {
    this.#store = store;
    this.#listener = listener;
    this.#held = options.held;
    this.#resyncEveryMs = options.resyncEveryMs ?? defaultResyncMs;
    this.#last = {
      feed: 'none',
      state: this.#held,
      why: reason('not-read', 'the feed was not read yet'),
    };
    this.#ends = [
      store.onChange((text) => this.#receive(text)),
      store.onConnection((connected) => (connected ? this.#resync() : this.#lose(unreachable()))),
    ];
    this.#resync();
  }

  get last(): FeedUpdate {
    return this.#last;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const end of this.#ends) end();
  }

  #receive(text: string): void {
    const message = decodeMessage(text);
    if ('refused' in message) this.#lose(message.refused);
    else if (this.#reading) this.#waiting.push(message);
    else this.#take(message);
  }

  #take(message: Message): void {
    const held = this.#held;
    const upToDate = held !== undefined && this.#last.feed === 'live';
    if (upToDate && samePosition(message, held)) return;
    if (upToDate && message.kind === 'change' && follows(message, held)) this.#apply(message, held);
    else if (
      upToDate &&
      message.epoch === held.epoch &&
      message.revision <= held.revision &&
      message.kind !== 'seed'
    )
      return;
    else this.#resync();
  }

  #apply(change: Change, held: FeedState): void {
    const next = applyChange(held, change);
    if ('refused' in next) {
      this.#resync();
      return;
    }
    const plausible = plausibleState(next.state, held);
    if (!plausible.yes) {
      this.#lose(plausible.why);
      return;
    }
    this.#held = next.state;
    this.#tell({ feed: 'live', state: next.state, why: 'change' });
  }

  /** Reads the snapshot; at most one read is on its way, and one more is made where something happened meanwhile. */
  #resync(): void {
    if (this.#closed) return;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    this.#readAgain = false;
    clearTimeout(this.#timer);
    const known = this.#last.feed === 'live' ? this.#held : undefined;
    this.#store.snapshot(known).then(
      (snapshot) => this.#finish(() => this.#adopt(snapshot)),
      () => this.#finish(() => this.#lose(unreachable())),
    );
  }

  #finish(act: () => void): void {
    if (this.#closed) return;
    this.#reading = false;
    act();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) {
      if (this.#reading) this.#waiting.push(message);
      else this.#take(message);
    }
    if (this.#readAgain) this.#resync();
    this.#schedule();
  }

  #adopt(snapshot: StoreSnapshot): void {
    const held = this.#held;
    // A read that overtook the loss of the subscription: changes may be missed from here on.
    if (!this.#store.connected) {
      this.#lose(unreachable());
      return;
    }
    if (snapshot === 'unchanged') return;
    if (snapshot === 'empty') {
      this.#lose(reason('empty', 'the feed holds no state'));
      return;
    }
    if (held !== undefined && !notBefore(snapshot, held)) {
      const text = `the feed stands at ${place(snapshot)}, this node at ${place(held)}`;
      this.#lose(reason('older', text));
      return;
    }
    const judged = decodeState(snapshot, held);
    if ('refused' in judged) {
      this.#lose(judged.refused);
      return;
    }
    const plausible = plausibleState(judged.state, held);
    if (!plausible.yes) {
      this.#lose(plausible.why);
      return;
    }
    this.#held = judged.state;
    this.#tell({ feed: 'live', state: judged.state, why: 'snapshot' });
  }

  /** There is no feed, for this reason; said once as long as the reason stays. */
  #lose(why: Reason): void {
    const said = this.#heard && this.#last.feed === 'none' && this.#last.why.word === why.word;
    if (!said) this.#tell({ feed: 'none', state: this.#held, why });
    this.#schedule();
  }

  #tell(update: FeedUpdate): void {
    this.#heard = true;
    this.#last = update;
    this.#listener(update);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#reading) return;
    this.#timer = setTimeout(
      () => this.#resync(),
      this.#last.feed === 'live' ? this.#resyncEveryMs : retryMs,
    );
  }
}

function unreachable(): Reason {
  return reason('unreachable', 'the feed cannot be reached');
}

function place(at: { readonly epoch: number; readonly revision: number }): string {
  return `epoch ${at.epoch}, revision ${at.revision}`;
}

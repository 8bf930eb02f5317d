/** One leader's time in office over a store. Fencing is the store's: every write names its epoch and the revision that it follows. */

import type { FeedState, Name, Reason } from '@tricade/cluster';
import { reason } from '@tricade/cluster';
import type { Batch, Campaign, CampaignOptions, Position, Term, Written } from './feed.ts';
import { plausibleState } from './plausible.ts';
import type { Change } from './protocol.ts';
import { changeOf, encodeMessage, protocolVersion } from './protocol.ts';
import { applyChange, decodeState, writesOfChange, writesOfState } from './state.ts';
import type { Store, StoreAnswer } from './store.ts';

/** Stands for election; the winner has read the store before it is told so. See `Feed.campaign`. */
export async function campaign(store: Store, options: CampaignOptions): Promise<Campaign> {
  const { leader, ttlMs, atLeast = { epoch: 0, revision: 0 } } = options;
  try {
    const acquired = await store.acquire({ leader, ttlMs, aboveEpoch: atLeast.epoch });
    if ('holder' in acquired) return { wonBy: acquired.holder, leftMs: acquired.leftMs };
    const { members } = options;
    const term = new StoreTerm(store, { leader, ttlMs, epoch: acquired.epoch, atLeast, members });
    await term.load();
    return { won: term };
  } catch {
    return { unreachable: reason('unreachable', 'the feed cannot be reached') };
  }
}

interface Office {
  readonly leader: Name;
  readonly ttlMs: number;
  readonly epoch: number;
  readonly atLeast: Position;
  readonly members: CampaignOptions['members'];
}

class StoreTerm implements Term {
  readonly #store: Store;
  readonly #office: Office;
  #state: FeedState | undefined;
  /** Highest revision that this term knows of, its own or not. */
  #highest: number;
  /** A write was sent and its answer never came. */
  #uncertain = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(store: Store, office: Office) {
    this.#store = store;
    this.#office = office;
    this.#highest = office.atLeast.revision;
  }

  get leader(): Name {
    return this.#office.leader;
  }

  get epoch(): number {
    return this.#office.epoch;
  }

  get state(): FeedState | undefined {
    return this.#state;
  }

  /** Reads what the store holds. A store behind what is known, or one that cannot be read, counts as empty: it must be seeded. */
  async load(): Promise<void> {
    const snapshot = await this.#store.snapshot();
    this.#uncertain = false;
    this.#state = undefined;
    if (snapshot === 'empty' || snapshot === 'unchanged') return;
    const behind = snapshot.revision < this.#highest || snapshot.epoch !== this.epoch;
    this.#highest = Math.max(this.#highest, snapshot.revision);
    if (behind) return;
    const judged = decodeState(snapshot);
    if ('state' in judged) this.#state = judged.state;
  }

  renew(): ReturnType<Term['renew']> {
    return this.#inOrder(async () => {
      const { leader, ttlMs } = this.#office;
      const { epoch } = this;
      const revision = this.#state?.revision ?? 0;
      if (this.#state === undefined) return 'store-lost';
      const pulse = encodeMessage({ kind: 'pulse', epoch, revision });
      try {
        const answer = await this.#store.renew({ leader, ttlMs, epoch, revision, pulse });
        return answer === 'ok' ? 'held' : answer;
      } catch {
        return 'unreachable';
      }
    });
  }

  write(batch: Batch): Promise<Written> {
    return this.#inOrder(async () => {
      try {
        if (this.#uncertain) await this.load();
      } catch {
        return refused('unreachable');
      }
      const held = this.#state;
      if (held === undefined) return refused('store-lost');
      const change = changeOf(batch, held);
      const next = nextState(held, change, this.#office.members?.());
      if ('refused' in next) return { written: false, why: next.refused };
      const { epoch, previous, revision } = change;
      const writes = writesOfChange(change, next.state);
      return this.#settle(next.state, () =>
        this.#store.write({ epoch, previous, revision, writes, message: encodeMessage(change) }),
      );
    });
  }

  seed(wanted: FeedState): Promise<Written> {
    return this.#inOrder(async () => {
      const { epoch } = this;
      const { leader } = this.#office;
      const revision = Math.max(this.#highest, wanted.revision) + 1;
      const state: FeedState = { ...wanted, epoch, revision };
      const plausible = plausibleState(state, undefined, this.#office.members?.());
      if (!plausible.yes) return { written: false, why: plausible.why };
      const message = encodeMessage({ kind: 'seed', epoch, revision });
      const writes = writesOfState(state);
      return this.#settle(state, () =>
        this.#store.seed({ leader, epoch, revision, protocol: protocolVersion, writes, message }),
      );
    });
  }

  release(): Promise<void> {
    return this.#inOrder(async () => {
      try {
        await this.#store.release(this.leader, this.epoch);
      } catch {
        // The lease runs out by itself.
      }
    });
  }

  async #settle(next: FeedState, act: () => Promise<StoreAnswer>): Promise<Written> {
    try {
      const answer = await act();
      if (answer !== 'ok') return refused(answer);
    } catch {
      this.#uncertain = true;
      return refused('unreachable');
    }
    this.#state = next;
    this.#highest = Math.max(this.#highest, next.revision);
    return { written: true, state: next };
  }

  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(act);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function nextState(
  held: FeedState,
  change: Change,
  members: number | undefined,
): { readonly state: FeedState } | { readonly refused: Reason } {
  const next = applyChange(held, change);
  if ('refused' in next) return next;
  const plausible = plausibleState(next.state, held, members);
  return plausible.yes ? next : { refused: plausible.why };
}

const words: Readonly<Record<'fenced' | 'store-lost' | 'unreachable', string>> = {
  fenced: 'another leader has been elected since',
  'store-lost': 'the feed is empty or older than what was written to it',
  unreachable: 'the feed cannot be reached; whether the change was taken is not known',
};

function refused(word: keyof typeof words): Written {
  return { written: false, why: reason(word, words[word]) };
}

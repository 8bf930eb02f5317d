/** The port of the feed: what readers, reporters and the leader do. `redis/` and `memory-feed.ts` implement it; `testing/` states its promises. */
import type {
  Answer,
  Event,
  FeedState,
  Latch,
  MemberHealth,
  Name,
  NodeReport,
  Observation,
  Reason,
  Receiving,
  Table,
  TableStep,
} from '@tricade/cluster';

/** Where the feed is and as whom. The password is in memory only; it never enters a message or an error. */
export interface FeedAccess {
  /** `redis://address:port`, `rediss://address:port` (TLS) or `unix:///path`. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
}

/** Place in the one ordered stream. Neither number ever goes back. */
export interface Position {
  readonly epoch: number;
  readonly revision: number;
}

/**
 * What a reader learns. `live`: the state as of now. `none`: there is no feed (unreachable, empty, older than what is held, not
 * readable, implausible); `state` is the last good one, or undefined where there never was one: keep serving it.
 */
export type FeedUpdate =
  | { readonly feed: 'live'; readonly state: FeedState; readonly why: 'snapshot' | 'change' }
  | { readonly feed: 'none'; readonly state: FeedState | undefined; readonly why: Reason };

export interface WatchOptions {
  /** Last good state from the reader's disk: nothing older is ever taken. */
  readonly held?: FeedState;
  /** How often the snapshot is read although nothing seems to be missing. Default 10,000. */
  readonly resyncEveryMs?: number;
}

export interface Watch {
  /** What was reported last. */
  readonly last: FeedUpdate;
  /** No further call of the listener after this. */
  close(): void;
}

/**
 * What the leader writes in one go: one revision. `null` takes an entry away. The `revision` field of health and latches is filled in
 * by the feed with the revision of this change.
 */
export interface Batch {
  /** Wall clock, ms since 1970. */
  readonly atMs: number;
  readonly health?: Readonly<Record<string, MemberHealth | null>>;
  readonly latches?: Readonly<Record<string, Latch | null>>;
  /** In order; several steps of one group are allowed. */
  readonly tableSteps?: readonly TableStep[];
  readonly receiving?: Readonly<Record<Name, Receiving | null>>;
}

/**
 * Answer to a write. Words of `why`: `fenced` (a newer epoch exists: this leader is none), `store-lost` (the store is empty or older than
 * what was written: campaign again and seed), `implausible` or a word of `applyStep` (nothing was sent), `unreachable` (nobody knows: the next write finds out first).
 */
export type Written =
  | { readonly written: true; readonly state: FeedState }
  | { readonly written: false; readonly why: Reason };

/** One leader's time in office, fenced by its epoch. Calls are carried out one after the other in the order made. */
export interface Term {
  readonly leader: Name;
  readonly epoch: number;
  /** What the store holds; undefined: the store is empty or older than what is known, so `seed` comes before `write`. */
  readonly state: FeedState | undefined;
  /** Extends the lease and tells all readers the position held. `unreachable` says nothing about the lease: mind the time yourself. */
  renew(): Promise<'held' | 'fenced' | 'store-lost' | 'unreachable'>;
  write(batch: Batch): Promise<Written>;
  /** Replaces the whole state, at a revision above the store's, `state.revision` and `atLeast` of the campaign. */
  seed(state: FeedState): Promise<Written>;
  /** Gives the lease up at once; does nothing where it is not held any more. */
  release(): Promise<void>;
}

export interface CampaignOptions {
  readonly leader: Name;
  readonly ttlMs: number;
  /** Above all that disk, agents and the own watch know: the new epoch is greater, and a store behind it must be seeded. */
  readonly atLeast?: Position;
  /** How many members the cluster has now: health of more than twice as many is refused as implausible. */
  members?(): number;
}

export type Campaign =
  | { readonly won: Term }
  | { readonly wonBy: Name; readonly leftMs: number }
  | { readonly unreachable: Reason };

/** Holder of the one change lock. */
export interface LockHolder {
  readonly holder: string;
  readonly what: string;
  readonly sinceMs: number;
}

export interface LockRequest {
  readonly holder: string;
  readonly what: string;
  /** Unguessable, the holder's own: whoever shows it renews and releases, through any client of the feed. */
  readonly token: string;
  /** It runs out so long after it was taken or renewed last. */
  readonly ttlMs: number;
}

export type Locked =
  | { readonly held: true }
  /** Somebody else's: whoever held it before has lost it (it ran out, or the store was emptied) and must stop changing things. */
  | { readonly heldBy: LockHolder }
  | { readonly unreachable: Reason };

/** One client of the feed of one cluster. An unreachable store is an expected outcome everywhere; the client reconnects by itself. */
export interface Feed {
  readonly cluster: Name;

  /**
   * Subscribes, then reads the snapshot, then applies changes whose `previous` is the revision held; a gap, another epoch, a reconnect or
   * `resyncEveryMs` reads the snapshot again. The first call of the listener is the first snapshot or the first failure.
   */
  watch(listener: (update: FeedUpdate) => void, options?: WatchOptions): Watch;
  /** One snapshot of the store, undefined where it is empty or cannot be reached or read. */
  read(): Promise<FeedState | undefined>;

  /** The ack. `tables` (those acked) are kept beside it, rewritten only when they changed or the store lost them. */
  report(report: NodeReport, tables?: Readonly<Record<string, Table>>): Promise<Answer>;
  observe(observations: readonly Observation[]): Promise<Answer>;
  /** `id` is given by the feed. */
  event(event: Omit<Event, 'id'>): Promise<Answer>;

  /** Reports of these nodes; nodes that never reported are left out. */
  readReports(nodes: readonly Name[]): Promise<Readonly<Record<Name, NodeReport>>>;
  /** Tables that these nodes keep: what a new leader adopts where the store lost them. */
  readReportedTables(
    nodes: readonly Name[],
  ): Promise<Readonly<Record<Name, Readonly<Record<string, Table>>>>>;
  /** Each report as it comes; may miss some while the store is away. Returns what ends it. */
  onReport(listener: (report: NodeReport) => void): () => void;
  /** Each observation made after the call, in order. Returns what ends it. */
  onObservation(listener: (observation: Observation) => void): () => void;
  /** The newest `count` events, newest first; empty where the store cannot be reached. */
  events(count: number): Promise<readonly Event[]>;
  /** Called with each loss and return of the store. Returns what ends it. */
  onConnection(listener: (connected: boolean) => void): () => void;

  campaign(options: CampaignOptions): Promise<Campaign>;
  /** Name of the leader, undefined where there is none or nobody can tell. */
  leader(): Promise<Name | undefined>;

  /** The one change lock (rollouts, drains and maintenance): taken, or renewed where the same token holds it. */
  lock(request: LockRequest): Promise<Locked>;
  /** Gives the lock back; false where the token does not hold it, or the store is away. */
  unlock(token: string): Promise<boolean>;
  lockHolder(): Promise<LockHolder | undefined>;

  close(): Promise<void>;
}

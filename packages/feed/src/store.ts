/**
 * What the feed asks of a store: atomic operations on texts. `redis/redis-store.ts` and `memory-store.ts` implement it; every decision above
 * it (order, gaps, plausibility, terms) is written once. Any call may reject: the store is away, nobody knows what happened.
 */
import type { Name } from '@tricade/cluster';
import type { LockHolder, LockRequest, Position } from './feed.ts';
import type { FieldWrite, StoredState } from './state.ts';

/** Answer to a snapshot: nothing stored, or nothing newer than the position asked with, or all of it. */
export type StoreSnapshot = 'empty' | 'unchanged' | StoredState;

export interface AcquireOptions {
  readonly leader: Name;
  readonly ttlMs: number;
  /** The new epoch is above this and above the store's. */
  readonly aboveEpoch: number;
}

export type Acquired =
  | { readonly epoch: number }
  | { readonly holder: Name; readonly leftMs: number };

export interface RenewOptions extends Position {
  readonly leader: Name;
  readonly ttlMs: number;
  /** Published on `changes` while the lease is held. */
  readonly pulse: string;
}

export interface WriteOptions {
  readonly epoch: number;
  /** Revision that the store must hold. */
  readonly previous: number;
  readonly revision: number;
  readonly writes: readonly FieldWrite[];
  /** Published on `changes` in the same step. */
  readonly message: string;
}

export interface SeedOptions {
  readonly leader: Name;
  readonly epoch: number;
  readonly revision: number;
  readonly protocol: number;
  readonly writes: readonly FieldWrite[];
  readonly message: string;
}

/** `ok`, or why not: a newer epoch or leader (`fenced`), a store that is empty or behind (`store-lost`). */
export type StoreAnswer = 'ok' | 'fenced' | 'store-lost';

export interface NodeFields {
  readonly report?: string;
  /** All tables that the node keeps, as one text, and its digest. */
  readonly tables?: string;
  readonly tablesDigest?: string;
}

export type LockOptions = LockHolder & LockRequest;

export type Stream = 'observations' | 'events';

export interface Store {
  /** One atomic read. With `held`: `unchanged` where the store stands exactly there. */
  snapshot(held?: Position): Promise<StoreSnapshot>;
  acquire(options: AcquireOptions): Promise<Acquired>;
  renew(options: RenewOptions): Promise<StoreAnswer>;
  /** Gives up a lease of this leader and epoch; anything else stays. */
  release(leader: Name, epoch: number): Promise<void>;
  write(options: WriteOptions): Promise<StoreAnswer>;
  seed(options: SeedOptions): Promise<StoreAnswer>;
  leader(): Promise<Name | undefined>;

  /** Sets the fields given, publishes the report; returns the digest of the tables that stand there now, '' where there are none. */
  putNode(node: Name, fields: NodeFields): Promise<string>;
  readNodes(
    nodes: readonly Name[],
    field: 'report' | 'tables',
  ): Promise<Readonly<Record<Name, string>>>;

  append(stream: Stream, texts: readonly string[]): Promise<void>;
  /** Newest first, with their ids. */
  newest(stream: Stream, count: number): Promise<readonly (readonly [id: string, text: string])[]>;
  /** Entries appended after the call, in order, until ended. */
  follow(stream: Stream, listener: (text: string) => void): () => void;

  /** Takes the lock, or renews that of the same token; else who holds it. */
  lock(options: LockOptions): Promise<LockHolder | undefined>;
  /** False where the token does not hold it. */
  releaseLock(token: string): Promise<boolean>;
  lockHolder(): Promise<LockHolder | undefined>;

  /** Subscribed to `changes` whenever `connected`: messages before and after a gap of the connection are told apart by `onConnection`. */
  onChange(listener: (text: string) => void): () => void;
  onReport(listener: (node: Name, text: string) => void): () => void;
  /** True right now: commands go out and subscriptions stand. */
  readonly connected: boolean;
  onConnection(listener: (connected: boolean) => void): () => void;
  close(): Promise<void>;
}

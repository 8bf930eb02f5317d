/** The feed in one process: the same port over plain maps. For tests and for a cluster in a single process. */
import type { Name } from '@tricade/cluster';
import type { Feed, LockHolder, Position } from './feed.ts';
import { Listeners } from './listeners.ts';
import type { FieldWrite, StoredHashes } from './state.ts';
import type {
  Acquired,
  AcquireOptions,
  LockOptions,
  NodeFields,
  RenewOptions,
  SeedOptions,
  Store,
  StoreAnswer,
  StoreSnapshot,
  Stream,
  WriteOptions,
} from './store.ts';
import { StoreFeed } from './store-feed.ts';

interface Lease {
  readonly holder: Name;
  readonly untilMs: number;
}

interface Contents {
  epoch: number;
  revision: number | undefined;
  protocol: number;
  hashes: Record<keyof StoredHashes, Record<string, string>>;
  lease: Lease | undefined;
  lock: (LockOptions & { readonly untilMs: number }) | undefined;
  nodes: Map<Name, NodeFields>;
  streams: Record<Stream, (readonly [id: string, text: string])[]>;
}

const streamLimit = 10_000;

/** What several clients of one process share. `nowMs` is a monotonic clock, for leases. */
export class MemoryHub {
  readonly changes: Listeners<[text: string]> = new Listeners();
  readonly reports: Listeners<[node: Name, text: string]> = new Listeners();
  readonly appended: Listeners<[stream: Stream, text: string]> = new Listeners();
  readonly connection: Listeners<[connected: boolean]> = new Listeners();
  readonly nowMs: () => number;
  contents: Contents = emptyContents();
  up = true;
  #entries = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  /** A new client of this hub. */
  open(cluster: Name): Feed {
    return new StoreFeed(cluster, this.store());
  }

  /** A client below the feed. */
  store(): Store {
    return new MemoryStore(this);
  }

  /** Everything is gone, connections stay. */
  flush(): void {
    this.contents = emptyContents();
  }

  /** The store goes away or comes back, for all clients. */
  setUp(up: boolean): void {
    if (this.up === up) return;
    this.up = up;
    this.connection.call(up);
  }

  nextId(): string {
    return `${++this.#entries}-0`;
  }
}

function emptyContents(): Contents {
  const hashes = { health: {}, latches: {}, tables: {}, receiving: {} };
  const streams = { observations: [], events: [] };
  return {
    epoch: 0,
    revision: undefined,
    protocol: 0,
    hashes,
    lease: undefined,
    lock: undefined,
    nodes: new Map(),
    streams,
  };
}

class MemoryStore implements Store {
  readonly #hub: MemoryHub;
  readonly #ends: (() => void)[] = [];

  constructor(hub: MemoryHub) {
    this.#hub = hub;
  }

  get connected(): boolean {
    return this.#hub.up;
  }

  snapshot(held?: Position): Promise<StoreSnapshot> {
    return this.#do(({ epoch, revision, protocol, hashes }) => {
      if (revision === undefined || epoch === 0) return 'empty';
      if (held?.epoch === epoch && held.revision === revision) return 'unchanged';
      return { epoch, revision, protocol, ...structuredClone(hashes) };
    });
  }

  acquire({ leader, ttlMs, aboveEpoch }: AcquireOptions): Promise<Acquired> {
    return this.#do((contents) => {
      const lease = this.#lease();
      if (lease !== undefined && lease.holder !== leader) {
        return { holder: lease.holder, leftMs: lease.untilMs - this.#hub.nowMs() };
      }
      contents.epoch = Math.max(contents.epoch, aboveEpoch) + 1;
      contents.lease = { holder: leader, untilMs: this.#hub.nowMs() + ttlMs };
      return { epoch: contents.epoch };
    });
  }

  renew({ leader, ttlMs, epoch, revision, pulse }: RenewOptions): Promise<StoreAnswer> {
    return this.#do((contents) => {
      const lease = this.#lease();
      if (contents.epoch > epoch) return 'fenced';
      if (contents.epoch < epoch || contents.revision === undefined || contents.revision < revision)
        return 'store-lost';
      if (lease !== undefined && lease.holder !== leader) return 'fenced';
      contents.lease = { holder: leader, untilMs: this.#hub.nowMs() + ttlMs };
      this.#hub.changes.call(pulse);
      return 'ok';
    });
  }

  release(leader: Name, epoch: number): Promise<void> {
    return this.#do((contents) => {
      if (contents.epoch === epoch && this.#lease()?.holder === leader) contents.lease = undefined;
    });
  }

  write({ epoch, previous, revision, writes, message }: WriteOptions): Promise<StoreAnswer> {
    return this.#do((contents) => {
      if (contents.epoch > epoch) return 'fenced';
      if (contents.epoch < epoch || contents.revision !== previous) return 'store-lost';
      contents.revision = revision;
      this.#put(writes);
      this.#hub.changes.call(message);
      return 'ok';
    });
  }

  seed({ epoch, leader, revision, protocol, writes, message }: SeedOptions): Promise<StoreAnswer> {
    return this.#do((contents) => {
      if (contents.epoch > epoch) return 'fenced';
      if (contents.epoch < epoch || this.#lease()?.holder !== leader) return 'store-lost';
      if ((contents.revision ?? 0) >= revision) return 'fenced';
      Object.assign(contents, { revision, protocol, hashes: emptyContents().hashes });
      this.#put(writes);
      this.#hub.changes.call(message);
      return 'ok';
    });
  }

  leader(): Promise<Name | undefined> {
    return this.#do(() => this.#lease()?.holder);
  }

  putNode(node: Name, fields: NodeFields): Promise<string> {
    return this.#do(({ nodes }) => {
      const all = { ...nodes.get(node), ...fields };
      nodes.set(node, all);
      if (fields.report !== undefined) this.#hub.reports.call(node, fields.report);
      return all.tablesDigest ?? '';
    });
  }

  readNodes(
    names: readonly Name[],
    field: 'report' | 'tables',
  ): Promise<Readonly<Record<Name, string>>> {
    return this.#do(({ nodes }) => {
      const texts = names.map((name) => [name, nodes.get(name)?.[field]] as const);
      return Object.fromEntries(
        texts.filter((entry): entry is readonly [Name, string] => entry[1] !== undefined),
      );
    });
  }

  append(stream: Stream, texts: readonly string[]): Promise<void> {
    return this.#do(({ streams }) => {
      for (const text of texts) {
        streams[stream].push([this.#hub.nextId(), text]);
        this.#hub.appended.call(stream, text);
      }
      if (streams[stream].length > streamLimit)
        streams[stream].splice(0, streams[stream].length - streamLimit);
    });
  }

  newest(stream: Stream, count: number): Promise<readonly (readonly [string, string])[]> {
    return this.#do(({ streams }) => streams[stream].slice(-count).reverse());
  }

  follow(stream: Stream, listener: (text: string) => void): () => void {
    return this.#until(
      this.#hub.appended.add((of, text) => void (of === stream && listener(text))),
    );
  }

  lock(options: LockOptions): Promise<LockHolder | undefined> {
    return this.#do((contents) => {
      const held = this.#lock();
      if (held !== undefined && held.token !== options.token)
        return { holder: held.holder, what: held.what, sinceMs: held.sinceMs };
      contents.lock = { ...(held ?? options), untilMs: this.#hub.nowMs() + options.ttlMs };
      return undefined;
    });
  }

  releaseLock(token: string): Promise<boolean> {
    return this.#do((contents) => {
      if (this.#lock()?.token !== token) return false;
      contents.lock = undefined;
      return true;
    });
  }

  lockHolder(): Promise<LockHolder | undefined> {
    return this.#do(() => {
      const held = this.#lock();
      return held && { holder: held.holder, what: held.what, sinceMs: held.sinceMs };
    });
  }

  onChange(listener: (text: string) => void): () => void {
    return this.#until(this.#hub.changes.add(listener));
  }

  onReport(listener: (node: Name, text: string) => void): () => void {
    return this.#until(this.#hub.reports.add(listener));
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    return this.#until(this.#hub.connection.add(listener));
  }

  close(): Promise<void> {
    for (const end of this.#ends) end();
    return Promise.resolve();
  }

  #until(end: () => void): () => void {
    this.#ends.push(end);
    return end;
  }

  #lease(): Lease | undefined {
    const { lease } = this.#hub.contents;
    return lease !== undefined && lease.untilMs > this.#hub.nowMs() ? lease : undefined;
  }

  #lock(): Contents['lock'] {
    const { lock } = this.#hub.contents;
    return lock !== undefined && lock.untilMs > this.#hub.nowMs() ? lock : undefined;
  }

  #put(writes: readonly FieldWrite[]): void {
    for (const { hash, field, text } of writes) {
      const hashes = this.#hub.contents.hashes[hash];
      if (text === undefined) delete hashes[field];
      else hashes[field] = text;
    }
  }

  /** One operation: atomic because nothing else runs meanwhile; refused while the store is away. */
  async #do<T>(act: (contents: Contents) => T): Promise<T> {
    if (!this.#hub.up) throw new Error('the store is away');
    return act(this.#hub.contents);
  }
}

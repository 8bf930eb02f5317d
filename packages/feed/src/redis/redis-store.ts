/** The store of the feed on Redis 7 or newer. */
import type { Name } from '@tricade/cluster';
import type { FeedAccess, LockHolder, Position } from '../feed.ts';
import type { Keys } from '../keys.ts';
import { feedKeys } from '../keys.ts';
import { isObject, parseAs } from '../shape.ts';
import type { FieldWrite } from '../state.ts';
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
} from '../store.ts';
import { Connection } from './connection.ts';
import { hashNumbers, scripts, snapshotLua } from './scripts.ts';
import { followStream } from './stream.ts';

/** Entries kept of each stream, about: an hour of 20 targets probed twice a second from 3 points is 430,000; history lies with the monitor. */
const streamLimits: Readonly<Record<Stream, number>> = { observations: 20_000, events: 10_000 };

export class RedisStore implements Store {
  readonly #keys: Keys;
  readonly #connection: Connection;
  readonly #ends = new Set<() => void>();

  /** Connects in the background. Throws TRI-F101 for a URL that is none. */
  constructor(cluster: Name, access: FeedAccess) {
    this.#keys = feedKeys(cluster);
    this.#connection = new Connection(access);
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  async snapshot(held?: Position): Promise<StoreSnapshot> {
    const { protocol, epoch, revision, health, latches, tables, receiving } = this.#keys;
    const keys = [protocol, epoch, revision, health, latches, tables, receiving];
    const at = held === undefined ? ['', ''] : [String(held.epoch), String(held.revision)];
    const answer = await this.#connection.call('EVAL_RO', snapshotLua, keys.length, ...keys, ...at);
    if (answer === 'empty' || answer === 'unchanged') return answer;
    const [version, epochText, revisionText, ...hashes] = answer as [
      string,
      string,
      string,
      string[],
      string[],
      string[],
      string[],
    ];
    const [healthPairs, latchPairs, tablePairs, receivingPairs] = hashes;
    return {
      protocol: Number(version),
      epoch: Number(epochText),
      revision: Number(revisionText),
      health: paired(healthPairs),
      latches: paired(latchPairs),
      tables: paired(tablePairs),
      receiving: paired(receivingPairs),
    };
  }

  async acquire({ leader, ttlMs, aboveEpoch }: AcquireOptions): Promise<Acquired> {
    const answer = await this.#connection.run(
      scripts.acquire,
      [this.#keys.leader, this.#keys.epoch],
      [leader, ttlMs, aboveEpoch],
    );
    const [first, leftMs] = answer as [string | number, number | undefined];
    return typeof first === 'number' ? { epoch: first } : { holder: first, leftMs: leftMs ?? 0 };
  }

  async renew({ epoch, leader, ttlMs, revision, pulse }: RenewOptions): Promise<StoreAnswer> {
    const keys = [this.#keys.epoch, this.#keys.leader, this.#keys.revision, this.#keys.changes];
    return (await this.#connection.run(scripts.renew, keys, [
      epoch,
      leader,
      ttlMs,
      revision,
      pulse,
    ])) as StoreAnswer;
  }

  async release(leader: Name, epoch: number): Promise<void> {
    await this.#connection.run(
      scripts.release,
      [this.#keys.leader, this.#keys.epoch],
      [leader, epoch],
    );
  }

  async write({ epoch, previous, revision, message, writes }: WriteOptions): Promise<StoreAnswer> {
    const args = [epoch, previous, revision, message, ...triples(writes)];
    return (await this.#connection.run(scripts.write, this.#stateKeys(), args)) as StoreAnswer;
  }

  async seed({
    epoch,
    leader,
    revision,
    message,
    protocol,
    writes,
  }: SeedOptions): Promise<StoreAnswer> {
    const keys = [...this.#stateKeys(), this.#keys.leader, this.#keys.protocol];
    const args = [epoch, leader, revision, message, protocol, ...triples(writes)];
    return (await this.#connection.run(scripts.seed, keys, args)) as StoreAnswer;
  }

  async leader(): Promise<Name | undefined> {
    const name = await this.#connection.call('GET', this.#keys.leader);
    return typeof name === 'string' ? name : undefined;
  }

  async putNode(node: Name, fields: NodeFields): Promise<string> {
    const key = this.#keys.node(node);
    const set = Object.entries(fields).flatMap(([field, text]) =>
      text === undefined ? [] : [field, text],
    );
    // One round trip: commands of one connection are answered in the order sent.
    const [, stands] = await Promise.all([
      this.#connection.call('HSET', key, ...set),
      this.#connection.call('HGET', key, 'tablesDigest'),
      fields.report === undefined
        ? undefined
        : this.#connection.call('PUBLISH', `${this.#keys.reports}${node}`, fields.report),
    ]);
    return typeof stands === 'string' ? stands : '';
  }

  async readNodes(
    nodes: readonly Name[],
    field: 'report' | 'tables',
  ): Promise<Readonly<Record<Name, string>>> {
    const texts = await Promise.all(
      nodes.map((node) => this.#connection.call('HGET', this.#keys.node(node), field)),
    );
    return Object.fromEntries(
      nodes.flatMap((node, at) => (typeof texts[at] === 'string' ? [[node, texts[at]]] : [])),
    );
  }

  async append(stream: Stream, texts: readonly string[]): Promise<void> {
    const limit = streamLimits[stream];
    await Promise.all(
      texts.map((text) =>
        this.#connection.call('XADD', this.#keys[stream], 'MAXLEN', '~', limit, '*', 'entry', text),
      ),
    );
  }

  async newest(stream: Stream, count: number): Promise<readonly (readonly [string, string])[]> {
    const entries = (await this.#connection.call(
      'XREVRANGE',
      this.#keys[stream],
      '+',
      '-',
      'COUNT',
      count,
    )) as [string, string[]][];
    return entries.map(([id, fields]) => [id, fields[1] ?? ''] as const);
  }

  follow(stream: Stream, listener: (text: string) => void): () => void {
    return this.#until(followStream(this.#connection.waiting(), this.#keys[stream], listener));
  }

  async lock(options: LockOptions): Promise<LockHolder | undefined> {
    const { ttlMs, ...value } = options;
    const held = await this.#connection.run(
      scripts.lock,
      [this.#keys.lock],
      [JSON.stringify(value), ttlMs, value.token],
    );
    return typeof held === 'string' ? holderIn(held) : undefined;
  }

  async releaseLock(token: string): Promise<boolean> {
    return (await this.#connection.run(scripts.unlock, [this.#keys.lock], [token])) === 1;
  }

  async lockHolder(): Promise<LockHolder | undefined> {
    const held = await this.#connection.call('GET', this.#keys.lock);
    return typeof held === 'string' ? holderIn(held) : undefined;
  }

  onChange(listener: (text: string) => void): () => void {
    this.#connection.subscribe(this.#keys.changes);
    return this.#until(
      this.#connection.onMessage.add(
        (channel, text) => void (channel === this.#keys.changes && listener(text)),
      ),
    );
  }

  onReport(listener: (node: Name, text: string) => void): () => void {
    const { reports } = this.#keys;
    this.#connection.subscribePattern(`${reports}*`);
    const heard = (channel: string, text: string): void => {
      if (channel.startsWith(reports)) listener(channel.slice(reports.length), text);
    };
    return this.#until(this.#connection.onMessage.add(heard));
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    return this.#until(this.#connection.onState.add(listener));
  }

  close(): Promise<void> {
    for (const end of this.#ends) end();
    this.#connection.close();
    return Promise.resolve();
  }

  #until(end: () => void): () => void {
    this.#ends.add(end);
    return () => {
      this.#ends.delete(end);
      end();
    };
  }

  #stateKeys(): readonly string[] {
    const { epoch, revision, changes, health, latches, tables, receiving } = this.#keys;
    return [epoch, revision, changes, health, latches, tables, receiving];
  }
}

function triples(writes: readonly FieldWrite[]): readonly string[] {
  return writes.flatMap(({ hash, field, text }) => [hashNumbers[hash], field, text ?? '']);
}

function paired(pairs: readonly string[] = []): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) fields[pairs[at] ?? ''] = pairs[at + 1] ?? '';
  return fields;
}

function holderIn(text: string): LockHolder {
  const value = parseAs(text, isObject) ?? {};
  return {
    holder: String(value.holder),
    what: String(value.what),
    sinceMs: Number(value.sinceMs),
  };
}

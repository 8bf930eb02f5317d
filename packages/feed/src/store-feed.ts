/** The feed over any store: encodes, decodes, judges; a store that is away is an answer, not an error. */
import type {
  Answer,
  Event,
  FeedState,
  Name,
  NodeReport,
  Observation,
  Table,
} from '@tricade/cluster';
import { no, reason, yes } from '@tricade/cluster';
import type {
  Campaign,
  CampaignOptions,
  Feed,
  FeedUpdate,
  Locked,
  LockHolder,
  LockRequest,
  Watch,
  WatchOptions,
} from './feed.ts';
import { assertName } from './keys.ts';
import { isObject, isObservation, isReport, parseAs } from './shape.ts';
import { decodeState, decodeTable, encodeTable } from './state.ts';
import type { Store } from './store.ts';
import { campaign } from './term.ts';
import { Watcher } from './watcher.ts';

const away = reason('unreachable', 'the feed cannot be reached');

export class StoreFeed implements Feed {
  readonly cluster: Name;
  readonly #store: Store;
  readonly #watchers = new Set<Watcher>();

  constructor(cluster: Name, store: Store) {
    this.cluster = assertName(cluster);
    this.#store = store;
  }

  watch(listener: (update: FeedUpdate) => void, options: WatchOptions = {}): Watch {
    const watcher = new Watcher(this.#store, listener, options);
    this.#watchers.add(watcher);
    return watcher;
  }

  async read(): Promise<FeedState | undefined> {
    const snapshot = await this.#store.snapshot().catch(() => 'empty' as const);
    if (snapshot === 'empty' || snapshot === 'unchanged') return undefined;
    const judged = decodeState(snapshot);
    return 'state' in judged ? judged.state : undefined;
  }

  async report(report: NodeReport, tables: Readonly<Record<string, Table>> = {}): Promise<Answer> {
    const digest = tablesDigest(tables);
    const text = JSON.stringify(report);
    return this.#tried(async () => {
      const stands = await this.#store.putNode(report.node, { report: text });
      if (digest === '' || stands === digest) return;
      const packed = JSON.stringify(
        Object.fromEntries(Object.values(tables).map((table) => [table.group, encodeTable(table)])),
      );
      await this.#store.putNode(report.node, { tables: packed, tablesDigest: digest });
    });
  }

  observe(observations: readonly Observation[]): Promise<Answer> {
    if (observations.length === 0) return Promise.resolve(yes);
    return this.#tried(() =>
      this.#store.append(
        'observations',
        observations.map((each) => JSON.stringify(each)),
      ),
    );
  }

  event(event: Omit<Event, 'id'>): Promise<Answer> {
    return this.#tried(() => this.#store.append('events', [JSON.stringify(event)]));
  }

  async readReports(nodes: readonly Name[]): Promise<Readonly<Record<Name, NodeReport>>> {
    const texts = await this.#store.readNodes(nodes, 'report').catch(() => ({}));
    const reports: Record<Name, NodeReport> = {};
    for (const [node, text] of Object.entries(texts)) {
      const report = parseAs(text, isReport);
      if (report !== undefined) reports[node] = { ...report, node };
    }
    return reports;
  }

  async readReportedTables(
    nodes: readonly Name[],
  ): Promise<Readonly<Record<Name, Readonly<Record<string, Table>>>>> {
    const texts = await this.#store.readNodes(nodes, 'tables').catch(() => ({}));
    return Object.fromEntries(
      Object.entries(texts).map(([node, text]) => [node, decodeTables(text)]),
    );
  }

  onReport(listener: (report: NodeReport) => void): () => void {
    return this.#store.onReport((node, text) => {
      const report = parseAs(text, isReport);
      // The channel says who speaks; no node can speak for another.
      if (report !== undefined) listener({ ...report, node });
    });
  }

  onObservation(listener: (observation: Observation) => void): () => void {
    return this.#store.follow('observations', (text) => {
      const observation = parseAs(text, isObservation);
      if (observation !== undefined) listener(observation);
    });
  }

  async events(count: number): Promise<readonly Event[]> {
    const entries = await this.#store.newest('events', count).catch(() => []);
    return entries.flatMap(([id, text]) => {
      const event = parseAs(text, isObject);
      return event === undefined ? [] : [{ ...(event as unknown as Event), id }];
    });
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    return this.#store.onConnection(listener);
  }

  campaign(options: CampaignOptions): Promise<Campaign> {
    return campaign(this.#store, { ...options, leader: assertName(options.leader) });
  }

  leader(): Promise<Name | undefined> {
    return this.#store.leader().catch(() => undefined);
  }

  async lock(request: LockRequest): Promise<Locked> {
    try {
      const heldBy = await this.#store.lock({ ...request, sinceMs: Date.now() });
      return heldBy === undefined ? { held: true } : { heldBy };
    } catch {
      return { unreachable: away };
    }
  }

  unlock(token: string): Promise<boolean> {
    return this.#store.releaseLock(token).catch(() => false);
  }

  lockHolder(): Promise<LockHolder | undefined> {
    return this.#store.lockHolder().catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers.clear();
    await this.#store.close();
  }

  async #tried(act: () => Promise<void>): Promise<Answer> {
    try {
      await act();
      return yes;
    } catch (error) {
      // Redis refuses a user by ACL with NOPERM: not the same trouble as a store that is away.
      const refused = error instanceof Error && error.message.includes('NOPERM');
      return refused
        ? no('not-permitted', 'the feed does not permit this user to do that')
        : { yes: false, why: away };
    }
  }
}

function tablesDigest(tables: Readonly<Record<string, Table>>): string {
  return Object.values(tables)
    .map((table) => `${table.group}:${table.step}:${table.digest}`)
    .sort()
    .join(' ');
}

function decodeTables(text: string): Record<string, Table> {
  const tables: Record<string, Table> = {};
  for (const [group, packed] of Object.entries(parseAs(text, isObject) ?? {})) {
    const table = typeof packed === 'string' ? decodeTable(group, packed) : undefined;
    if (table !== undefined) tables[group] = table;
  }
  return tables;
}

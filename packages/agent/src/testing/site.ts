/** One node under test: an agent on a host in memory, the feed's store, and the leader that writes it. */
import type {
  DirectorLive,
  FeedState,
  Name,
  NodeReport,
  SpeakerLive,
  TableStep,
} from '@tricade/cluster';
import { birthStep, reason, wordOf } from '@tricade/cluster';
import type { Batch, Feed, Term } from '@tricade/feed';
import { MemoryHub } from '@tricade/feed';
import { memoryHost } from '@tricade/host';
import { Agent } from '../agent.ts';
import type { Links } from '../links/links.ts';
import { type FileDrivers, fileDrivers, inForce, livePath } from './file-drivers.ts';
import { cluster, generation, reals, tableSize } from './small-cluster.ts';

export const birth: TableStep = birthStep(
  'l7',
  Uint32Array.from({ length: tableSize }, (_, row) => wordOf(1 + (row % 3))),
  reason('born', 'the group is new'),
);

export const granted: NonNullable<Batch['receiving']> = {
  l4a: { steps: { l7: 1 }, grantedAtMs: 1 },
};

/** Links whose news are a test's. */
export class TestLinks implements Links {
  neighbours: Readonly<Record<string, string>> = reals;
  silent: ReadonlySet<string> = new Set();
  asked: readonly string[] = [];
  /** What comes of asking. */
  onResolve: () => void = () => undefined;
  readonly #routes = new Set<() => void>();
  readonly #news = new Set<() => void>();

  async resolve(addresses: readonly string[]): Promise<void> {
    this.asked = addresses;
    await Promise.resolve();
    this.onResolve();
  }
  onNeighbours(listener: () => void): () => void {
    this.#news.add(listener);
    return () => void this.#news.delete(listener);
  }
  onRoutes(listener: () => void): () => void {
    this.#routes.add(listener);
    return () => void this.#routes.delete(listener);
  }
  learn(neighbours: Readonly<Record<string, string>>): void {
    this.neighbours = neighbours;
    for (const listener of this.#news) listener();
  }
  changeRoutes(): void {
    for (const listener of this.#routes) listener();
  }
  close(): void {
    this.#routes.clear();
    this.#news.clear();
  }
}

export class Site {
  readonly node: Name;
  readonly hub: MemoryHub = new MemoryHub();
  readonly host: ReturnType<typeof memoryHost>;
  readonly data: FileDrivers = fileDrivers();
  readonly links: TestLinks = new TestLinks();
  readonly reports: NodeReport[] = [];
  readonly #monitor: Feed;
  readonly #nodeFeed: Feed;
  #agent: Agent | undefined;
  #term: Term | undefined;

  constructor(node: Name) {
    this.node = node;
    this.host = memoryHost({
      name: node,
      files: { '/proc/sys/kernel/random/boot_id': 'boot-1\n' },
    });
    this.#monitor = this.hub.open(cluster.name);
    this.#nodeFeed = this.hub.open(cluster.name);
    this.#monitor.onReport((report) => this.reports.push(report));
  }

  get agent(): Agent {
    if (this.#agent === undefined) throw new Error('no agent runs');
    return this.#agent;
  }

  get term(): Term {
    if (this.#term === undefined) throw new Error('there is no leader');
    return this.#term;
  }

  get report(): NodeReport | undefined {
    return this.reports.at(-1);
  }

  /** Elects a leader that fills the store with `state`. */
  async lead(state: Partial<FeedState> = {}): Promise<Term> {
    const result = await this.#monitor.campaign({ leader: 'm1', ttlMs: 600_000 });
    if (!('won' in result)) throw new Error('not elected');
    this.#term = result.won;
    const empty = { epoch: 0, revision: 0, health: {}, latches: {}, tables: {}, receiving: {} };
    const seeded = await result.won.seed({ ...empty, ...state });
    if (!seeded.written) throw new Error(seeded.why.text);
    return result.won;
  }

  async write(batch: Omit<Batch, 'atMs'>): Promise<number> {
    const written = await this.term.write({ atMs: 1, ...batch });
    if (!written.written) throw new Error(written.why.text);
    return written.state.revision;
  }

  async start(sampleEveryMs = 40, reportEveryMs = 20): Promise<void> {
    const { node, host, data, links } = this;
    const feed = this.#nodeFeed;
    this.#agent = new Agent({
      node,
      cluster,
      generation,
      host,
      drivers: data.drivers,
      feed,
      reportEveryMs,
      sampleEveryMs,
      links,
    });
    await this.#agent.start();
  }

  /** The agent ends and another one starts; `bootId` other than before: the machine was rebooted, its data plane is empty. */
  async restart(bootId = 'boot-1'): Promise<void> {
    await this.#agent?.stop();
    if (bootId !== 'boot-1') {
      for (const path of [...this.host.files.keys()])
        if (path.startsWith('/var/lib/tricade/live/')) this.host.files.delete(path);
      await this.host.write([
        { path: '/proc/sys/kernel/random/boot_id', content: bootId, mode: 0o444 },
      ]);
    }
    this.data.steered.length = 0;
    this.reports.length = 0;
    await this.start();
  }

  async close(): Promise<void> {
    await this.#agent?.stop();
    await Promise.all([this.#monitor.close(), this.#nodeFeed.close()]);
  }

  /** What is in force in the data plane. */
  director(): DirectorLive | undefined {
    return inForce(this.#text('director')) as DirectorLive | undefined;
  }

  announced(): string | undefined {
    const live = inForce(this.#text('speaker')) as SpeakerLive | undefined;
    return live && Object.values(live.announcements)[0];
  }

  live(role: 'router' | 'proxy'): unknown {
    return inForce(this.#text(role));
  }

  #text(role: 'director' | 'speaker' | 'router' | 'proxy'): string | undefined {
    return this.host.files.get(livePath(role))?.content.toString();
  }
}

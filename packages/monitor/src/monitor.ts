/**
 * One monitor: a vantage point always, the leader at times. As leader it judges health, keeps latches, and conducts the tables: one writer, one
 * ordered stream. Every write goes through its term, so that a deposed leader's is refused.
 */
import {
  type Cluster,
  type ConductorMemory,
  type ConductorWait,
  conduct,
  type Event,
  emptyMemory,
  type FeedState,
  type Generation,
  type Latch,
  type Name,
  type NodeReport,
  type Observation,
  type Reason,
  reason,
  type Snapshot,
  tableGroups,
} from '@tricade/cluster';
import {
  type Batch,
  type Feed,
  type FeedUpdate,
  type Leadership,
  lead,
  type Term,
  type Watch,
} from '@tricade/feed';
import { Disk } from './disk.ts';
import { Probing } from './probing.ts';
import { newerState, seedState } from './seed.ts';
import { Verdicts, verdictRules } from './verdicts.ts';

export interface MonitorOptions {
  readonly name: Name;
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly feed: Feed;
  /** Where the last state lies: latches above all. */
  readonly directory: string;
  /** Wall clock, ms since 1970: for people, events and latches that end. */
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly leaseMs?: number;
}

/** What a request to change something came to. */
export type Changed =
  | { readonly changed: true; readonly revision: number }
  | { readonly changed: false; readonly why: Reason; readonly leader?: Name };

/** How often the leader looks even if nothing came in: latches that end, acks that do not come. */
const tickMs = 100;

export class Monitor {
  readonly #options: MonitorOptions;
  readonly #disk: Disk;
  readonly #reports = new Map<Name, NodeReport>();
  /** When each report came, monotonic ms. */
  readonly #seenAtMs = new Map<Name, number>();
  readonly #ends: (() => void)[] = [];
  #state: FeedState | undefined;
  #watch: Watch | undefined;
  #leadership: Leadership | undefined;
  #probing: Probing | undefined;
  #term: Term | undefined;
  #electedMs = 0;
  #leader: Name | undefined;
  #verdicts: Verdicts;
  #memory: ConductorMemory = emptyMemory;
  #waits: readonly ConductorWait[] = [];
  #health: Record<string, NonNullable<Batch['health']>[string]> = {};
  #turning = false;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#disk = new Disk(options.directory);
    this.#verdicts = new Verdicts(verdictRules(options.cluster), {});
  }

  /** Loads the disk, then watches, probes and stands for election. */
  async start(): Promise<void> {
    const { feed, cluster, name, random, nowMs } = this.#options;
    this.#state = await this.#disk.load();
    this.#watch = feed.watch(
      (update) => this.#heard(update),
      this.#state === undefined ? {} : { held: this.#state },
    );
    this.#ends.push(
      feed.onReport((report) => this.#reported(report)),
      feed.onObservation((seen) => this.#observed(seen)),
    );
    for (const report of Object.values(
      await feed.readReports(cluster.nodes.map((node) => node.name)),
    ))
      this.#reported(report);
    this.#probing = new Probing({
      cluster,
      vantage: name,
      random,
      paceOf: (target) => this.#verdicts.pace(target),
      send: (batch) => void feed.observe(batch),
    });
    this.#leadership = lead(feed, {
      leader: name,
      ...(this.#options.leaseMs === undefined ? {} : { ttlMs: this.#options.leaseMs }),
      known: () => newerState(this.#state, [...this.#reports.values()]),
      seed: () => seedState(this.#options, this.#state),
      onElected: (term) => this.#elected(term, nowMs()),
      onDeposed: (why) => this.#deposed(why),
    });
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** Gives the lease up, so that another takes over at once. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const end of this.#ends) end();
    this.#probing?.stop();
    this.#watch?.close();
    await this.#leadership?.end();
    await this.#disk.flush();
  }

  get leads(): boolean {
    return this.#term !== undefined;
  }

  /** True while the feed can be heard. */
  get hears(): boolean {
    return this.#watch?.last.feed === 'live';
  }

  /** What the conductor waits for now; empty where nothing is under way or another leads. */
  get waits(): readonly ConductorWait[] {
    return this.#waits;
  }

  /** Everything that this monitor knows. Throws nothing; before the first state all is empty. */
  async snapshot(events = 0): Promise<Snapshot> {
    const { cluster, generation, feed, nowMs } = this.#options;
    const state = this.#term?.state ?? this.#state ?? emptyState;
    const leader = this.#term === undefined ? await feed.leader() : this.#options.name;
    if (leader !== this.#leader) this.#electedMs = nowMs();
    this.#leader = leader;
    return {
      cluster,
      generation,
      feed: state,
      reports: Object.fromEntries(this.#reports),
      leader:
        leader === undefined
          ? undefined
          : { name: leader, epoch: state.epoch, sinceMs: this.#electedMs },
      events: events === 0 ? [] : await feed.events(events),
      atMs: nowMs(),
    };
  }

  /** Sets or lifts a latch. Only the leader can; others name it. */
  async latch(target: string, latch: Latch | null): Promise<Changed> {
    const done = await this.#write({ atMs: this.#options.nowMs(), latches: { [target]: latch } });
    if (done.changed) {
      const text =
        latch === null
          ? `${target} is in service again`
          : `${target}: ${latch.kind} by ${latch.by}, "${latch.why}"`;
      this.#event({ kind: 'latch', subject: target, text });
      this.#wake();
    }
    return done;
  }

  async #write(batch: Batch): Promise<Changed> {
    const term = this.#term;
    if (term === undefined) {
      const leader = await this.#options.feed.leader();
      const why =
        leader === undefined
          ? reason('no-leader', 'no monitor leads at the moment')
          : reason('not-leader', `${leader} leads, not ${this.#options.name}`);
      return { changed: false, why, ...(leader === undefined ? {} : { leader }) };
    }
    const written = await term.write(batch);
    if (!written.written) return { changed: false, why: written.why };
    this.#hold(written.state);
    return { changed: true, revision: written.state.revision };
  }

  #hold(state: FeedState): void {
    this.#state = state;
    this.#disk.save(state);
  }

  #heard(update: FeedUpdate): void {
    if (update.feed === 'live' && this.#term === undefined) this.#hold(update.state);
  }

  #reported(report: NodeReport): void {
    const before = this.#reports.get(report.node);
    if (before !== undefined && before.atMs > report.atMs) return;
    this.#reports.set(report.node, report);
    this.#seenAtMs.set(report.node, performance.now());
    if (this.#term !== undefined) this.#wake();
  }

  #observed(seen: Observation): void {
    const change = this.#verdicts.take(seen, this.#options.nowMs(), performance.now());
    if (change === undefined || this.#term === undefined) return;
    this.#health[change.member] = change.health;
    this.#wake();
  }

  #elected(term: Term, nowMs: number): void {
    this.#term = term;
    this.#electedMs = nowMs;
    this.#memory = emptyMemory;
    if (term.state !== undefined) this.#hold(term.state);
    this.#verdicts = new Verdicts(verdictRules(this.#options.cluster), term.state?.health ?? {});
    this.#leaderEvent(`leads (epoch ${term.epoch})`);
    this.#wake();
  }

  #deposed(why: Reason): void {
    this.#term = undefined;
    this.#waits = [];
    this.#health = {};
    this.#leaderEvent(`leads no more: ${why.text}`);
  }

  #tick(): void {
    for (const change of this.#verdicts.forgetSilent(this.#options.nowMs(), performance.now()))
      this.#health[change.member] = change.health;
    if (this.#term !== undefined) this.#wake();
  }

  /** One turn at a time; what comes in meanwhile is seen by the next. */
  #wake(): void {
    if (this.#turning) {
      this.#again = true;
      return;
    }
    this.#turning = true;
    setImmediate(() => {
      this.#again = false;
      void this.#turn().finally(() => {
        this.#turning = false;
        if (this.#again) this.#wake();
      });
    });
  }

  async #turn(): Promise<void> {
    if (this.#term === undefined) return;
    await this.#publishHealth();
    await this.#conduct();
  }

  async #publishHealth(): Promise<void> {
    const health = this.#health;
    const latches = this.#expired();
    if (Object.keys(health).length + Object.keys(latches).length === 0) return;
    this.#health = {};
    const done = await this.#write({ atMs: this.#options.nowMs(), health, latches });
    if (!done.changed) {
      this.#health = { ...health, ...this.#health };
      return;
    }
    for (const [member, verdict] of Object.entries(health)) {
      if (verdict !== null)
        this.#event({
          kind: 'health',
          subject: member,
          text: `${member} is ${verdict.dead ? 'dead' : verdict.health}`,
          cause: verdict.cause,
        });
    }
    for (const target of Object.keys(latches))
      this.#event({
        kind: 'latch',
        subject: target,
        text: `${target} is in service again: its time is over`,
      });
  }

  #expired(): Record<string, null> {
    const now = this.#options.nowMs();
    const over = Object.values(this.#term?.state?.latches ?? {}).filter(
      (latch) => latch.untilMs !== undefined && latch.untilMs <= now,
    );
    return Object.fromEntries(over.map((latch) => [latch.target, null]));
  }

  async #conduct(): Promise<void> {
    const state = this.#term?.state;
    if (state === undefined) return;
    const { cluster, generation, nowMs } = this.#options;
    const next = conduct(
      {
        cluster,
        generation,
        groups: tableGroups(cluster, generation),
        feed: state,
        reports: Object.fromEntries(this.#reports),
        seenAtMs: Object.fromEntries(this.#seenAtMs),
        nowMs: performance.now(),
        wallMs: nowMs(),
      },
      this.#memory,
    );
    this.#memory = next.memory;
    this.#waits = next.waits;
    if (next.steps.length === 0 && Object.keys(next.receiving).length === 0) return;
    const done = await this.#write({
      atMs: nowMs(),
      tableSteps: next.steps,
      receiving: next.receiving,
    });
    if (!done.changed) return;
    for (const { kind, subject, text, cause } of next.events)
      this.#event({ kind, subject, text, cause });
    this.#again = true;
  }

  #leaderEvent(what: string): void {
    const { name } = this.#options;
    this.#event({ kind: 'leader', subject: name, text: `${name} ${what}` });
  }

  #event(event: Pick<Event, 'kind' | 'subject' | 'text'> & { readonly cause?: Reason }): void {
    const { feed, nowMs, generation } = this.#options;
    const state = this.#state;
    const version = {
      generation: generation.number,
      epoch: state?.epoch ?? 0,
      revision: state?.revision ?? 0,
    };
    void feed.event({ ...event, atMs: nowMs(), version });
  }
}

const emptyState: FeedState = {
  epoch: 0,
  revision: 0,
  health: {},
  latches: {},
  tables: {},
  receiving: {},
};

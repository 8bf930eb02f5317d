/**
 * One monitor: a vantage point always, the leader at times. It hears observations and reports whether it leads or not, so that whoever is elected
 * knows at once what the one before knew; what only the leader does stands in `office.ts`.
 */
import type { ConductorWait, FeedState, Latch, Name, Reason, Snapshot } from '@tricade/cluster';
import { type Observation, reason } from '@tricade/cluster';
import { type FeedUpdate, type Leadership, lead, type Term, type Watch } from '@tricade/feed';
import { Disk } from './disk.ts';
import { deposedEvent, EventLog, electedEvent, latchEvent, liftEvent } from './event-log.ts';
import { Office } from './office.ts';
import { type Changed, emptyState, type MonitorOptions } from './options.ts';
import { Probing } from './probing.ts';
import { Reports } from './reports.ts';
import { highestKnown, informed, seedState } from './seed.ts';
import { Verdicts, verdictRules } from './verdicts.ts';

/** How often it looks even if nothing came in: latches that end, acks that do not come, voices that fell silent. */
const tickMs = 100;
/** A tick that is later than this: the process was stopped or starved, and what it missed is no silence of others. */
const awayMs = 1_000;
/** With renewals and candidates every 400 ms a dead leader is replaced within 1.9 s, and three renewals may fail. */
const defaultLeaseMs = 1_500;

export class Monitor {
  readonly #options: MonitorOptions;
  readonly #disk: Disk;
  readonly #log: EventLog;
  readonly #reports = new Reports();
  readonly #verdicts: Verdicts;
  readonly #ends: (() => void)[] = [];
  #state: FeedState | undefined;
  #revisionSinceMs = performance.now();
  #watch: Watch | undefined;
  #leadership: Leadership | undefined;
  #probing: Probing | undefined;
  #office: Office | undefined;
  #leader: { readonly name: Name; readonly sinceMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #tickedMs = performance.now();

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#log = new EventLog(options, () => this.#state);
    this.#disk = new Disk(options.directory, (error) =>
      this.#log.trouble(
        options.name,
        `${options.name} cannot keep the state on its disk`,
        reason('disk', error.message),
      ),
    );
    this.#verdicts = new Verdicts(verdictRules(options.cluster));
  }

  /** Loads the disk, then watches, probes and stands for election. It listens before it waits for anything, so that it misses nothing. */
  async start(): Promise<void> {
    const { feed, cluster } = this.#options;
    this.#state = this.#disk.load();
    this.#verdicts.inherit(this.#state?.health ?? {});
    this.#watch = feed.watch(
      (update) => this.#hear(update),
      this.#state === undefined ? {} : { held: this.#state },
    );
    this.#ends.push(
      feed.onReport((report) => {
        this.#reports.arrived(report, performance.now());
        this.#office?.wake('soon');
      }),
      feed.onObservation((seen) => this.#observe(seen)),
    );
    this.#reports.stored(await feed.readReports(cluster.nodes.map((node) => node.name)));
    this.#probing = this.#probe();
    void this.#stand();
    this.#tickedMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** Gives the lease up, so that another takes over at once. */
  async stop(): Promise<void> {
    this.#close();
    await this.#leadership?.end();
    await this.#disk.flush();
  }

  /** True while it is the leader, as far as it knows. */
  get leads(): boolean {
    return this.#office !== undefined;
  }

  /** True while the feed can be heard. */
  get hears(): boolean {
    return this.#watch?.last.feed === 'live';
  }

  /** What the conductor waits for now; empty where nothing is under way or another leads. */
  get waits(): readonly ConductorWait[] {
    return this.#office?.waits ?? [];
  }

  /** Attempts that began late, and results thrown away because this process was starved or stopped. */
  get counters(): { readonly late: number; readonly discarded: number } {
    return this.#probing?.counters() ?? { late: 0, discarded: 0 };
  }

  /** Everything that this monitor knows, with the newest `events`. Throws nothing; before the first state all is empty. */
  async snapshot(events = 0): Promise<Snapshot> {
    const { cluster, generation, feed, nowMs } = this.#options;
    const leader = await this.#whoLeads();
    const told = events === 0 ? [] : await feed.events(events);
    const state = this.#state ?? emptyState;
    const now = performance.now();
    return {
      cluster,
      generation,
      feed: state,
      reports: this.#reports.byNode(),
      leader: leader && { ...leader, epoch: state.epoch },
      events: told,
      atMs: nowMs(),
      heard: this.#reports.ages(now),
      revisionAgeMs: now - this.#revisionSinceMs,
    };
  }

  /** Sets a latch, or lifts it (null). Only the leader can; others name it. It lies on this monitor's disk before the answer. */
  async latch(target: string, latch: Latch | null): Promise<Changed> {
    const office = this.#office;
    if (office === undefined) return this.#refuse();
    const before = this.#state?.latches[target];
    const done = await office.write({
      atMs: this.#options.nowMs(),
      latches: { [target]: latch },
    });
    if (!done.written) return done.why.word === 'fenced' ? this.#refuse() : unchanged(done.why);
    if (latch !== null) this.#log.tell(latchEvent(latch));
    else if (before !== undefined) this.#log.tell(liftEvent(before, 'lifted'));
    office.wake();
    await this.#disk.flush();
    return { changed: true, revision: done.state.revision };
  }

  async #refuse(): Promise<Changed> {
    const { feed, name } = this.#options;
    const leader = await feed.leader();
    if (leader === undefined || leader === name)
      return unchanged(reason('no-leader', 'no monitor leads at the moment'));
    return { ...unchanged(reason('not-leader', `${leader} leads, not ${name}`)), leader };
  }

  #probe(): Probing {
    const { cluster, name, random, feed } = this.#options;
    return new Probing({
      cluster,
      vantage: name,
      run: Math.floor(random() * 2 ** 48).toString(36),
      random,
      paceOf: (target, lastOk) => this.#verdicts.pace(target, lastOk),
      send: (batch) => void feed.observe(batch),
    });
  }

  async #stand(): Promise<void> {
    const { feed, name, leaseMs, renewEveryMs } = this.#options;
    const source = { ...this.#options, reports: this.#reports, state: () => this.#state };
    await informed(source);
    if (this.#stopped) return;
    this.#leadership = lead(feed, {
      leader: name,
      ttlMs: leaseMs ?? defaultLeaseMs,
      ...(renewEveryMs === undefined ? {} : { everyMs: renewEveryMs }),
      known: () => highestKnown(source),
      seed: () => seedState(source),
      members: () => this.#verdicts.size,
      onElected: (term) => this.#elected(term),
      onDeposed: (why) => this.#deposed(why),
    });
  }

  #elected(term: Term): void {
    const { name, nowMs } = this.#options;
    const before = this.#leader?.name;
    this.#leader = { name, sinceMs: nowMs() };
    if (term.state !== undefined) this.#hold(term.state);
    const gone = this.#verdicts.inherit(term.state?.health ?? {});
    this.#office = new Office({
      ...this.#options,
      term,
      reports: this.#reports,
      log: this.#log,
      onWritten: (state) => this.#hold(state),
    });
    for (const member of gone) this.#office.publish(member, null);
    this.#office.wake();
    this.#log.tell(electedEvent(name, term.epoch, before));
  }

  #deposed(why: Reason): void {
    this.#office?.end();
    this.#office = undefined;
    this.#log.tell(deposedEvent(this.#options.name, why));
  }

  #hold(state: FeedState): void {
    if (state.revision !== this.#state?.revision || state.epoch !== this.#state.epoch)
      this.#revisionSinceMs = performance.now();
    this.#state = state;
    this.#disk.save(state);
  }

  #hear(update: FeedUpdate): void {
    if (update.feed === 'live' && this.#office === undefined) this.#hold(update.state);
  }

  #observe(seen: Observation): void {
    const change = this.#verdicts.take(seen, this.#options.nowMs(), performance.now());
    if (change !== undefined) this.#office?.publish(change.member, change.health);
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#tickedMs > awayMs) {
      this.#verdicts.excuse(now);
      this.#office?.forget();
    }
    this.#tickedMs = now;
    for (const { member, health } of this.#verdicts.forgetSilent(this.#options.nowMs(), now))
      this.#office?.publish(member, health);
    this.#office?.wake();
  }

  async #whoLeads(): Promise<{ readonly name: Name; readonly sinceMs: number } | undefined> {
    const { feed, name, nowMs } = this.#options;
    const leader = this.#office === undefined ? await feed.leader() : name;
    if (leader !== this.#leader?.name)
      this.#leader = leader === undefined ? undefined : { name: leader, sinceMs: nowMs() };
    return this.#leader;
  }

  #close(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const end of this.#ends) end();
    this.#probing?.stop();
    this.#watch?.close();
  }
}

function unchanged(why: Reason): { readonly changed: false; readonly why: Reason } {
  return { changed: false, why };
}

/**
 * What a leader does in its term: publishes verdicts, ends latches, conducts the tables, adopts what the directors run. One writer, one ordered
 * stream: everything is written through the term, one thing after the other, so that a deposed leader's writes are refused.
 */
import {
  type ConductorMemory,
  type ConductorView,
  type ConductorWait,
  conduct,
  emptyMemory,
  type FeedState,
  judgeSteps,
  type Latch,
  type MemberHealth,
  nodesOf,
  type Reason,
  type RefusedStep,
  refusedWait,
  rememberedGroups,
  tableGroups,
} from '@tricade/cluster';
import type { Batch, Term, Written } from '@tricade/feed';
import { adoptTables, carrying } from './adopt.ts';
import { adoptedEvent, type EventLog, healthEvent, liftEvent } from './event-log.ts';
import type { MonitorOptions } from './options.ts';
import type { Reports } from './reports.ts';

export interface OfficeOptions
  extends Pick<
    MonitorOptions,
    'cluster' | 'generation' | 'feed' | 'nowMs' | 'flowMemory' | 'conductor'
  > {
  readonly term: Term;
  readonly reports: Reports;
  readonly log: EventLog;
  /** Who decides on the next steps. Default: the conductor. */
  readonly decide?: typeof conduct;
  /** Hears of each state written. */
  readonly onWritten: (state: FeedState) => void;
}

/** After a refused write: long enough for the renewal of the lease to find out why, and to step down. */
const refusedPauseMs = 500;
/** A store that is away is tried again this often. */
const awayPauseMs = 100;
/** Reports of many nodes are looked at together. */
const gatherMs = 10;
/** How often directors' tables are read while the conductor waits for one of them to be adopted. */
const adoptEveryMs = 250;
/** Words of the conductor that ask for a table that a director holds. */
const adoptWords: readonly string[] = ['adopt', 'ahead'];

export class Office {
  readonly #options: OfficeOptions;
  #memory: ConductorMemory = emptyMemory;
  #waits: readonly ConductorWait[] = [];
  #health: Record<string, MemberHealth | null> = {};
  #queue: Promise<unknown> = Promise.resolve();
  #planned: { readonly when: 'now' | 'soon'; cancel(): void } | undefined;
  #turning = false;
  #again = false;
  #pausedUntilMs = 0;
  #adoptFromMs = 0;
  #ended = false;

  constructor(options: OfficeOptions) {
    this.#options = options;
  }

  /** What the conductor waits for. */
  get waits(): readonly ConductorWait[] {
    return this.#waits;
  }

  /** A verdict to be published; null: nobody checks the member any more. */
  publish(member: string, health: MemberHealth | null): void {
    this.#health[member] = health;
    this.wake();
  }

  /** Something has changed: look at once, or within `gatherMs` where more of the kind is to be expected. */
  wake(when: 'now' | 'soon' = 'now'): void {
    if (this.#ended) return;
    if (this.#turning) {
      this.#again = true;
      return;
    }
    if (this.#planned !== undefined && (when === 'soon' || this.#planned.when === 'now')) return;
    this.#planned?.cancel();
    const timer = when === 'now' ? undefined : setTimeout(() => this.#run(), gatherMs);
    const immediate = when === 'now' ? setImmediate(() => this.#run()) : undefined;
    const cancel = (): void => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
    this.#planned = { when, cancel };
  }

  /** This process did not run for a while: what the conductor waited for must be seen to pass anew. */
  forget(): void {
    this.#memory = emptyMemory;
  }

  /** Writes in turn with everything else that this leader writes. */
  write(batch: Batch): Promise<Written> {
    return this.#inTurn(() => this.#options.term.write(batch));
  }

  /** Out of office: nothing more is written. */
  end(): void {
    this.#ended = true;
    this.#planned?.cancel();
  }

  #run(): void {
    this.#planned = undefined;
    this.#again = false;
    this.#turning = true;
    void this.#turn().finally(() => {
      this.#turning = false;
      if (this.#again) this.wake('soon');
    });
  }

  async #turn(): Promise<void> {
    if (this.#ended || performance.now() < this.#pausedUntilMs) return;
    if (await this.#publishHealth()) await this.#conduct();
  }

  /** False where the feed took nothing. */
  async #publishHealth(): Promise<boolean> {
    const { log, nowMs } = this.#options;
    const health = this.#health;
    const expired = this.#expiredLatches();
    if (Object.keys(health).length + expired.length === 0) return true;
    this.#health = {};
    const latches = Object.fromEntries(expired.map((latch) => [latch.target, null]));
    const done = await this.write({ atMs: nowMs(), health, latches });
    if (!done.written) {
      this.#health = { ...health, ...this.#health };
      return false;
    }
    for (const [member, verdict] of Object.entries(health))
      if (verdict !== null) log.tell(healthEvent(member, verdict));
    for (const latch of expired) log.tell(liftEvent(latch, 'expired'));
    return true;
  }

  #expiredLatches(): readonly Latch[] {
    const now = this.#options.nowMs();
    return Object.values(this.#options.term.state?.latches ?? {}).filter(
      (latch) => latch.untilMs !== undefined && latch.untilMs <= now,
    );
  }

  async #conduct(): Promise<void> {
    const { nowMs, log, decide = conduct } = this.#options;
    const view = this.#view();
    if (this.#ended || view === undefined) return;
    const next = decide(view, this.#memory);
    this.#memory = next.memory;
    const { allowed, refused } = judgeSteps(view, next.steps);
    this.#waits = [...next.waits, ...refused.map(refusedWait)];
    this.#tellRefused(refused);
    if (next.waits.some(({ why }) => adoptWords.includes(why.word))) await this.#adopt();
    const { receiving } = next;
    if (allowed.length === 0 && Object.keys(receiving).length === 0) return;
    const done = await this.write({ atMs: nowMs(), tableSteps: allowed, receiving });
    if (!done.written) return;
    const unpublished = new Set(refused.map(({ step }) => step.group));
    for (const event of next.events)
      if (event.kind !== 'table' || !unpublished.has(event.subject)) log.tell(event);
    this.#again = true;
  }

  #view(): ConductorView | undefined {
    const { cluster, generation, nowMs, term, reports } = this.#options;
    if (term.state === undefined) return undefined;
    return {
      cluster,
      generation,
      groups: tableGroups(cluster, generation),
      feed: term.state,
      reports: reports.byNode(),
      seenAtMs: reports.arrivals(),
      nowMs: performance.now(),
      wallMs: nowMs(),
      remembered: rememberedGroups(cluster, this.#options.flowMemory),
      settings: this.#options.conductor ?? {},
    };
  }

  /** Each trouble once: a step that is refused is decided again at every turn. */
  #tellRefused(refused: readonly RefusedStep[]): void {
    const { log, cluster, generation } = this.#options;
    const bad = new Map(refused.map((each) => [each.step.group, each]));
    for (const { group } of tableGroups(cluster, generation)) {
      const each = bad.get(group);
      if (each === undefined) log.well(`steps of ${group}`);
      else
        log.trouble(`steps of ${group}`, `a step of ${group} is held back`, refusedWait(each).why);
    }
  }

  /** Goes on from the tables that the directors run, where the feed has none or older ones. */
  async #adopt(): Promise<void> {
    const { cluster, feed, term, reports, log } = this.#options;
    if (performance.now() < this.#adoptFromMs) return;
    this.#adoptFromMs = performance.now() + adoptEveryMs;
    const directors = nodesOf(cluster, 'l4').map((node) => node.name);
    const reported = await feed.readReportedTables(directors);
    const adopted: string[] = [];
    const done = await this.#inTurn(async () => {
      const { state } = term;
      if (state === undefined) return undefined;
      const carries = carrying(directors, state.receiving, reports.byNode());
      const tables = adoptTables(state.tables, reported, carries);
      adopted.push(...Object.keys(tables).filter((group) => tables[group] !== state.tables[group]));
      return adopted.length === 0 ? undefined : term.seed({ ...state, tables });
    });
    if (done?.written !== true) return;
    for (const group of adopted) log.tell(adoptedEvent(group, done.state.tables[group]?.step ?? 0));
    this.#again = true;
  }

  #inTurn<T extends Written | undefined>(act: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(act).then((written) => this.#settle(written));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /**
   * A refused write pauses this office. `fenced` and `store-lost` are the lease's to judge: its next renewal deposes this leader, and a new
   * campaign seeds what was lost.
   */
  #settle<T extends Written | undefined>(written: T): T {
    const { log, onWritten } = this.#options;
    if (written === undefined) return written;
    if (written.written) {
      log.well('feed');
      onWritten(written.state);
      return written;
    }
    const { why } = written;
    const away = why.word === 'unreachable';
    this.#pausedUntilMs = performance.now() + (away ? awayPauseMs : refusedPauseMs);
    if (!away) this.#refused(why);
    return written;
  }

  #refused(why: Reason): void {
    if (this.#ended || why.word === 'fenced') return;
    this.#options.log.trouble('feed', 'a change was refused and will be tried again', why);
  }
}

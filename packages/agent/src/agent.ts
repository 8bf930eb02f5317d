/**
 * The loop of a node: feed → live state of each role → driver → ack. Level-triggered: the newest state is all that counts. Without a feed the
 * node keeps what it has; it never empties a table.
 */
import type {
  Cluster,
  FeedState,
  Generation,
  Host,
  Name,
  Reason,
  RoleStates,
  Sample,
  TableGroup,
} from '@tricade/cluster';
import { reason, roleStates, tableGroups, yes } from '@tricade/cluster';
import type { Feed, FeedUpdate, Watch } from '@tricade/feed';
import { coalesced } from './coalesced.ts';
import { isFit } from './fitness.ts';
import { LastGood, readLastGood } from './last-good.ts';
import type { Links } from './links/links.ts';
import type { SteeredRole } from './live-of.ts';
import { keyOf, liveOf, macsOf, neighboursOf, routersOf, steeredRoles } from './live-of.ts';
import { fitsCluster, fitsTables } from './plausible.ts';
import type { ReportedPosition } from './report.ts';
import { ackedSteps, ackedTables, highestIds, nodeReport, reportedPosition } from './report.ts';
import { Sampler } from './sampling.ts';
import type { AgentDrivers } from './steering.ts';
import { Steering } from './steering.ts';

export interface AgentOptions {
  readonly node: Name;
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly host: Host;
  /** By role; roles of the node without one are not steered. */
  readonly drivers: AgentDrivers;
  readonly feed: Feed;
  /** Neighbours and routes of this machine. Left out: reals have no MAC, and routes are seen with the next sample only. */
  readonly links?: Links;
  /** Default 500: at least so often a report is made. */
  readonly reportEveryMs?: number;
  /** Default 2,000; what a change needs as proof is read at once besides. */
  readonly sampleEveryMs?: number;
  /** Default 10,000; see `WatchOptions`. */
  readonly resyncEveryMs?: number;
  /** Wall clock; default Date.now. */
  nowMs?(): number;
  /** One line for the journal. */
  log?(line: string): void;
}

/**
 * Before the first outcome of every role nothing is reported for so long: what the node reported before its agent started again still holds, and an
 * empty report would cost a director its leave. Shorter than the age at which a report counts no more.
 */
const firstReportWithinMs = 3_000;
/** A speaker waits so long for the tables after a restart of the agent before it withdraws what it announces. */
const tablesWithinMs = 5_000;

export class Agent {
  readonly #options: AgentOptions;
  readonly #states: RoleStates;
  readonly #groups: readonly TableGroup[];
  readonly #steerings = new Map<SteeredRole, Steering>();
  readonly #lastGood: LastGood;
  readonly #sampler: Sampler;
  readonly #startedMs: number = performance.now();
  readonly #measure: () => Promise<void> = coalesced(() => this.#measureOnce());
  readonly #report: () => Promise<void> = coalesced(() => this.#reportOnce());
  #state: FeedState | undefined;
  #origin: 'feed' | 'disk' = 'disk';
  #refused: Reason | undefined;
  #tablesRefused: Reason | undefined;
  #feedTrouble: Reason | undefined;
  #watch: Watch | undefined;
  #sample: Sample;
  #sampledMs = Number.NEGATIVE_INFINITY;
  #sampled = false;
  #heard = false;
  #reporting = false;
  #ends: (() => void)[] = [];
  #tickedMs: number = performance.now();

  constructor(options: AgentOptions) {
    const { cluster, generation, node, host, drivers } = options;
    this.#options = options;
    this.#states = roleStates({ cluster, generation }, node);
    this.#groups = tableGroups(cluster, generation);
    this.#lastGood = new LastGood(host);
    this.#sampler = new Sampler(host, drivers, this.#states);
    this.#sample = { atMs: this.#nowMs() };
    for (const role of steeredRoles) {
      const [driver, state] = [drivers[role], this.#states[role]];
      if (state === undefined) continue;
      if (driver === undefined) {
        this.#log(`there is no driver for the ${role} of ${node}: it is not steered`);
        continue;
      }
      const [nowMs, onDone] = [() => this.#nowMs(), () => this.#steered(role)];
      this.#steerings.set(role, new Steering({ role, driver, host, state, nowMs, onDone }));
    }
  }

  /** The state acted upon; undefined: none yet, so what runs is left as it is. */
  get state(): FeedState | undefined {
    return this.#state;
  }

  /** How long the loop has not turned, ms: for the watchdog. */
  get idleMs(): number {
    return performance.now() - this.#tickedMs;
  }

  /** Acts on the last good state, then follows the feed; returns once that is under way. */
  async start(): Promise<void> {
    const { cluster, host, feed, links, resyncEveryMs } = this.#options;
    const kept = await readLastGood(host);
    if (kept !== undefined && fitsCluster(kept.state, undefined, cluster).yes) {
      // Only a reboot lost what was running; after a restart of the agent alone the announcements stand as they were.
      this.#accept(kept.state, kept.sameBoot ? 'feed' : 'disk');
      this.#log(
        `last good state: epoch ${kept.state.epoch}, revision ${kept.state.revision}${kept.sameBoot ? '' : ', from before the boot'}`,
      );
    }
    // Without their MACs the first steer would take the reals out of a table that runs.
    await links?.resolve(neighboursOf(this.#states), routersOf(this.#states));
    if (links !== undefined) {
      this.#ends.push(
        links.onNeighbours(() => this.#evaluate()),
        links.onRoutes(() => void this.#measure()),
      );
    }
    const held = this.#state === undefined ? {} : { held: this.#state };
    const resync = resyncEveryMs === undefined ? {} : { resyncEveryMs };
    this.#watch = feed.watch((update) => this.#hear(update), { ...held, ...resync });
    const timer = setInterval(() => this.#tick(), this.#options.reportEveryMs ?? 500);
    this.#ends.push(() => clearInterval(timer));
    this.#tick();
  }

  /** Stops following; everything in the data plane and every announcement stays. */
  async stop(): Promise<void> {
    this.#watch?.close();
    for (const end of this.#ends.splice(0)) end();
    await this.#lastGood.flush();
  }

  #hear(update: FeedUpdate): void {
    this.#heard = true;
    if (update.feed === 'none') {
      this.#feedTrouble =
        update.why.word === 'unreachable' || update.why.word === 'empty' ? undefined : update.why;
      this.#log(`no feed: ${update.why.text}`);
      return;
    }
    if (this.#feedTrouble !== undefined || this.#origin === 'disk')
      this.#log(`feed: epoch ${update.state.epoch}, revision ${update.state.revision}`);
    this.#feedTrouble = undefined;
    const fits = fitsCluster(update.state, this.#state, this.#options.cluster);
    if (!fits.yes) {
      this.#refused = fits.why;
      void this.#report();
      return;
    }
    this.#refused = undefined;
    this.#accept(update.state, 'feed');
    this.#evaluate();
    this.#lastGood.keep(update.state);
    // The position is an ack even where it changes nothing here.
    void this.#report();
  }

  /** Hands every role its newest live state. */
  #evaluate(): void {
    for (const role of steeredRoles) this.#steer(role);
  }

  #steer(role: SteeredRole): void {
    const steering = this.#steerings.get(role);
    const state = this.#state;
    if (steering === undefined || state === undefined) return;
    const { cluster, generation, node, links } = this.#options;
    if (role === 'director' && this.#tablesRefused !== undefined) return;
    if (role === 'speaker' && !this.#maySpeak()) return;
    const input = { cluster, generation, feed: state, origin: this.#origin, nowMs: this.#nowMs() };
    const acked = ackedSteps(this.#steerings.get('director')?.applied);
    const live = liveOf(role, input, { node, acked, links, states: this.#states });
    if (live === undefined) return;
    const at = { generation: generation.number, epoch: state.epoch, revision: state.revision };
    steering.want({ live, key: keyOf(role, live), at });
  }

  /** The announcements wait for the tables: after a restart until they were read back, after a boot from disk as long as that takes. */
  #maySpeak(): boolean {
    const director = this.#steerings.get('director');
    if (director === undefined || director.applied !== undefined) return true;
    return this.#origin === 'feed' && performance.now() - this.#startedMs > tablesWithinMs;
  }

  /** Takes a state over as the one to act upon. */
  #accept(state: FeedState, origin: 'feed' | 'disk'): void {
    const { cluster, generation } = this.#options;
    this.#state = state;
    this.#origin = origin;
    const fits = this.#steerings.has('director') ? fitsTables(state, cluster, generation) : yes;
    this.#tablesRefused = fits.yes ? undefined : fits.why;
  }

  #steered(role: SteeredRole): void {
    if (role === 'director') this.#steer('speaker');
    void this.#report();
    // The FIB and the announcements after the change are proof of it: they are read at once.
    if (role === 'router' || role === 'speaker') void this.#measure();
  }

  #tick(): void {
    this.#tickedMs = performance.now();
    this.#evaluate();
    if (performance.now() - this.#sampledMs >= (this.#options.sampleEveryMs ?? 2_000))
      void this.#measure();
    void this.#report();
    // Not with each change: a flapping member must not wear out the disk.
    void this.#lastGood.flush();
  }

  async #measureOnce(): Promise<void> {
    this.#sampledMs = performance.now();
    this.#sample = (await this.#sampler.sample(this.#nowMs())).sample;
    this.#sampled = true;
    void this.#report();
  }

  /** Every role has come to something since the start, or that takes too long. */
  #hasOutcome(): boolean {
    if (performance.now() - this.#startedMs > firstReportWithinMs) return true;
    if (!this.#sampled || (this.#state === undefined && !this.#heard)) return false;
    return [...this.#steerings.values()].every((each) => !each.isPending);
  }

  async #reportOnce(): Promise<void> {
    this.#reporting ||= this.#hasOutcome();
    if (!this.#reporting) return;
    const { node, feed, generation } = this.#options;
    const director = this.#steerings.get('director')?.applied;
    const report = nodeReport({
      node,
      applied: this.#applied(),
      steps: ackedSteps(director),
      wantsToReceive: this.#isFit(),
      highestIds: highestIds(this.#groups, generation),
      sample: this.#sample,
      trouble: this.#trouble(),
      nowMs: this.#nowMs(),
    });
    await feed.report(report, ackedTables(director));
  }

  #applied(): ReportedPosition {
    return reportedPosition({
      generation: this.#options.generation.number,
      state: this.#state,
      // A store older than this node must be seeded above it: so the leader must hear how far this node has got, applied or not.
      steered: this.#feedTrouble?.word === 'older' ? [] : [...this.#steerings.values()],
      sampledAtMs: this.#sample.atMs,
    });
  }

  #isFit(): boolean {
    const { links } = this.#options;
    return isFit({
      director: this.#steerings.get('director'),
      state: this.#state,
      groups: this.#groups,
      neighbours: macsOf(links, this.#states),
      sinceMs: performance.now() - this.#startedMs,
    });
  }

  #trouble(): Reason | undefined {
    const steering = [...this.#steerings.values()]
      .map((each) => each.trouble)
      .find((why) => why !== undefined);
    const fault = this.#lastGood.fault;
    const disk =
      fault === undefined
        ? undefined
        : reason('not-kept', `the last good state cannot be written: ${fault}`);
    return this.#refused ?? this.#feedTrouble ?? this.#tablesRefused ?? steering ?? disk;
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? Date.now();
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }
}

/** When to attempt what: spread starts, jitter, three intervals, honest about its own lateness. */
import type { Check } from '@tricade/cluster';
import type { Attempt } from './attempt.ts';

export interface ProbeTarget {
  /** Member `group/name`. */
  readonly target: string;
  readonly check: Check;
  readonly attempt: () => Promise<Attempt>;
}

export type Pace = 'normal' | 'fast' | 'down';

export interface SchedulerOptions {
  /** Called with every result that can be trusted; `monoMs` is when the attempt began. */
  readonly onAttempt: (target: string, attempt: Attempt, monoMs: number) => void;
  /** How fast a target is to be checked now. Asked after each attempt. */
  readonly paceOf: (target: string) => Pace;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Attempts since the start. */
export interface Counters {
  /** That began late. */
  readonly late: number;
  /** Whose results were thrown away. */
  readonly discarded: number;
}

/** Lateness of the event loop beyond which a result says more about us than about the target. */
const starvedMs = 100;
/** First attempts come within this time: a monitor that starts wants to know soon. */
const firstWithinMs = 1_000;
/** Share of an interval by which it varies, so that targets do not march in step. */
const jitter = 0.1;

const intervals: Readonly<Record<Pace, (check: Check) => number>> = {
  normal: (check) => check.intervalMs,
  fast: (check) => check.fastIntervalMs,
  down: (check) => check.downIntervalMs,
};

/** A target as it stands in the schedule: one timer or one attempt under way. */
interface Scheduled {
  target: ProbeTarget;
  timer: NodeJS.Timeout | undefined;
}

/** Checks targets again and again. Results of a starved or suspended process are counted and thrown away. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #scheduled = new Map<string, Scheduled>();
  #late = 0;
  #discarded = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Replaces the targets: kept ones go on undisturbed, new ones start spread over one fast interval. */
  set(targets: readonly ProbeTarget[]): void {
    const wanted = new Set(targets.map((each) => each.target));
    for (const [name, scheduled] of this.#scheduled) {
      if (wanted.has(name)) continue;
      clearTimeout(scheduled.timer);
      this.#scheduled.delete(name);
    }
    for (const target of targets) {
      const kept = this.#scheduled.get(target.target);
      if (kept !== undefined) kept.target = target;
      else this.#begin(target);
    }
  }

  stop(): void {
    this.set([]);
  }

  counters(): Counters {
    return { late: this.#late, discarded: this.#discarded };
  }

  #begin(target: ProbeTarget): void {
    const scheduled: Scheduled = { target, timer: undefined };
    this.#scheduled.set(target.target, scheduled);
    const spreadMs = Math.min(target.check.fastIntervalMs, firstWithinMs);
    this.#plan(scheduled, this.#options.random() * spreadMs);
  }

  #plan(scheduled: Scheduled, delayMs: number): void {
    const dueMs = performance.now() + delayMs;
    scheduled.timer = setTimeout(() => void this.#run(scheduled, dueMs), delayMs);
  }

  async #run(scheduled: Scheduled, dueMs: number): Promise<void> {
    const { target, check, attempt } = scheduled.target;
    const beganMs = performance.now();
    if (beganMs - dueMs > starvedMs) this.#late++;
    const result = await attempt();
    // Taken out of the schedule meanwhile; perhaps put in again as another one.
    if (this.#scheduled.get(target) !== scheduled) return;
    const overdueMs = performance.now() - beganMs - check.timeoutMs;
    if (overdueMs > starvedMs) this.#discarded++;
    else this.#options.onAttempt(target, result, beganMs);
    const nextMs = beganMs + this.#intervalMs(scheduled.target);
    this.#plan(scheduled, Math.max(0, nextMs - performance.now()));
  }

  /** The interval in force, ± half the jitter. */
  #intervalMs({ target, check }: ProbeTarget): number {
    const intervalMs = intervals[this.#options.paceOf(target)](check);
    return intervalMs * (1 - jitter / 2 + jitter * this.#options.random());
  }
}

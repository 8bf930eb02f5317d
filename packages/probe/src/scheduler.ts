/** When to attempt what: spread starts, jitter, three intervals, honest about its own lateness. */
import type { Check } from '@tricade/cluster';
import type { Attempt } from './attempt.ts';

export interface ProbeTarget {
  /** Member `group/name`; also spreads the starts. */
  readonly target: string;
  readonly check: Check;
  readonly attempt: () => Promise<Attempt>;
}

export type Pace = 'normal' | 'fast' | 'down';

export interface SchedulerOptions {
  /** Called with every result that can be trusted; `monoMs` is when the attempt began. */
  readonly onAttempt: (target: string, attempt: Attempt, monoMs: number) => void;
  /** How fast a target is to be checked now. */
  readonly paceOf: (target: string) => Pace;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Lateness of the event loop beyond which a result says more about us than about the target. */
const starvedMs = 250;

/** One timer per target. Results of a starved or suspended process are counted and thrown away. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #late = 0;
  #discarded = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Replaces the targets: kept ones go on undisturbed, new ones start spread over one fast interval. */
  set(targets: readonly ProbeTarget[]): void {
    const wanted = new Set(targets.map((each) => each.target));
    for (const [name, timer] of this.#timers) {
      if (wanted.has(name)) continue;
      clearTimeout(timer);
      this.#timers.delete(name);
    }
    for (const target of targets) {
      if (!this.#timers.has(target.target))
        this.#arm(target, this.#options.random() * Math.min(target.check.fastIntervalMs, 1_000));
    }
  }

  stop(): void {
    this.set([]);
  }

  /** Attempts that began late, and results thrown away, since the start. */
  counters(): { readonly late: number; readonly discarded: number } {
    return { late: this.#late, discarded: this.#discarded };
  }

  #arm(target: ProbeTarget, delayMs: number): void {
    const dueMs = performance.now() + delayMs;
    this.#timers.set(
      target.target,
      setTimeout(() => void this.#run(target, dueMs), delayMs),
    );
  }

  async #run(target: ProbeTarget, dueMs: number): Promise<void> {
    const beganMs = performance.now();
    if (beganMs - dueMs > starvedMs) this.#late++;
    const attempt = await target.attempt();
    if (!this.#timers.has(target.target)) return;
    const overdue = performance.now() - beganMs > target.check.timeoutMs + starvedMs;
    if (overdue) this.#discarded++;
    else this.#options.onAttempt(target.target, attempt, beganMs);
    const period = this.#periodMs(target);
    this.#arm(target, Math.max(0, beganMs + period - performance.now()));
  }

  /** The interval in force, ± 5 % so that targets do not march in step. */
  #periodMs(target: ProbeTarget): number {
    const { check } = target;
    const pace = this.#options.paceOf(target.target);
    const base =
      pace === 'fast'
        ? check.fastIntervalMs
        : pace === 'down'
          ? check.downIntervalMs
          : check.intervalMs;
    return base * (0.95 + 0.1 * this.#options.random());
  }
}

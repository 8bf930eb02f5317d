/** This monitor as a vantage point: probes, and sends what it saw to the feed in small batches. */
import type { Cluster, Name, Observation } from '@tricade/cluster';
import { type Attempt, type Pace, probeTargets, Scheduler } from '@tricade/probe';

export interface ProbingOptions {
  readonly cluster: Cluster;
  readonly vantage: Name;
  /** Names this start of the process: `Observation.run`. */
  readonly run: string;
  readonly random: () => number;
  /** `lastOk`: what this monitor just saw itself, which the verdict may not know yet. */
  readonly paceOf: (target: string, lastOk: boolean | undefined) => Pace;
  readonly send: (observations: readonly Observation[]) => void;
}

/** Observations of one tick of the event loop travel together: a storm costs one message, a single one waits for nothing. */
export class Probing {
  readonly #options: ProbingOptions;
  readonly #scheduler: Scheduler;
  readonly #lastOk = new Map<string, boolean>();
  #batch: Observation[] = [];

  constructor(options: ProbingOptions) {
    this.#options = options;
    const { paceOf, random } = options;
    this.#scheduler = new Scheduler({
      paceOf: (target) => paceOf(target, this.#lastOk.get(target)),
      random,
      onAttempt: (target, attempt, monoMs) => this.#add(target, attempt, monoMs),
    });
    this.#scheduler.set(probeTargets(options.cluster, options.vantage));
  }

  stop(): void {
    this.#scheduler.stop();
  }

  counters(): { readonly late: number; readonly discarded: number } {
    return this.#scheduler.counters();
  }

  #add(target: string, attempt: Attempt, monoMs: number): void {
    const { ok, detail, unreachable, tookMs } = attempt;
    this.#lastOk.set(target, ok);
    if (this.#batch.length === 0) setImmediate(() => this.#flush());
    this.#batch.push({
      target,
      vantage: this.#options.vantage,
      ok,
      detail,
      unreachable,
      monoMs,
      tookMs,
      run: this.#options.run,
    });
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#options.send(batch);
  }
}

/**
 * The nodes' newest reports, in order of arrival: the store keeps the order of each node's messages, so no clock of a node is ever asked. A node
 * whose wall clock jumped back, or that booted with an older version, is heard like any other.
 */
import type { Heard, Name, NodeReport } from '@tricade/cluster';
import type { Position } from '@tricade/feed';

interface Entry {
  readonly report: NodeReport;
  /** Monotonic ms; undefined: read out of the store, of unknown age. */
  readonly arrivedMs: number | undefined;
  /** Per table group: when the step that it reports now was first reported. */
  readonly stepSinceMs: Readonly<Record<string, number>>;
}

/** Times are of one monotonic clock, handed in. */
export class Reports {
  readonly #entries = new Map<Name, Entry>();

  /** A report that just came. */
  arrived(report: NodeReport, nowMs: number): void {
    const before = this.#entries.get(report.node);
    const stepSinceMs: Record<string, number> = {};
    for (const [group, { step }] of Object.entries(report.steps)) {
      const same = before?.report.steps[group]?.step === step;
      stepSinceMs[group] = (same ? before.stepSinceMs[group] : undefined) ?? nowMs;
    }
    this.#entries.set(report.node, { report, arrivedMs: nowMs, stepSinceMs });
  }

  /** Reports that lay in the store: of unknown age, so they never stand in for one that came. */
  stored(reports: Readonly<Record<Name, NodeReport>>): void {
    for (const [node, report] of Object.entries(reports)) {
      if (this.#entries.get(node)?.arrivedMs === undefined)
        this.#entries.set(node, { report, arrivedMs: undefined, stepSinceMs: {} });
    }
  }

  of(node: Name): NodeReport | undefined {
    return this.#entries.get(node)?.report;
  }

  /** True where the node was heard by this process. */
  heard(node: Name): boolean {
    return this.#entries.get(node)?.arrivedMs !== undefined;
  }

  byNode(): Readonly<Record<Name, NodeReport>> {
    return Object.fromEntries([...this.#entries].map(([node, { report }]) => [node, report]));
  }

  /** When each node's newest report came; nodes of which only a stored one is known are left out. */
  arrivals(): Readonly<Record<Name, number>> {
    const arrivals: Record<Name, number> = {};
    for (const [node, { arrivedMs }] of this.#entries)
      if (arrivedMs !== undefined) arrivals[node] = arrivedMs;
    return arrivals;
  }

  ages(nowMs: number): Readonly<Record<Name, Heard>> {
    const ages: Record<Name, Heard> = {};
    for (const [node, { arrivedMs, stepSinceMs }] of this.#entries) {
      if (arrivedMs === undefined) continue;
      const steps = Object.entries(stepSinceMs).map(([group, ms]) => [group, nowMs - ms] as const);
      ages[node] = { ageMs: nowMs - arrivedMs, stepAgesMs: Object.fromEntries(steps) };
    }
    return ages;
  }

  /** The highest position that any node reports. */
  highest(): Position {
    let epoch = 0;
    let revision = 0;
    for (const { report } of this.#entries.values()) {
      epoch = Math.max(epoch, report.version.epoch);
      revision = Math.max(revision, report.version.revision);
    }
    return { epoch, revision };
  }
}

/** How hard trials are run, and what of them is left to chance. Pure. */
import { createHash } from 'node:crypto';

export interface Effort {
  /** Long-lived connections; a request each 500 ms on each. */
  readonly long: number;
  /** Requests a second, each on a connection of its own. */
  readonly perSecond: number;
  /** What the time of watching is multiplied by. */
  readonly watch: number;
  /** Chooses targets and moments. Left out: the first of each tier, at once. */
  readonly seed?: number;
}

/** What the demo does. */
export const daily: Effort = { long: 200, perSecond: 500, watch: 1 };

/** What the tests of every day do: beyond the bounds of times, but not by seconds. */
export const brief: Effort = { ...daily, watch: 0.5 };

/** What `pnpm faults:long` does. */
export const lasting = (seed: number): Effort => ({ long: 1_000, perSecond: 500, watch: 4, seed });

/** A fraction, 0 to below 1, that seed and subject alone decide; 0 without a seed. */
export function chance({ seed }: Effort, subject: string): number {
  if (seed === undefined) return 0;
  const digest = createHash('sha256').update(`${seed} ${subject}`).digest();
  return digest.readUInt32BE() / 2 ** 32;
}

/** Whether a director is to ask for leave to receive. Pure. */
import type { FeedState, TableGroup } from '@tricade/cluster';
import { ackedSteps, unresolved } from './report.ts';
import type { Steering } from './steering.ts';

/** A director whose tables cannot be set for so long says that it is not fit to receive. */
const unfitAfterMs = 2_000;
/** MACs are waited for so long before a director asks to receive without them: reals beyond a gateway have none. */
const resolveWithinMs = 3_000;

export interface FitnessInput {
  readonly director: Pick<Steering, 'applied' | 'failingMs'> | undefined;
  readonly state: FeedState | undefined;
  readonly groups: readonly TableGroup[];
  /** Address → MAC; undefined where nobody resolves. */
  readonly neighbours: Readonly<Record<string, string>> | undefined;
  /** Since the agent started. */
  readonly sinceMs: number;
}

/**
 * The director has every table of its generation and can reach the reals that new flows go to. What stands behind `applied` is the driver's word:
 * what `steer` read back from the data plane (for nft: the chain at its device's ingress hook with all its rules, rows and reals equal to those wanted)
 * is what was wanted. No packet is sent for it: none can be brought in on the device's own ingress from here; that the link carries is for BFD to say.
 */
export function isFit(input: FitnessInput): boolean {
  const { director, state, groups, neighbours, sinceMs } = input;
  if (director?.applied === undefined || state === undefined || director.failingMs > unfitAfterMs)
    return false;
  const steps = ackedSteps(director.applied);
  if (groups.length === 0 || !groups.every(({ group }) => steps[group] !== undefined)) return false;
  if (neighbours === undefined || sinceMs > resolveWithinMs) return true;
  return unresolved(groups, state, neighbours).length === 0;
}

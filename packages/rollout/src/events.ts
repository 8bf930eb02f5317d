/** What a rollout tells while it goes on, and what its journal keeps. */
import type { Generation, Name, Plan, Reason, Wait } from '@tricade/cluster';

/** How one node's step ended. Only `done` and `failed` have changed anything on it. */
export type StepEnd =
  | {
      readonly result: 'done';
      readonly changedFiles: number;
      readonly roles: readonly string[];
      readonly packages: readonly string[];
      readonly masked: readonly string[];
    }
  | { readonly result: 'refused' | 'failed'; readonly why: Reason; readonly output: string }
  | { readonly result: 'unreachable' | 'not-drained'; readonly why: Reason };

/** How a whole rollout ended. */
export type Ending =
  /** Everything is as wanted. */
  | 'done'
  /** All that can be reached is as wanted; the rest waits. */
  | 'incomplete'
  /** More steps failed than the budget allows. */
  | 'failed'
  /** As many waves as were asked for are done; others wait. */
  | 'wave-done'
  /** Findings on the plan stopped it: nothing, or nothing more, was changed. */
  | 'refused'
  /** Somebody else holds the change lock. */
  | 'locked'
  /** A person stopped it, or the lock was lost: steps begun were finished, no others begun. */
  | 'interrupted';

export type RolloutEvent =
  | {
      readonly kind: 'begun';
      readonly generation: Pick<Generation, 'number' | 'digest'>;
      readonly nodes: readonly Name[];
    }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | {
      readonly kind: 'step-begun';
      readonly node: Name;
      readonly why: Reason;
      readonly drain: boolean;
    }
  | {
      readonly kind: 'drain';
      readonly node: Name;
      readonly empty: boolean;
      readonly remaining?: number;
      readonly waits: readonly Reason[];
    }
  | {
      readonly kind: 'progress';
      readonly node: Name;
      readonly phase: string;
      readonly subject: string;
      readonly share?: number;
    }
  | {
      readonly kind: 'step-ended';
      readonly node: Name;
      readonly tookMs: number;
      readonly end: StepEnd;
    }
  | { readonly kind: 'waiting'; readonly waits: readonly Wait[] }
  | {
      readonly kind: 'ended';
      readonly ending: Ending;
      readonly why?: Reason;
      readonly waits: readonly Wait[];
    };

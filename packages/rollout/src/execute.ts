/** One wave, as the plan has it: no choice is left here. */
import type { DrainProgress, Name, Plan, Step, Wanted } from '@tricade/cluster';
import { reason, TricadeError } from '@tricade/cluster';
import { type InstallOptions, install } from '@tricade/host';
import type { RolloutEvent, StepEnd } from './events.ts';
import { eachLimited } from './limit.ts';
import { defaultParallel, type HostOf, unreachableReason } from './observe.ts';

/** Drains, through the monitor: a rollout asks, the conductor moves the traffic. */
export interface Latches {
  /** Latches a node for draining; again is fine. Rejects where the monitor cannot be asked. */
  latch(node: Name, why: string): Promise<void>;
  progress(node: Name): Promise<DrainProgress>;
  /** Takes back the rollout's own latch; another one stays. */
  release(node: Name): Promise<void>;
}

/** Time, handed in. */
export interface Clock {
  /** Wall clock, ms since 1970. */
  nowMs(): number;
  /** Resolves after so long, or when `signal` is raised. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface ExecuteOptions extends Pick<InstallOptions, 'secrets' | 'blobs'> {
  readonly wanted: readonly Wanted[];
  readonly hostOf: HostOf;
  readonly clock: Clock;
  /** Undefined where no monitor answers: steps that must drain first then end as `not-drained`. */
  readonly latches?: Latches;
  /** How long a node may take to become empty. */
  readonly drainMs: number;
  /** Steps at once. */
  readonly parallel?: number;
  /** Failures that the wave may have before no further step begins. */
  readonly failuresLeft: number;
  /** Raised: no further step begins; those begun are finished. */
  readonly signal?: AbortSignal;
  readonly onEvent: (event: RolloutEvent) => void;
}

export interface StepResult {
  readonly node: Name;
  readonly end: StepEnd;
}

/** Executes the steps of a wave in parallel. Steps that were not begun are left out: planning again finds them. */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<readonly StepResult[]> {
  let failures = 0;
  const results = await eachLimited(
    plan.wave,
    options.parallel ?? defaultParallel,
    async (step) => {
      if (options.signal?.aborted || failures > options.failuresLeft) return [];
      const { clock, onEvent } = options;
      const { node, why, drainFirst } = step;
      onEvent({ kind: 'step-begun', node, why, drain: drainFirst });
      const begunMs = clock.nowMs();
      const end = await perform(step, options);
      if (end.result !== 'done') failures += 1;
      onEvent({ kind: 'step-ended', node, tookMs: clock.nowMs() - begunMs, end });
      return [{ node, end }];
    },
  );
  return results.flat();
}

async function perform(step: Step, options: ExecuteOptions): Promise<StepEnd> {
  if (!step.drainFirst) return installOn(step.node, options);
  const { latches } = options;
  if (!latches) {
    const text = `${step.node} must be empty first, and no monitor answers`;
    return { result: 'not-drained', why: reason('no-monitor', text) };
  }
  try {
    await latches.latch(step.node, step.why.text);
    const trouble = await untilEmpty(step.node, latches, options);
    // A node that failed stays latched: it is not what it should be, and nobody may send to it.
    const end = trouble ?? (await installOn(step.node, options));
    if (end.result !== 'failed') await latches.release(step.node);
    return end;
  } catch (cause) {
    if (!(cause instanceof TricadeError)) throw cause;
    return { result: 'not-drained', why: reason('monitor-lost', cause.message, cause.code) };
  }
}

/** Undefined once the node is empty. */
async function untilEmpty(
  node: Name,
  latches: Latches,
  { clock, drainMs, signal, onEvent }: ExecuteOptions,
): Promise<StepEnd | undefined> {
  const untilMs = clock.nowMs() + drainMs;
  for (;;) {
    const { empty, remaining, waits } = await latches.progress(node);
    onEvent({
      kind: 'drain',
      node,
      empty,
      ...(remaining === undefined ? {} : { remaining }),
      waits,
    });
    if (empty) return undefined;
    if (signal?.aborted) {
      return { result: 'not-drained', why: reason('interrupted', `${node} was still draining`) };
    }
    if (clock.nowMs() >= untilMs) {
      const what = waits.map(({ text }) => text).join('; ') || 'it is not empty';
      const text = `${node} did not become empty within ${drainMs / 1000} s: ${what}`;
      return { result: 'not-drained', why: reason('drain-timeout', text) };
    }
    await clock.sleep(500, signal);
  }
}

async function installOn(node: Name, options: ExecuteOptions): Promise<StepEnd> {
  const wanted = options.wanted.find((each) => each.node === node);
  if (!wanted)
    return {
      result: 'refused',
      why: reason('not-wanted', `${node} is not in the file`),
      output: '',
    };
  const { secrets, blobs, onEvent } = options;
  try {
    const result = await install(options.hostOf(node), wanted, {
      secrets,
      blobs,
      onProgress: (progress) => onEvent({ kind: 'progress', ...progress, node }),
    });
    if (result.outcome !== 'installed') {
      return { result: result.outcome, why: result.why, output: result.output };
    }
    const { roles, files, packages, masked } = result;
    return { result: 'done', roles, changedFiles: files.length, packages, masked };
  } catch (cause) {
    const why = unreachableReason(cause);
    if (why) return { result: 'unreachable', why };
    if (!(cause instanceof TricadeError)) throw cause;
    return { result: 'refused', why: reason('not-ready', cause.message, cause.code), output: '' };
  }
}

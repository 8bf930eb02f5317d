/** The loop: observe, plan, check, execute one wave, again; until there is nothing to do. */
import type {
  Bundle,
  ClusterNode,
  Finding,
  Inventory,
  Name,
  Plan,
  Reason,
  Rollout,
  Snapshot,
  Wait,
} from '@tricade/cluster';
import { plan, reason } from '@tricade/cluster';
import { bundleDigest } from '@tricade/host';
import type { Ending, RolloutEvent } from './events.ts';
import { type ExecuteOptions, execute, type StepResult } from './execute.ts';
import { observe } from './observe.ts';

/** The one change lock, for as long as a rollout lasts. */
export interface ChangeLock {
  /** `lost` is raised when the lock is: then no further step begins. */
  take(
    what: string,
  ): Promise<
    | { readonly held: true; readonly lost: AbortSignal; release(): Promise<void> }
    | { readonly held: false; readonly by: string }
  >;
}

export interface ConvergeOptions
  extends Omit<ExecuteOptions, 'drainMs' | 'failuresLeft' | 'onEvent'> {
  readonly nodes: readonly ClusterNode[];
  readonly policy: Rollout;
  /** What is live; undefined where no monitor answers. Asked before every wave. */
  readonly snapshot: () => Promise<Snapshot | undefined>;
  /** Undefined where there is no feed yet. */
  readonly lock?: ChangeLock;
  /** Steps that may fail over the whole run. Default 0: the first one stops it. */
  readonly failureBudget?: number;
  /** How long to wait when nothing may be done at the moment. Default 60,000. */
  readonly patienceMs?: number;
  /** Judges each plan before it is executed; an error stops the rollout. */
  readonly check?: (
    plan: Plan,
    inventory: Inventory,
    snapshot: Snapshot | undefined,
  ) => readonly Finding[];
  /** What of the live invariants does not hold. What held before the first wave must hold again before the next one begins. */
  readonly live?: (snapshot: Snapshot) => readonly Finding[];
  /** Ends after so many waves, whatever waits. Default: no limit. */
  readonly mostWaves?: number;
  readonly onEvent: (event: RolloutEvent) => void | Promise<void>;
}

export interface Converged {
  readonly ending: Ending;
  readonly why?: Reason;
  /** Nodes that were left as they are. */
  readonly waits: readonly Wait[];
  readonly findings: readonly Finding[];
  /** As the last observation found it. */
  readonly inventory: Inventory;
  readonly waves: number;
  /** Steps that did not end as `done`. */
  readonly failed: readonly StepResult[];
}

/**
 * Rolls out. Every event has been taken by `onEvent` (the journal) before the next wave begins. Interrupted or failed, it may be called again: the order
 * comes from what is found. Throws what the journal throws, and faults of our own; what hosts do is a value.
 */
export async function converge(options: ConvergeOptions): Promise<Converged> {
  const what = `rollout of generation ${options.wanted[0]?.generation.number ?? 0}`;
  const taken = await options.lock?.take(what);
  if (taken && !taken.held) {
    const why = reason('locked', `${taken.by} holds the change lock`);
    return end(new Run(options), { ending: 'locked', why });
  }
  try {
    const signals = [options.signal, taken?.lost].filter((signal) => signal !== undefined);
    return await loop(new Run({ ...options, signal: AbortSignal.any(signals) }));
  } finally {
    await taken?.release();
  }
}

/** A second step mends what a first one could not know (a unit that died); a third is one more chance. */
const mostSteps = 3;

/** What the loop remembers between waves: nothing that planning would need. */
class Run {
  readonly options: ConvergeOptions;
  inventory: Inventory = {};
  plan: Plan | undefined;
  failed: readonly StepResult[] = [];
  waves = 0;
  /** Node that is never as wanted, however often it is installed. */
  restless: Name | undefined;
  /** Invariants that did not hold before the first wave: those are not this rollout's doing. */
  broken: ReadonlySet<string> | undefined;
  readonly #steps = new Map<Name, number>();
  #told: Promise<void> = Promise.resolve();

  constructor(options: ConvergeOptions) {
    this.options = options;
  }

  /** In order, and never two at once. */
  tell(event: RolloutEvent): void {
    this.#told = this.#told.then(() => this.options.onEvent(event));
    // The fault is reported by `settled`; this only keeps it from ending the process before.
    this.#told.catch(() => {});
  }

  /** Counts steps per node: what is installed and found changed each time would go on for ever. */
  count({ wave: steps }: Plan): void {
    for (const { node } of steps) {
      const count = (this.#steps.get(node) ?? 0) + 1;
      this.#steps.set(node, count);
      if (count > mostSteps) this.restless = node;
    }
  }

  settled(): Promise<void> {
    return this.#told;
  }
}

async function loop(run: Run): Promise<Converged> {
  const { signal, clock, patienceMs = 60_000, failureBudget = 0 } = run.options;
  begin(run);
  let patientUntilMs: number | undefined;
  for (;;) {
    const thought = await think(run);
    await run.settled();
    const { next, broken } = thought;
    const stop = stopBefore(run, thought);
    if (stop) return end(run, stop);
    if (next.wave.length > 0 && broken.length === 0) {
      patientUntilMs = undefined;
      run.count(next);
      if (run.restless !== undefined)
        return end(run, { ending: 'failed', why: failureReason(run) });
      await wave(run, next);
      if (run.failed.length > failureBudget)
        return end(run, { ending: 'failed', why: failureReason(run) });
      continue;
    }
    const idle = next.wave.length > 0 ? undefined : idleEnding(next, run.inventory);
    if (idle) return end(run, { ending: idle });
    patientUntilMs ??= clock.nowMs() + patienceMs;
    if (clock.nowMs() >= patientUntilMs) return end(run, impatient(next, broken));
    run.tell({ kind: 'waiting', waits: [...next.waits, ...broken.map(waitFor)] });
    await clock.sleep(1_000, signal);
  }
}

function begin(run: Run): void {
  const { wanted } = run.options;
  const [first] = wanted;
  if (first === undefined) return;
  const { number, digest } = first.generation;
  const nodes = wanted.map(({ node }) => node);
  run.tell({ kind: 'begun', generation: { number, digest }, nodes });
}

/** Why the wave that was thought of does not begin; undefined: nothing is against it. */
function stopBefore(run: Run, { next, findings }: Thought): End | undefined {
  const fault = findings.find(({ severity }) => severity === 'error');
  if (fault) {
    const why = reason('findings', `${fault.code} ${fault.message}`);
    return { ending: 'refused', why, findings };
  }
  if (run.options.signal?.aborted)
    return { ending: 'interrupted', why: reason('interrupted', 'no further step begins') };
  const { mostWaves = Number.POSITIVE_INFINITY } = run.options;
  return next.wave.length > 0 && run.waves >= mostWaves ? { ending: 'wave-done' } : undefined;
}

/** Time did not help: either nothing may be done, or the waves before broke something. */
function impatient(next: Plan, broken: readonly Finding[]): End {
  const [first] = broken;
  if (first === undefined) return { ending: 'incomplete', why: next.waits[0]?.why };
  const text = `since the last wave: ${first.code} ${first.message}`;
  return { ending: 'failed', why: reason('broken-since', text), findings: broken };
}

function waitFor({ code, message }: Finding): Wait {
  return { node: code, why: reason('broken-since', message) };
}

/** Numbers of steps go on by themselves: the same trouble at the next step is the same trouble. */
function troubleKey({ code, message }: Finding): string {
  return `${code} ${message.replaceAll(/step \d+/g, 'step')}`;
}

interface Thought {
  readonly next: Plan;
  readonly findings: readonly Finding[];
  /** Invariants that held before the first wave and do not now. */
  readonly broken: readonly Finding[];
}

async function think(run: Run): Promise<Thought> {
  const { wanted, nodes, hostOf, policy, parallel, check } = run.options;
  const names = wanted.map(({ node }) => node);
  // Who could not be reached is not tried again before every wave: a silent host costs its whole timeout.
  const away = Object.entries(run.inventory).filter(([, found]) => 'unreachable' in found);
  const asked = names.filter((name) => !away.some(([node]) => node === name));
  const [seen, snapshot] = await Promise.all([
    observe(asked, hostOf, parallel),
    run.options.snapshot(),
  ]);
  const inventory: Inventory = { ...Object.fromEntries(away), ...seen };
  const digest = (bundle: Bundle) => bundleDigest(bundle);
  const live = snapshot === undefined ? {} : { snapshot };
  const next = plan({ wanted, nodes, inventory, policy, digest, ...live });
  run.inventory = inventory;
  run.plan = next;
  run.tell({ kind: 'planned', plan: next });
  const faults = (snapshot && run.options.live?.(snapshot)) ?? [];
  const errors = faults.filter(({ severity }) => severity === 'error');
  if (snapshot) run.broken ??= new Set(errors.map(troubleKey));
  return {
    next,
    findings: [...next.findings, ...(check?.(next, inventory, snapshot) ?? [])],
    broken: errors.filter((each) => run.broken?.has(troubleKey(each)) === false),
  };
}

async function wave(run: Run, next: Plan): Promise<void> {
  const { options } = run;
  const results = await execute(next, {
    ...options,
    // The conductor ends what is left at its own deadline; until its proof is in, some seconds more.
    drainMs: options.policy.drainMs + 30_000,
    failuresLeft: (options.failureBudget ?? 0) - run.failed.length,
    onEvent: (event) => run.tell(event),
  });
  run.waves += 1;
  run.failed = [...run.failed, ...results.filter(({ end: { result } }) => result !== 'done')];
}

/** Nothing to do: is everything as wanted, or is the rest out of reach? Undefined: time may help. */
function idleEnding({ waits }: Plan, inventory: Inventory): Ending | undefined {
  if (waits.length === 0) return 'done';
  const unreachable = waits.every(({ node }) => {
    const found = inventory[node];
    return found === undefined || 'unreachable' in found;
  });
  return unreachable ? 'incomplete' : undefined;
}

function failureReason(run: Run): Reason {
  if (run.restless !== undefined) {
    const found = run.inventory[run.restless];
    const roles = found !== undefined && 'roles' in found ? Object.values(found.roles) : [];
    const notes = roles.flatMap((role) => role.notes).join('; ');
    const text = `${run.restless} was installed ${mostSteps} times and is still not as wanted: ${notes}`;
    return reason('not-settling', text);
  }
  const budget = run.options.failureBudget ?? 0;
  const count = run.failed.length;
  const steps = count === 1 ? '1 step' : `${count} steps`;
  return reason('failure-budget', `${steps} failed, ${budget} may`);
}

interface End {
  readonly ending: Ending;
  readonly why?: Reason | undefined;
  readonly findings?: readonly Finding[];
}

async function end(run: Run, { ending, why, findings = [] }: End): Promise<Converged> {
  const later = reason('next-wave', 'its turn comes with the next wave');
  const next = (run.plan?.wave ?? []).map(({ node }) => ({ node, why: later }));
  const waits = [...(ending === 'wave-done' ? next : []), ...(run.plan?.waits ?? [])];
  const because = why === undefined ? {} : { why };
  run.tell({ kind: 'ended', ending, waits, ...because });
  await run.settled();
  const { inventory, waves, failed } = run;
  return { ending, ...because, waits, findings, inventory, waves, failed };
}

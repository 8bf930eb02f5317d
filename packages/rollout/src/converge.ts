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
import { type ExecuteOptions, execute } from './execute.ts';
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
  failures = 0;
  waves = 0;
  /** Node that is never as wanted, however often it is installed. */
  restless: Name | undefined;
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
  const { wanted, signal, clock, patienceMs = 60_000, failureBudget = 0 } = run.options;
  const [first] = wanted;
  if (first) {
    const { number, digest } = first.generation;
    run.tell({
      kind: 'begun',
      generation: { number, digest },
      nodes: wanted.map(({ node }) => node),
    });
  }
  let patientUntilMs: number | undefined;
  for (;;) {
    const { next, findings } = await think(run);
    await run.settled();
    if (findings.some(({ severity }) => severity === 'error')) {
      const why = reason('findings', findings[0]?.message ?? '');
      return end(run, { ending: 'refused', why, findings });
    }
    if (signal?.aborted) {
      const why = reason('interrupted', 'no further step begins');
      return end(run, { ending: 'interrupted', why });
    }
    if (next.wave.length > 0) {
      patientUntilMs = undefined;
      run.count(next);
      if (run.restless !== undefined)
        return end(run, { ending: 'failed', why: failureReason(run) });
      await wave(run, next);
      if (run.failures > failureBudget)
        return end(run, { ending: 'failed', why: failureReason(run) });
      continue;
    }
    const idle = idleEnding(next, run.inventory);
    if (idle) return end(run, { ending: idle });
    patientUntilMs ??= clock.nowMs() + patienceMs;
    if (clock.nowMs() >= patientUntilMs) {
      return end(run, { ending: 'incomplete', why: next.waits[0]?.why });
    }
    run.tell({ kind: 'waiting', waits: next.waits });
    await clock.sleep(1_000, signal);
  }
}

async function think(run: Run): Promise<{ next: Plan; findings: readonly Finding[] }> {
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
  return { next, findings: [...next.findings, ...(check?.(next, inventory, snapshot) ?? [])] };
}

async function wave(run: Run, next: Plan): Promise<void> {
  const { options } = run;
  const results = await execute(next, {
    ...options,
    // The conductor ends what is left at its own deadline; until its proof is in, some seconds more.
    drainMs: options.policy.drainMs + 30_000,
    failuresLeft: (options.failureBudget ?? 0) - run.failures,
    onEvent: (event) => run.tell(event),
  });
  run.waves += 1;
  run.failures += results.filter(({ end: { result } }) => result !== 'done').length;
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
  const steps = run.failures === 1 ? '1 step' : `${run.failures} steps`;
  return reason('failure-budget', `${steps} failed, ${budget} may`);
}

interface End {
  readonly ending: Ending;
  readonly why?: Reason | undefined;
  readonly findings?: readonly Finding[];
}

async function end(run: Run, { ending, why, findings = [] }: End): Promise<Converged> {
  const waits = run.plan?.waits ?? [];
  const because = why === undefined ? {} : { why };
  run.tell({ kind: 'ended', ending, waits, ...because });
  await run.settled();
  return { ending, ...because, waits, findings, inventory: run.inventory, waves: run.waves };
}

/**
 * One safe wave. The order of a rollout comes only from planning again: crash, failure and a changed file take the same path
 * (docs/design/0003-one-safe-wave.md).
 */
import type { ClusterNode, Name, Rollout, Tier } from './model/intent.ts';
import type { Bundle, Change, Plan, Step, Wait, Wanted } from './model/plan.ts';
import type { Found, Inventory, Snapshot } from './model/seen.ts';
import { type Reason, reason } from './reason.ts';

/**
 * Tiers in the order in which a change reaches them: who answers for a VIP first, then who forwards to them, then who lets it in. The monitor
 * leads since the others report to it.
 */
export const tierOrder: readonly Tier[] = ['monitor', 'servers', 'l7', 'l4', 'routers'];

export interface PlanInput {
  readonly wanted: readonly Wanted[];
  /** The machines of `wanted`, for their tiers. */
  readonly nodes: readonly ClusterNode[];
  readonly inventory: Inventory;
  /** What is live; undefined where no monitor answers (first rollout). */
  readonly snapshot?: Snapshot;
  readonly policy: Rollout;
  /** SHA-256 (hex) of a bundle's canonical form, as the installer writes it down. */
  readonly digest: (bundle: Bundle) => string;
}

interface Candidate {
  readonly node: Name;
  readonly tier: Tier;
  readonly step: Step;
  /** Nothing of Tricade is on the node: installing cannot hurt it. */
  readonly fresh: boolean;
  /** Something that runs is restarted: for that long the node is out of service, drained before or not. */
  readonly interrupts: boolean;
}

/** The next wave, what waits, and why. Pure and deterministic: the same input gives the same plan. An empty wave without waits: nothing to do. */
export function plan(input: PlanInput): Plan {
  const { candidates, unreachable } = compare(input);
  const generation = input.wanted[0]?.generation ?? { number: 0, digest: '', ids: {}, hashKey: '' };
  const { wave, waits } = choose(candidates, unreachable, input);
  const id = planId([
    generation.digest,
    String(generation.number),
    ...wave.map(
      (step) => `${step.node}:${step.changes.map((c) => `${c.role}${c.path}${c.change}`)}`,
    ),
  ]);
  return { id, generation, wave, waits, findings: [] };
}

function compare(input: PlanInput): {
  candidates: readonly Candidate[];
  unreachable: readonly Wait[];
} {
  const tiers = new Map(input.nodes.map((node) => [node.name, node.tier]));
  const candidates: Candidate[] = [];
  const unreachable: Wait[] = [];
  for (const wanted of input.wanted) {
    const found = input.inventory[wanted.node];
    const tier = tiers.get(wanted.node) ?? 'servers';
    if (found === undefined || 'unreachable' in found) {
      unreachable.push({
        node: wanted.node,
        why: found?.unreachable ?? reason('not-observed', 'nobody looked at it'),
      });
      continue;
    }
    const changed = wanted.bundles.filter(
      (bundle) => found.roles[bundle.role]?.bundleDigest !== input.digest(bundle),
    );
    if (changed.length === 0) continue;
    const fresh = found.generation === undefined;
    const interrupts = !fresh && changed.some((bundle) => !bundle.hitless);
    const drainFirst = interrupts && carriesTraffic(wanted.node, tier, input.snapshot);
    candidates.push({
      node: wanted.node,
      tier,
      fresh,
      interrupts,
      step: {
        node: wanted.node,
        changes: changes(changed, found),
        drainFirst,
        why: whyChanged(changed, fresh),
      },
    });
  }
  return { candidates, unreachable };
}

/** Per file: added where the role is not installed yet. Which bytes differ is `tricade plan`'s to show. */
function changes(
  bundles: readonly Bundle[],
  found: Exclude<Found, { unreachable: Reason }>,
): Step['changes'] {
  return bundles.flatMap((bundle) => {
    const change: Change = found.roles[bundle.role]?.bundleDigest ? 'change' : 'add';
    return bundle.files.map((file) => ({ role: bundle.role, path: file.path, change }));
  });
}

function whyChanged(bundles: readonly Bundle[], fresh: boolean): Reason {
  const roles = bundles.map((bundle) => bundle.role).join(', ');
  return fresh
    ? reason('fresh', 'nothing is installed there yet')
    : reason(
        'differs',
        `${roles} ${bundles.length === 1 ? 'differs' : 'differ'} from the cluster file`,
      );
}

function carriesTraffic(node: Name, tier: Tier, snapshot: Snapshot | undefined): boolean {
  if (tier === 'monitor' || tier === 'routers') return false;
  return snapshot?.reports[node] !== undefined;
}

/** Nodes that are out of service already: latched out, or not reachable. */
function outOfService(unreachable: readonly Wait[], { snapshot }: PlanInput): ReadonlySet<Name> {
  const latched = Object.values(snapshot?.feed.latches ?? {})
    .filter(({ kind }) => kind !== 'force-up')
    .filter(({ untilMs }) => untilMs === undefined || untilMs > (snapshot?.atMs ?? 0))
    .map(({ target }) => target.slice(target.lastIndexOf('/') + 1));
  return new Set([...latched, ...unreachable.map((wait) => wait.node)]);
}

function choose(
  candidates: readonly Candidate[],
  unreachable: readonly Wait[],
  input: PlanInput,
): { wave: readonly Step[]; waits: readonly Wait[] } {
  const serving = Object.values(input.inventory).some(
    (found) => 'roles' in found && found.generation !== undefined,
  );
  if (!serving) return { wave: candidates.map((each) => each.step), waits: unreachable };
  const tier = tierOrder.find((name) => candidates.some((each) => each.tier === name));
  const ours = candidates.filter((each) => each.tier === tier);
  const chosen = chooseInTier(ours, unreachable, input);
  const waits = candidates
    .filter((each) => !chosen.includes(each))
    .map((each) => ({ node: each.node, why: whyWaits(each, { tier, chosen }) }));
  return { wave: chosen.map((each) => each.step), waits: [...unreachable, ...waits] };
}

/** `chosen`: the wave; empty while candidates remain means that no more may go out of service. */
function whyWaits(
  { tier }: Candidate,
  turn: { readonly tier: Tier | undefined; readonly chosen: readonly Candidate[] },
): Reason {
  if (tier !== turn.tier) return reason('after-tier', `${turn.tier} changes first`);
  return turn.chosen.length === 0
    ? reason('max-unavailable', `as much of ${tier} is out of service as may be`)
    : reason('after-canary', `the nodes of ${tier} before it are watched first`);
}

/** Canaries first; of those whose turn it is all that cut no flow or are out already, and of the others as many as may be out of service. */
function chooseInTier(
  ours: readonly Candidate[],
  unreachable: readonly Wait[],
  input: PlanInput,
): readonly Candidate[] {
  const tier = ours[0]?.tier;
  const digest = input.wanted[0]?.generation.digest;
  const done = input.nodes.filter((node) => {
    const found = input.inventory[node.name];
    return (
      node.tier === tier &&
      found !== undefined &&
      'roles' in found &&
      found.generation?.digest === digest
    );
  }).length;
  const out = outOfService(unreachable, input);
  const outHere = input.nodes.filter((node) => node.tier === tier && out.has(node.name)).length;
  const room = Math.max(0, input.policy.maxUnavailable - outHere);
  const live = ours.filter((each) => !each.fresh);
  const first = done < input.policy.canary ? live.slice(0, input.policy.canary - done) : live;
  const harmless = first.filter((each) => !each.interrupts || out.has(each.node));
  return [
    ...ours.filter((each) => each.fresh),
    ...harmless,
    ...first.filter((each) => !harmless.includes(each)).slice(0, room),
  ];
}

/** FNV-1a (32 bit) over the parts: a short name for people, not a security measure. */
function planId(parts: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const char of parts.join('\n'))
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

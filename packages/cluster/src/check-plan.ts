/**
 * The invariants of a plan, judged anew from what it is made from and not by the rules that made it. Run by a rollout on every plan before its
 * wave, and in tests.
 */
import { finding } from './check-finding.ts';
import { drainProgress } from './drain.ts';
import type { Cluster, Name, Tier } from './model/intent.ts';
import type { Finding, Plan, Step, Wanted } from './model/plan.ts';
import type { Inventory, Snapshot } from './model/seen.ts';
import { allMembers, nodesOf, tableGroups } from './roles.ts';

export interface CheckedPlan {
  readonly plan: Plan;
  /** The intent that the plan leads to. */
  readonly cluster: Cluster;
  readonly wanted: readonly Wanted[];
  readonly inventory: Inventory;
  /** What is live; undefined where no monitor answers. */
  readonly snapshot?: Snapshot | undefined;
  /** The operator said that a group may lose more than half of its members. */
  readonly force: boolean;
}

/** Every invariant that the plan breaks. Empty: its wave may begin. A plan without a wave breaks none. */
export function checkPlan(checked: CheckedPlan): readonly Finding[] {
  if (checked.plan.wave.length === 0) return [];
  return [
    ...checked.plan.wave.flatMap((step) => stepFindings(checked, step)),
    ...waveFindings(checked),
    ...(checked.force ? [] : [...shrinkFindings(checked), ...deletedFindings(checked)]),
  ];
}

function tierOf({ cluster }: CheckedPlan, name: Name): Tier | undefined {
  return cluster.nodes.find((node) => node.name === name)?.tier;
}

function isFresh({ inventory }: CheckedPlan, name: Name): boolean {
  const found = inventory[name];
  return found !== undefined && 'roles' in found && found.generation === undefined;
}

/** Activating cuts flows on a node where something runs. */
function cutsFlows(checked: CheckedPlan, { node, changes }: Step): boolean {
  if (isFresh(checked, node)) return false;
  const bundles = checked.wanted.find((each) => each.node === node)?.bundles ?? [];
  const changed = new Set(changes.map(({ role }) => role));
  return bundles.some(({ role, hitless }) => changed.has(role) && !hitless);
}

/** Directors, proxies and servers that report: they may hold flows. */
function mayHoldFlows(checked: CheckedPlan, name: Name): boolean {
  const tier = tierOf(checked, name);
  if (tier === 'monitor' || tier === 'routers') return false;
  return checked.snapshot?.reports[name] !== undefined;
}

function stepFindings(checked: CheckedPlan, step: Step): readonly Finding[] {
  const { node, drainFirst } = step;
  const { plan } = checked;
  const found = checked.inventory[node];
  const wanted = checked.wanted.find((each) => each.node === node);
  const findings: Finding[] = [];
  if (wanted === undefined || found === undefined || 'unreachable' in found)
    return [finding('TRI-P016', 'error', `the wave changes ${node}, which nobody has read`)];
  if (wanted.bundles.length === 0 || wanted.bundles.some(({ files }) => files.length === 0))
    findings.push(finding('TRI-P017', 'error', `${node} would get a role without any file`));
  const installed = found.generation?.number ?? 0;
  if (installed > plan.generation.number) {
    const text = `${node} has generation ${installed}, newer than ${plan.generation.number}`;
    findings.push(finding('TRI-P017', 'error', text));
  }
  if (cutsFlows(checked, step) && mayHoldFlows(checked, node) && !drainFirst)
    findings.push(finding('TRI-P014', 'error', `${node} is restarted without being drained first`));
  return findings;
}

function waveFindings(checked: CheckedPlan): readonly Finding[] {
  const { plan, inventory, cluster } = checked;
  const serving = Object.values(inventory).some(
    (found) => 'roles' in found && found.generation !== undefined,
  );
  if (!serving) return [];
  const tiers = [...new Set(plan.wave.map(({ node }) => tierOf(checked, node)))];
  const mixed = finding('TRI-P015', 'error', `one wave changes ${tiers.join(' and ')}`);
  const { maxUnavailable } = cluster.rollout;
  const out = outAlready(checked);
  const tooMany = tiers.flatMap((tier) => {
    const leaving = plan.wave
      .filter((step) => tierOf(checked, step.node) === tier && cutsFlows(checked, step))
      .filter(({ node }) => !out.has(node)).length;
    const gone = cluster.nodes.filter((node) => node.tier === tier && out.has(node.name)).length;
    if (leaving === 0 || leaving + gone <= maxUnavailable) return [];
    const text = `${leaving + gone} nodes of ${tier} would be out of service at once, ${maxUnavailable} may`;
    return [finding('TRI-P013', 'error', text)];
  });
  return [...(tiers.length > 1 ? [mixed] : []), ...tooMany];
}

/** Latched out, or not to be read. */
function outAlready({ snapshot, inventory }: CheckedPlan): ReadonlySet<Name> {
  const latched = Object.values(snapshot?.feed.latches ?? {})
    .filter(({ kind }) => kind !== 'force-up')
    .filter(({ untilMs }) => untilMs === undefined || untilMs > (snapshot?.atMs ?? 0))
    .map(({ target }) => target.slice(target.lastIndexOf('/') + 1));
  const away = Object.keys(inventory).filter((name) => 'unreachable' in (inventory[name] ?? {}));
  return new Set([...latched, ...away]);
}

/** Groups that would lose more than half of the members that they have now. */
function shrinkFindings({ cluster, snapshot }: CheckedPlan): readonly Finding[] {
  if (snapshot === undefined) return [];
  const now = Map.groupBy(allMembers(snapshot.cluster), ({ group }) => group);
  const kept = new Set(allMembers(cluster).map(({ member }) => member));
  return [...now].flatMap(([group, members]) => {
    const left = members.filter(({ member }) => kept.has(member)).length;
    if (left * 2 >= members.length) return [];
    const text = `${members.length - left} of ${members.length} members of ${group} would go at once`;
    return [finding('TRI-P018', 'error', text)];
  });
}

/** Words of `drainProgress` for who carries traffic; the others are for proofs that are still to come. */
const carries: readonly string[] = ['may-receive', 'rows', 'flows'];

/**
 * Nodes that the file names no more and that carry traffic. A deleted director may not read the feed any more, so it does not hear that it is to
 * withdraw, and reals refuse what it tunnels; of a deleted real nobody knows the MAC any more, so packets of its flows are not handed on to it.
 */
function deletedFindings({ cluster, snapshot }: CheckedPlan): readonly Finding[] {
  if (snapshot === undefined) return [];
  const kept = new Set(cluster.nodes.map(({ name }) => name));
  const reals = tableGroups(snapshot.cluster, snapshot.generation).flatMap((group) => group.reals);
  const candidates = [...nodesOf(snapshot.cluster, 'l4'), ...reals].map(({ name }) => name);
  const deleted = [...new Set(candidates)].filter((name) => !kept.has(name));
  return deleted.flatMap((name) => {
    const why = drainProgress(snapshot, name).waits.find(({ word }) => carries.includes(word));
    const text = `${name} is not in the file any more, but ${why?.text}`;
    return why === undefined ? [] : [finding('TRI-P020', 'error', text)];
  });
}

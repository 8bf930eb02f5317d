/** Which members of a group are to own rows now. */
import { withFloor } from '../health/floor.ts';
import { latchOf, type Standing, standingOf } from '../lifecycle.ts';
import type { MemberId, Name } from '../model/intent.ts';
import type { TableGroup } from '../model/role.ts';
import type { NodeReport } from '../model/seen.ts';
import { type Reason, reason } from '../reason.ts';
import { proxyGroup } from '../roles.ts';
import type { WeightedMember } from '../table/quota.ts';
import { currentOf, previousOf } from '../table/word.ts';
import { directorsOf } from './acks.ts';
import type { ConductorView, ConductorWait } from './view.ts';

/** A real of a group as it counts now. */
export interface GroupMember extends Standing {
  readonly id: MemberId;
  readonly name: Name;
  readonly address: string;
  readonly weight: number;
  /** The operator wants it out even if it is the last. */
  readonly forcedDown: boolean;
}

export interface Taking {
  readonly all: readonly GroupMember[];
  /** Those that are to share the rows. Empty: nobody can, so nothing moves. */
  readonly members: readonly WeightedMember[];
  readonly floorHeld: boolean;
  readonly waits: readonly ConductorWait[];
}

/** The reals of a group with admin, health and weight (pools: the servers' weights; proxies: equal). */
export function membersOf(
  view: Pick<ConductorView, 'cluster' | 'feed' | 'wallMs'>,
  group: TableGroup,
): readonly GroupMember[] {
  const pool = view.cluster.pools.find((candidate) => candidate.name === group.group);
  return group.reals.map(({ id, name, address }) => {
    const membership = { member: `${group.group}/${name}`, node: name };
    const latch = latchOf(membership, view.feed.latches, view.wallMs);
    return {
      id,
      name,
      address,
      weight: pool?.servers.find((server) => server.name === name)?.weight ?? 100,
      forcedDown: latch?.kind === 'force-down',
      ...standingOf(membership, view.feed, view.wallMs),
    };
  });
}

const works = (member: GroupMember): boolean => !member.dead && member.health !== 'down';
const isWanted = (member: GroupMember): boolean =>
  (member.admin === 'active' || member.admin === 'filling') && member.weight > 0;

/**
 * Who is to share the rows of a table. Health takes members away down to the floor, never the last; the dead are always passed over while
 * anyone else is there, since nothing can be won by sending to them. An operator's drain waits where it would leave only members that health
 * has given up (unless he forces it). A member that no row names comes in only when it is checked, known to every director that receives,
 * and resolved there.
 */
export function takingOf(
  view: ConductorView,
  group: TableGroup,
  table: { readonly rows: Uint32Array; readonly floorHeld: boolean },
): Taking {
  const all = membersOf(view, group);
  const named = idsNamed(table.rows);
  const waits: ConductorWait[] = [];
  const wait = (member: GroupMember, why: Reason): void => {
    waits.push({ subject: `${group.group}/${member.name}`, why });
  };
  const present = all.filter((member) => isWanted(member) && !member.dead);
  const admitted = present.filter((member) => {
    const why = named[member.id] === 1 ? undefined : notReady(view, group, member);
    if (why !== undefined) wait(member, why);
    return why === undefined;
  });
  const floor = withFloor(
    admitted.map((each) => ({ member: each.name, admin: each.admin, health: each.health })),
    view.cluster.monitor.floor,
    table.floorHeld,
  );
  if (floor.held) {
    waits.push({
      subject: group.group,
      why: reason('floor', `too few of ${group.group} are up, so their health is ignored`),
    });
  }
  const usable = admitted.filter(
    (member) => floor.usable.has(member.name) && (floor.held || member.takesNewFlows),
  );
  const kept = floor.held || usable.length === 0 ? keptDespiteDrain(all, table.rows) : [];
  for (const member of kept)
    wait(
      member,
      reason('last-member', `${member.name} is drained, but nobody is up to take its rows`),
    );
  return { all, members: [...usable, ...kept], floorHeld: floor.held, waits };
}

/** Drained members that work and have rows: they keep them. Where none has rows, all that work. */
function keptDespiteDrain(all: readonly GroupMember[], rows: Uint32Array): readonly GroupMember[] {
  const drained = all.filter(
    (member) => !isWanted(member) && member.weight > 0 && !member.forcedDown && works(member),
  );
  const owners = new Set<MemberId>();
  for (const word of rows) owners.add(currentOf(word));
  const owning = drained.filter((member) => owners.has(member.id));
  return owning.length > 0 ? owning : drained;
}

/** Members of a new table: nothing is checked yet, so only what is known to be bad is left out, and nobody where that is everybody. */
export function bornMembers(view: ConductorView, group: TableGroup): readonly WeightedMember[] {
  const all = membersOf(view, group).filter((member) => member.weight > 0);
  const wanted = all.filter(isWanted);
  const good = wanted.filter(works);
  return [good, wanted, all].find((candidates) => candidates.length > 0) ?? [];
}

/** By id: 1 where a row names it, as either candidate. A flat array: this runs over all rows at every turn. */
function idsNamed(rows: Uint32Array): Uint8Array {
  const named = new Uint8Array(1 << 16);
  for (const word of rows) {
    named[currentOf(word)] = 1;
    named[previousOf(word)] = 1;
  }
  return named;
}

/** Why a member that no row names must not come in yet. */
function notReady(view: ConductorView, group: TableGroup, member: GroupMember): Reason | undefined {
  const { name, id, address } = member;
  if (member.health === 'down') return reason('down', `${name} is down`);
  if (member.health === 'unknown' && isChecked(view, group.group)) {
    return reason('not-checked', `${name} has not answered a check yet`);
  }
  if (!knows(view, name, { group: group.group, id })) {
    return reason('id-not-known', `${name} does not run the generation that names it`);
  }
  for (const director of directorsOf(view)) {
    if (view.feed.receiving[director.name] === undefined) continue;
    if (!knows(view, director.name, { group: group.group, id })) {
      return reason('id-not-known', `${director.name} does not know ${name} yet`);
    }
    if (view.reports[director.name]?.sample.neighbours?.[address] === '') {
      return reason('unresolved', `${director.name} finds no neighbour ${address} (${name})`);
    }
  }
  return undefined;
}

function isChecked(view: ConductorView, group: string): boolean {
  if (group === proxyGroup) return view.cluster.monitor.check.kind !== 'none';
  return view.cluster.pools.find((pool) => pool.name === group)?.check.kind !== 'none';
}

/** Whether a node's programs know the id of a real, by its own report. Nodes that Tricade does not manage need to know none. */
export function knows(
  view: ConductorView,
  node: Name,
  what: { readonly group: string; readonly id: MemberId },
): boolean {
  if (view.cluster.nodes.find((each) => each.name === node)?.managed !== true) return true;
  const report: NodeReport | undefined = view.reports[node];
  if (report === undefined) return false;
  const highest = report.highestIds?.[what.group];
  return highest === undefined
    ? report.version.generation >= view.generation.number
    : highest >= what.id;
}

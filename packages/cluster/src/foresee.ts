/**
 * What a change would do: how many flows it moves and how many it breaks, group by group. Rows are exact: the conductor itself decides on the tables
 * as they stand. What is not known exactly is told as bounds, with the reason.
 */
import type { Capabilities } from './driver.ts';
import { methods, type Unit } from './foresee/methods.ts';
import { type Bounds, movedByNextHop, none } from './foresee/routers.ts';
import { type Live, rowsMoved, rowsOwned, settle, shareInChange } from './foresee/rows.ts';
import { changedFeed, changedMembers, type WhatIf } from './foresee/what-if.ts';
import { withFloor } from './health/floor.ts';
import { standingOf } from './lifecycle.ts';
import type { FeedState, Table } from './model/live.ts';
import { type Reason, reason } from './reason.ts';
import { rememberedGroups } from './roles/groups.ts';
import { allMembers, ecmpGroup, type GroupMember, groupOf, nodesOf } from './roles.ts';

export { everybodyUp } from './foresee/everybody-up.ts';
export type { Bounds } from './foresee/routers.ts';
export type { Live } from './foresee/rows.ts';
export { parseWhatIf, type WhatIf, type WhatIfVerb, whatIfVerbs } from './foresee/what-if.ts';

/** One group that the change touches. */
export interface GroupForesight {
  readonly group: string;
  /** What flows are spread by, and how many of it there are. */
  readonly unit: Unit;
  readonly of: number;
  /** Share of new flows (or requests) that go to somebody else than before. */
  readonly moved: Bounds;
  /** Rows that move, where there are rows. */
  readonly rowsMoved?: number;
  /** Share of established flows that end. */
  readonly broken: Bounds;
  /** Connections that are counted on it now. */
  readonly holds?: number;
  readonly why: Reason;
}

export interface Foresight {
  readonly change: WhatIf;
  readonly groups: readonly GroupForesight[];
  /** Why something would stay as it is, although it was asked for. */
  readonly waits: readonly Reason[];
  /** How the figures were come by, in sentences. */
  readonly method: readonly string[];
  /** The live state once everything has settled. */
  readonly feed: FeedState;
}

export interface ForeseeInput extends Live {
  readonly director: Pick<Capabilities, 'flowMemory' | 'takesOver' | 'schedulers'>;
}

interface Scene extends ForeseeInput {
  readonly change: WhatIf;
  readonly members: readonly GroupMember[];
  readonly after: FeedState;
}

/** Foresees a change of a node or member that is in the cluster. Pure; the same state gives the same figures. */
export function foresee(input: ForeseeInput, change: WhatIf): Foresight {
  const members = changedMembers(input.cluster, change);
  const feed = changedFeed(input.feed, change, members);
  const settled = settle({ ...input, feed });
  const after = { ...feed, tables: settled.tables };
  const scene = { ...input, change, members, after };
  const groups = members.flatMap((each) => groupForesight(scene, each));
  const names = new Set(members.flatMap(({ group, member, node }) => [group, member, node]));
  const waits = settled.waits.filter(({ subject }) => names.has(subject)).map(({ why }) => why);
  const method = [...new Set(groups.map(({ unit }) => methods[unit]))];
  return { change, groups, waits, method, feed: after };
}

function groupForesight(scene: Scene, member: GroupMember): readonly GroupForesight[] {
  if (member.group === 'routers') return [routerForesight(scene, member)];
  if (member.group === ecmpGroup) return [directorForesight(scene, member)];
  const before = scene.feed.tables[member.group];
  const after = scene.after.tables[member.group];
  if (before !== undefined && after !== undefined)
    return [realForesight(scene, member, { before, after })];
  const isPool = scene.cluster.pools.some(({ name }) => name === member.group);
  return isPool ? [serverForesight(scene, member)] : [];
}

/** Nobody here decides what comes to a router: its neighbours do. */
function routerForesight({ cluster, change }: Scene, { node }: GroupMember): GroupForesight {
  const routers = nodesOf(cluster, 'routers').length;
  const shared = { group: 'routers', unit: 'routers', of: routers } as const;
  if (change.verb !== 'off')
    return {
      ...shared,
      moved: none,
      broken: none,
      why: reason('router', `what comes to ${node} is its neighbours’ to decide`),
    };
  const unknown = { least: 0, most: 1 };
  const only = { least: 1, most: 1 };
  if (routers === 1)
    return {
      ...shared,
      moved: none,
      broken: only,
      why: reason('only-router', `${node} is the only way in`),
    };
  const text = `how much comes through ${node}, and whether its neighbours send it to another router, is not known here; routers remember no flow`;
  return { ...shared, moved: unknown, broken: unknown, why: reason('router', text) };
}

/** Routers spread flows anew over the directors that are left; who has the same rows takes them over. */
function directorForesight(scene: Scene, of: GroupMember): GroupForesight {
  const { cluster, feed } = scene;
  const hops = nodesOf(cluster, 'l4').filter(
    ({ name }) => feed.receiving[name] !== undefined || name === of.node,
  ).length;
  return { group: ecmpGroup, unit: 'next hops', of: hops, ...hopFate(scene, of, hops) };
}

/** What becomes of the flows of a group. */
type Fate = Pick<GroupForesight, 'moved' | 'broken' | 'why'>;

function hopFate(scene: Scene, { node, member }: GroupMember, hops: number): Fate {
  const { feed, after, change } = scene;
  const takes = (state: FeedState): boolean => {
    const { admin, dead, health } = standingOf({ member, node }, state, scene.nowMs);
    return admin === 'active' && !dead && health !== 'down';
  };
  const nothing = { moved: none, broken: none };
  const unmoved = (word: string, text: string): Fate => ({ ...nothing, why: reason(word, text) });
  if (takes(feed) === takes(after)) {
    const as = takes(feed) ? 'receives as before' : 'receives nothing, as before';
    return unmoved('no-change', `${node} ${as}`);
  }
  const only = `${node} is the only one that receives`;
  if (hops === 1 && change.verb === 'drain')
    return unmoved('last-director', `${only}: it keeps its leave`);
  const moved = movedByNextHop(scene, node, hops);
  if (moved.most === 0) return unmoved('stands-by', `${node} answers for no VIP: it stands by`);
  if (hops === 1) return { moved, broken: moved, why: reason('last-director', only) };
  return translatedFate(scene, moved) ?? sharedFate(scene, moved);
}

/** Where a service is translated in a way that no other director can go on with; undefined where none is. */
function translatedFate({ cluster, director }: Scene, moved: Fate['moved']): Fate | undefined {
  const bound = cluster.services.filter(
    ({ l4: { mode } }) =>
      (mode === 'dnat' || mode === 'full-nat') && director.takesOver?.includes(mode) !== true,
  );
  if (bound.length === 0) return undefined;
  const names = bound.map(({ name }) => name).join(', ');
  const text = `flows of ${names} are translated, and only the director that translated a flow knows how: those that move are reset`;
  const least = bound.length === cluster.services.length ? moved.least : 0;
  return { moved, broken: { least, most: moved.most }, why: reason('translated', text) };
}

/** Where any director can take over any flow. */
function sharedFate(scene: Scene, moved: Fate['moved']): Fate {
  const { change, director, feed } = scene;
  if (director.schedulers !== undefined) {
    const text = 'directors tell each other their connections; what was not told in time may break';
    return { moved, broken: { least: 0, most: moved.most }, why: reason('kernel', text) };
  }
  const same = 'all directors have the same rows, so a flow that changes director keeps its real';
  const changing = shareInChange(feed, rememberedGroups(scene.cluster, director.flowMemory));
  if (changing === 0) return { moved, broken: none, why: reason('same-rows', same) };
  if (change.verb !== 'off')
    return {
      moved,
      broken: none,
      why: reason('same-rows', `${same}; it waits for rows in change`),
    };
  const text = `${same}; but directors remember flows, and of those on rows in change the newer ones would go to the former owner`;
  const broken = { least: 0, most: moved.most * changing };
  return { moved, broken, why: reason('rows-in-change', text) };
}

/** A real of a forwarding table: its rows go to others, by arm and flip or at once. */
function realForesight(
  scene: Scene,
  of: GroupMember,
  { before, after }: { readonly before: Table; readonly after: Table },
): GroupForesight {
  const { change, generation, director } = scene;
  const size = before.rows.length;
  const rows = rowsMoved(before, after);
  const holds = countOn(scene, of);
  const shared = {
    group: of.group,
    unit: 'rows',
    of: size,
    rowsMoved: rows,
    moved: { least: rows / size, most: rows / size },
    ...(holds === undefined ? {} : { holds }),
  } as const;
  if (director.schedulers !== undefined) return pickedByKernel(scene, of, rows / size);
  if (change.verb === 'off') {
    const { surely, perhaps } = rowsOwned(before, generation.ids[of.member] ?? 0);
    const broken = { least: surely / size, most: (surely + perhaps) / size };
    const text = `the kernel of ${of.node} is gone, and its connections with it; nobody else’s are touched`;
    return { ...shared, broken, why: reason('dead', text) };
  }
  const remembers = rememberedGroups(scene.cluster, director.flowMemory).has(of.group);
  const keeps = remembers
    ? 'directors remember established flows; one that dies before the rows are cleared (130 s at least) breaks newer ones'
    : 'packets of established flows name the former owner, who still takes them';
  const udp = scene.cluster.services.some(
    (service) =>
      groupOf(service) === of.group && service.ports.some(({ protocol }) => protocol !== 'tcp'),
  );
  const best = udp && rows > 0 && !remembers;
  const broken = best ? { least: 0, most: rows / size } : none;
  const text = best
    ? `${keeps}; datagrams are best effort: those of moved rows may change their real`
    : keeps;
  return { ...shared, broken, why: reason(best ? 'best-effort' : 'handed-over', text) };
}

/** Directors whose kernel picks the reals take of a table only who owns any rows: `share` of it is the real's by weight. */
function pickedByKernel(scene: Scene, of: GroupMember, share: number): GroupForesight {
  const holds = countOn(scene, of);
  const moved = { least: share, most: share };
  const { group, node } = of;
  const shared = {
    group,
    unit: 'reals',
    of: allMembers(scene.cluster).filter((each) => each.group === group).length,
    moved,
    ...(holds === undefined ? {} : { holds }),
  } as const;
  if (scene.change.verb === 'off')
    return {
      ...shared,
      broken: moved,
      why: reason('dead', `the kernel of ${node} is gone, and its connections with it`),
    };
  return {
    ...shared,
    broken: none,
    why: reason('kernel', 'the directors’ kernels remember established flows'),
  };
}

/** What a real counts of its own, or what directors remember of it. */
function countOn({ reports }: Scene, { node, member }: GroupMember): number | undefined {
  const own = reports[node]?.sample.ownedSockets;
  if (own !== undefined) return own;
  const counted = Object.values(reports).flatMap(({ sample }) => sample.flows?.[member] ?? []);
  return counted.length === 0 ? undefined : counted.reduce((sum, flows) => sum + flows, 0);
}

/** A server behind proxies: requests are spread by weight. */
function serverForesight(scene: Scene, of: GroupMember): GroupForesight {
  const { cluster, change, feed, after } = scene;
  const pool = cluster.pools.find(({ name }) => name === of.group);
  const [was, is] = [shareOf(scene, feed, of), shareOf(scene, after, of)];
  const holds = countOn(scene, of);
  const share = Math.abs(was - is);
  const shared = {
    group: of.group,
    unit: 'servers',
    of: pool?.servers.length ?? 0,
    moved: { least: share, most: share },
    ...(holds === undefined ? {} : { holds }),
  } as const;
  if (change.verb === 'off' && was > 0)
    return {
      ...shared,
      broken: { least: 0, most: was },
      why: reason(
        'dead',
        `requests that ${of.node} had not answered fail, or are sent again to another server`,
      ),
    };
  const sticky = cluster.services.some(
    ({ l7 }) => l7?.pool === of.group && l7.stickiness.kind === 'cookie',
  );
  const text = `connections and requests under way stay${sticky ? '; clients whose cookie names it still go there' : ''}`;
  return { ...shared, broken: none, why: reason('kept', text) };
}

/** Share of a pool's new requests that a server gets, by weight. */
function shareOf({ cluster, nowMs }: Scene, feed: FeedState, of: GroupMember): number {
  const weights = new Map(
    cluster.pools
      .find(({ name }) => name === of.group)
      ?.servers.map(({ name, weight }) => [name, weight]),
  );
  const standings = allMembers(cluster)
    .filter(({ group }) => group === of.group)
    .map(({ member, node }) => ({ member, node, ...standingOf({ member, node }, feed, nowMs) }));
  const { usable } = withFloor(standings, cluster.monitor.floor);
  const weight = (each: { readonly member: string; readonly node: string }): number =>
    usable.has(each.member) ? (weights.get(each.node) ?? 0) : 0;
  const total = standings.reduce((sum, each) => sum + weight(each), 0);
  const own = standings.find(({ member }) => member === of.member);
  return total === 0 || own === undefined ? 0 : weight(own) / total;
}

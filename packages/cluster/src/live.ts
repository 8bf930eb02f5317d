/** Feed state → the whole live state of each role of a node. Pure: agents and the monitor compute the same. */
import { withFloor } from './health/floor.ts';
import { type Standing, standingOf } from './lifecycle.ts';
import type { Cluster, Generation, Name } from './model/intent.ts';
import type {
  DirectorLive,
  FeedState,
  ProxyLive,
  RealLive,
  ReceiverLive,
  RouterLive,
  ServerState,
  SpeakerLive,
} from './model/live.ts';
import type { DirectorState, Gateways, ReceiverState, RoleStates } from './model/role.ts';
import {
  allVipPrefixes,
  answersArp,
  ecmpGroup,
  holderOf,
  nodeNamed,
  nodesOf,
  sharedLeg,
  tableGroups,
} from './roles.ts';

/** What a node knows when it computes its live state. */
export interface LiveInput {
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly feed: FeedState;
  /** `feed`: heard since boot. `disk`: last good state of a node that booted without a feed. */
  readonly origin: 'feed' | 'disk';
  /** Wall clock, for latches that end. */
  readonly nowMs: number;
}

/** Steps that this node has applied and read back, by group. */
export type AckedSteps = Readonly<Record<string, { readonly step: number }>>;

function standing(input: LiveInput, group: string, name: Name): Standing {
  return standingOf({ member: `${group}/${name}`, node: name }, input.feed, input.nowMs);
}

/** Addresses of directors that must not be used. While nobody has leave to receive, nothing is fenced: the last next hop is never taken away. */
export function routerLive(input: LiveInput): RouterLive {
  const { cluster, feed } = input;
  const directors = nodesOf(cluster, 'l4');
  if (!directors.some((director) => feed.receiving[director.name] !== undefined))
    return { fenced: [] };
  const routers = nodesOf(cluster, 'routers');
  const fenced = directors.filter((director) => feed.receiving[director.name] === undefined);
  return { fenced: fenced.flatMap((director) => sharedLeg(director, routers)?.addresses ?? []) };
}

/**
 * A director announces every VIP once it has leave and has acked the steps named in it; booted from its disk, as the last resort only. Where VIPs are answered by
 * ARP only one of those that have leave does.
 */
export function speakerLive(input: LiveInput, node: Name, acked: AckedSteps): SpeakerLive {
  const leave = input.feed.receiving[node];
  const loaded = Object.keys(input.feed.tables).length > 0;
  const ready =
    leave !== undefined &&
    Object.entries(leave.steps).every(([group, step]) => (acked[group]?.step ?? 0) >= step);
  const lastResort = input.origin === 'disk' && loaded;
  const waits = answersArp(input.cluster) && holderOf(input.cluster, input.feed.receiving) !== node;
  const how = lastResort ? 'last-resort' : ready && !waits ? 'up' : 'withdrawn';
  return {
    announcements: Object.fromEntries(allVipPrefixes(input.cluster).map((prefix) => [prefix, how])),
  };
}

/** Rows and reals of every table. `neighbours`: address → MAC; a real whose MAC is unknown is listed without one. */
export function directorLive(
  input: LiveInput,
  neighbours: Readonly<Record<string, string>>,
): DirectorLive {
  const tables: Record<string, DirectorLive['tables'][string]> = {};
  for (const group of tableGroups(input.cluster, input.generation)) {
    const table = input.feed.tables[group.group];
    if (table === undefined) continue;
    const reals = group.reals.map((real): RealLive => {
      const mac = neighbours[real.address];
      const how = standing(input, group.group, real.name);
      return {
        id: real.id,
        name: real.name,
        address: real.address,
        ...(mac ? { mac } : {}),
        ...how,
      };
    });
    tables[group.group] = { step: table.step, rows: table.rows, digest: table.digest, reals };
  }
  return { tables };
}

/** Addresses whose MAC a director must know: of reals, or of the routers that lead to them. */
export function directorNeighbours({
  groups,
  gateways,
}: Pick<DirectorState, 'groups' | 'gateways'>): readonly string[] {
  const addresses = groups.flatMap((group) => group.reals.map((real) => real.address));
  return [...new Set(addresses.flatMap((address) => gateways?.[address] ?? [address]))];
}

/** Routers that reals lie behind, of a node in either role. */
export function gatewaysIn({
  director,
  receiver,
}: Pick<RoleStates, 'director' | 'receiver'>): Gateways {
  return director?.gateways ?? receiver?.socketCheck?.gateways ?? {};
}

/**
 * Neighbours (address → MAC), and what lies behind routers under the MAC of the first of them that is not silent; where all are, of the first that is known. Packets
 * have no memory of the router that took those before them, so nothing of a flow is lost with it.
 */
export function throughGateways(
  neighbours: Readonly<Record<string, string>>,
  gateways: Gateways,
  silent: ReadonlySet<string> = new Set(),
): Readonly<Record<string, string>> {
  const behind = Object.entries(gateways).flatMap(([address, routers]) => {
    const known = routers.filter((router) => neighbours[router] !== undefined);
    const mac = neighbours[known.find((router) => !silent.has(router)) ?? known[0] ?? ''];
    return mac ? [[address, mac] as const] : [];
  });
  return behind.length === 0 ? neighbours : { ...neighbours, ...Object.fromEntries(behind) };
}

/** What of a receiver's state its neighbours matter to. */
type Receiving = Pick<ReceiverState, 'node' | 'returnPaths' | 'socketCheck'>;

/** Of the directors that `state` has ways back through, and of the reals that it may hand packets on to, those whose MAC is known. `macs`: those behind routers among them. */
export function receiverLive(
  state: Receiving,
  macs: Readonly<Record<string, string>>,
): ReceiverLive {
  const known = (addresses: readonly string[]) =>
    Object.fromEntries(
      addresses.flatMap((address) => {
        const mac = macs[address];
        return mac ? [[address, mac] as const] : [];
      }),
    );
  return { directors: known(returnAddresses(state)), reals: known(otherReals(state)) };
}

function returnAddresses({ returnPaths }: Receiving): readonly string[] {
  return returnPaths.flatMap(({ addresses }) => addresses);
}

/** Nobody resolves himself. */
function otherReals({ node, socketCheck }: Receiving): readonly string[] {
  if (socketCheck?.namesSecond !== true) return [];
  return socketCheck.reals.flatMap(({ name, address }) => (name === node ? [] : [address]));
}

/** Addresses whose MAC a receiver must know: of directors, and of other reals or the routers that lead to them. */
export function receiverNeighbours(state: Receiving): readonly string[] {
  const { gateways = {} } = state.socketCheck ?? {};
  const others = otherReals(state).flatMap((address) => gateways[address] ?? [address]);
  return [...new Set([...returnAddresses(state), ...others])];
}

/** Server states of every pool: the dead, whatever is wanted of them; then the operator's word, then health. Where the floor holds, health counts for nothing. */
export function proxyLive(input: LiveInput, node: Name): ProxyLive {
  const { cluster } = input;
  const pools: Record<string, Record<string, { state: ServerState; weight: number }>> = {};
  for (const pool of cluster.pools) {
    const standings = pool.servers.map((server) => ({
      server,
      member: `${pool.name}/${server.name}`,
      ...standing(input, pool.name, server.name),
    }));
    const { usable } = withFloor(standings, cluster.monitor.floor);
    const states: Record<string, { state: ServerState; weight: number }> = {};
    for (const each of standings) {
      const { name, weight } = each.server;
      states[name] = { state: serverState(each, usable.has(each.member)), weight };
    }
    pools[pool.name] = states;
  }
  const tier = nodeNamed(cluster, node).tier;
  const own = standing(input, tier === 'l7' ? 'l7' : ecmpGroup, node).admin;
  return { draining: own === 'draining' || own === 'inactive', pools };
}

function serverState({ admin, dead }: Standing, usable: boolean): ServerState {
  if (dead && !usable) return 'dead';
  if (admin === 'draining') return 'drain';
  if (admin === 'inactive' || !usable) return 'maint';
  return 'ready';
}

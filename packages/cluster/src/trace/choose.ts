/** Who could take a flow at each tier, and why. */
import { flowHash, type HashKind, keyBytes, rowOf } from '../hash.ts';
import { withFloor } from '../health/floor.ts';
import { contains, parsePrefix } from '../ip.ts';
import { standingOf } from '../lifecycle.ts';
import type { Choice, Flow } from '../model/flow.ts';
import type { Cluster, ClusterNode, Name, Service } from '../model/intent.ts';
import type { TableGroup } from '../model/role.ts';
import { type Reason, reason } from '../reason.ts';
import {
  answersArp,
  groupOf,
  holderOf,
  nodesOf,
  sharedLeg,
  tableGroups,
  vipPrefix,
} from '../roles.ts';
import { schedulerTable } from '../schedulers.ts';
import type { TraceInput } from './input.ts';

/** One tier's choice: the node the trace goes on with, all that it could have been, and why. */
export interface Chosen {
  readonly node: ClusterNode;
  readonly choice: Choice;
  readonly why: Reason;
}

/** Nobody takes it, and why. */
export interface Refused {
  readonly none: Reason;
}

/** The service that a flow is for, or why there is none. */
export function serviceOf(cluster: Cluster, flow: Flow): { readonly service: Service } | Refused {
  const addressed = cluster.services.filter((service) =>
    service.vips.some((vip) => contains(vipPrefix(vip), flow.destinationAddress)),
  );
  if (addressed.length === 0)
    return { none: reason('no-service', `no service has the address ${flow.destinationAddress}`) };
  const service = narrowest(addressed, flow);
  if (service === undefined) {
    const names = addressed.map((each) => each.name).join(', ');
    return {
      none: reason(
        'no-port',
        `${names} at ${flow.destinationAddress} does not listen on ${flow.destinationPort}/${flow.protocol}`,
      ),
    };
  }
  return { service };
}

/** The service that takes a flow: of the narrowest VIP, and there by port before all ports of the protocol, and those before any protocol. */
function narrowest(addressed: readonly Service[], flow: Flow): Service | undefined {
  const candidates = addressed.flatMap((service) => {
    const lengths = service.vips
      .map(vipPrefix)
      .filter((prefix) => contains(prefix, flow.destinationAddress))
      .map((prefix) => parsePrefix(prefix)?.length ?? 0);
    const fits = service.ports.flatMap(({ protocol, port }) => {
      if (protocol === 'any') return [0];
      if (protocol !== flow.protocol) return [];
      return port === 0 ? [1] : port === flow.destinationPort ? [2] : [];
    });
    return fits.map((fit) => ({ service, length: Math.max(...lengths), fit }));
  });
  return candidates.toSorted((one, other) => other.length - one.length || other.fit - one.fit)[0]
    ?.service;
}

/** Narrows a choice to the one that took the flow; a taken node that is no candidate is a "no". */
function pick(
  candidates: readonly ClusterNode[],
  taken: Name | undefined,
  why: Reason,
): Chosen | Refused {
  const names = candidates.map((node) => node.name);
  const node = taken === undefined ? candidates[0] : candidates.find((each) => each.name === taken);
  if (node === undefined) {
    const text =
      taken === undefined
        ? 'nobody can take it'
        : `${taken} took it, but only ${names.join(', ') || 'nobody'} could`;
    return { none: reason('no-candidate', `${text} (${why.text})`, why.source) };
  }
  const choice: Choice =
    names.length === 1 ? { kind: 'exact', node: node.name } : { kind: 'one-of', nodes: names };
  return { node, choice, why };
}

/** The router on the client's network: the one that took the flow, or the first. */
export function routerOf({ cluster, client, taken }: TraceInput): ClusterNode | undefined {
  const routers = nodesOf(cluster, 'routers').filter((node) =>
    node.legs.some((leg) => leg.network === client.network),
  );
  return routers.find((node) => node.name === taken?.router) ?? routers[0];
}

/** Routers that could carry a reply of `from` to the client: which of them is its default gateway is its own affair. */
export function chooseReturn(
  { cluster, client, taken }: TraceInput,
  from: { readonly node: ClusterNode; readonly entry: ClusterNode; readonly why: Reason },
): Chosen {
  const routers = nodesOf(cluster, 'routers').filter(
    (router) =>
      router.legs.some((leg) => leg.network === client.network) &&
      sharedLeg(router, [from.node]) !== undefined,
  );
  const node = routers.find(({ name }) => name === taken?.replyRouter) ?? routers[0] ?? from.entry;
  const nodes = routers.map(({ name }) => name);
  const choice: Choice =
    nodes.length > 1 ? { kind: 'one-of', nodes } : { kind: 'exact', node: node.name };
  return { node, choice, why: from.why };
}

/** A director with leave to receive (without a feed, any); undefined in a cluster without directors. */
export function chooseDirector(input: TraceInput): Chosen | Refused | undefined {
  const { cluster, feed, taken } = input;
  const all = nodesOf(cluster, 'l4');
  if (all.length === 0) return undefined;
  const able = all.filter(({ name }) => feed === undefined || feed.receiving[name]);
  if (answersArp(cluster)) return chooseHolder(input, able);
  const directors = able;
  const why =
    directors.length === 1
      ? reason('only-next-hop', 'the only director that announces')
      : reason(
          'ecmp',
          `ECMP over ${directors.length} next hops (hash ${cluster.routers.ecmp.hash})`,
        );
  return pick(directors, taken?.director, why);
}

/** Why no director lets the flow's source in: the narrowest prefix of the deny list that holds it. */
export function deniedBy({ cluster, flow }: TraceInput): Reason | undefined {
  const holders =
    cluster.l4.guard?.deny?.filter((cidr) => contains(cidr, flow.sourceAddress)) ?? [];
  const lengthOf = (cidr: string) => parsePrefix(cidr)?.length ?? 0;
  const [cidr] = holders.sort((one, other) => lengthOf(other) - lengthOf(one));
  return cidr === undefined ? undefined : reason('denied', `dropped: denied by ${cidr}`);
}

/** By ARP or ND: one director answers; without a feed any may be that one. */
function chooseHolder(
  { cluster, feed, taken }: TraceInput,
  able: readonly ClusterNode[],
): Chosen | Refused {
  const holder = feed && holderOf(cluster, feed.receiving);
  const directors = feed === undefined ? able : able.filter(({ name }) => name === holder);
  const why = reason('answers-arp', 'the director that answers for the VIP on this segment');
  return pick(directors, taken?.director, why);
}

/** Without directors: any proxy that owns the VIP. */
export function chooseOwner({ cluster, taken }: TraceInput): Chosen | Refused {
  const why = reason('owns-vip', 'the proxy that answers for the VIP');
  return pick(nodesOf(cluster, 'l7'), taken?.real, why);
}

/** The director's kernel picks: rows only say who takes new flows. */
function kernelChoice(
  input: TraceInput,
  { l4 }: Service,
  { group, rows }: { readonly group: TableGroup; readonly rows: Uint32Array },
): Chosen | Refused {
  const taking = new Set(Array.from(rows, (word) => word & 0xffff));
  const names = group.reals.filter(({ id }) => taking.has(id)).map(({ name }) => name);
  const by = l4.scheduler === undefined ? 'its scheduler' : schedulerTable[l4.scheduler];
  return pick(
    input.cluster.nodes.filter((node) => names.includes(node.name)),
    input.taken?.real,
    reason(
      'kernel-picks',
      `the director’s kernel picks by ${by} among ${names.length} that take new flows`,
    ),
  );
}

function hashOf(
  { flow, kind }: Pick<TraceInput, 'flow'> & { readonly kind: HashKind },
  service: Service,
  { hashKey }: Pick<TableGroup, 'hashKey'>,
): number {
  const { sourceAddress, destinationAddress, sourcePort, destinationPort } = flow;
  const isAny = service.ports.some((port) => port.protocol === 'any');
  const ports = isAny ? {} : { sourcePort, destinationPort };
  return flowHash(
    { kind, key: keyBytes(hashKey), affinity: service.affinity },
    { sourceAddress, destinationAddress, ...ports },
  );
}

/** The flow's hash; undefined where nothing is known of the cluster but its file, or the director's kernel hashes by its own ways. */
function knownHash(input: TraceInput, service: Service): number | undefined {
  const { flowHash: kind } = input.director;
  if (input.feed === undefined || kind === undefined) return undefined;
  return hashOf({ flow: input.flow, kind }, service, input.generation);
}

/** The hash by which directors find the row of a flow; undefined where no service takes it, or as in `knownHash`. */
export function directorHash(input: TraceInput): number | undefined {
  const found = serviceOf(input.cluster, input.flow);
  return 'none' in found ? undefined : knownHash(input, found.service);
}

/** The real that the forwarding table gives the flow to: exact where the row is known. */
export function chooseReal(input: TraceInput, service: Service): Chosen | Refused {
  const group = tableGroups(input.cluster, input.generation).find(
    (each) => each.group === groupOf(service),
  );
  const names = group?.reals.map((real) => real.name) ?? [];
  const nodes = input.cluster.nodes.filter((node) => names.includes(node.name));
  const table = group && input.feed?.tables[group.group];
  if (group !== undefined && table !== undefined && input.director.flowHash === undefined)
    return kernelChoice(input, service, { group, rows: table.rows });
  if (group === undefined || table === undefined || input.director.flowHash === undefined) {
    return pick(
      nodes,
      input.taken?.real,
      reason('row-unknown', `the forwarding table of ${groupOf(service)} is not known here`),
    );
  }
  const hash = hashOf({ ...input, kind: input.director.flowHash }, service, group);
  const row = rowOf(hash, table.rows.length);
  const word = table.rows[row] ?? 0;
  const nameOf = (id: number): Name | undefined => group.reals.find((real) => real.id === id)?.name;
  const current = nameOf(word & 0xffff);
  const previous = nameOf((word >>> 16) & 0x7fff);
  const why = reason(
    'row',
    `row ${row} of ${table.rows.length} (step ${table.step}) lists ${current ?? 'nobody'}${previous === undefined ? '' : `, before it ${previous}`}`,
  );
  return pick(
    nodes.filter((node) => node.name === current),
    input.taken?.real,
    why,
  );
}

/** Servers of a pool that take new requests now; the balancer's own choice among them is not predicted. */
export function chooseServer(input: TraceInput, poolName: Name): Chosen | Refused {
  const { cluster, feed } = input;
  const pool = cluster.pools.find((each) => each.name === poolName);
  const standings = (pool?.servers ?? []).map((server) => {
    const member = `${poolName}/${server.name}`;
    return {
      member,
      name: server.name,
      ...standingOf(
        { member, node: server.name },
        feed ?? { latches: {}, health: {} },
        input.nowMs,
      ),
    };
  });
  const { usable } = withFloor(standings, cluster.monitor.floor);
  const names = standings.filter((each) => usable.has(each.member)).map((each) => each.name);
  const nodes = cluster.nodes.filter((node) => names.includes(node.name));
  return pick(
    nodes,
    input.taken?.server,
    reason(
      'balanced',
      `${pool?.balance ?? 'roundrobin'} over ${names.length} of ${standings.length} servers of pool ${poolName}`,
    ),
  );
}

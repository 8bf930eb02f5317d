/** What a trace is computed from, and who could take the flow at each tier. */

import type { Capabilities } from '../driver.ts';
import { flowHash, keyBytes, rowOf } from '../hash.ts';
import { withFloor } from '../health/floor.ts';
import { contains, sameFamily } from '../ip.ts';
import { standingOf } from '../lifecycle.ts';
import type { Choice, Flow } from '../model/flow.ts';
import type { Cluster, ClusterNode, Generation, Name, Service } from '../model/intent.ts';
import type { FeedState } from '../model/live.ts';
import { type Answer, no, type Reason, reason, yes } from '../reason.ts';
import { groupOf, nodesOf, sharedLeg, tableGroups, vipPrefix } from '../roles.ts';

export interface TraceInput {
  readonly cluster: Cluster;
  readonly generation: Generation;
  /** What is live; undefined: the file alone, every member counts as up and no row is known. */
  readonly feed?: FeedState;
  readonly nowMs: number;
  /** MAC of a node's leg, opaque text; undefined where nobody knows it. */
  readonly macOf: (node: Name, network: Name) => string | undefined;
  /** Source MAC that the director's driver writes in DSR, and the hash that it computes. */
  readonly director: Pick<Capabilities, 'dsrSourceMac' | 'flowHash'>;
  readonly client: TraceClient;
  readonly flow: Flow;
  /** Members known to have taken the flow (from a capture); each must be among the candidates. */
  readonly taken?: Taken;
}

/** Where the client's packets enter: a host on one of the networks, or somewhere behind the first router. */
export interface TraceClient {
  readonly name: string;
  readonly network: Name;
}

export interface Taken {
  readonly router?: Name;
  readonly director?: Name;
  readonly real?: Name;
  readonly server?: Name;
}

/** One tier's choice: the node the trace goes on with, all that it could have been, and why. */
export interface Chosen {
  readonly node: ClusterNode;
  readonly choice: Choice;
  readonly why: Reason;
}

/** The service that a flow is for, or why there is none. */
export function serviceOf(
  cluster: Cluster,
  flow: Flow,
): { readonly service: Service } | { readonly none: Reason } {
  const addressed = cluster.services.filter((service) =>
    service.vips.some((vip) => contains(vipPrefix(vip), flow.destinationAddress)),
  );
  if (addressed.length === 0)
    return { none: reason('no-service', `no service has the address ${flow.destinationAddress}`) };
  const service = addressed.find((each) =>
    each.ports.some(
      (port) =>
        (port.protocol === flow.protocol || port.protocol === 'any') &&
        (port.port === flow.destinationPort || port.port === 0),
    ),
  );
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

/** Narrows a choice to the one that took the flow; a taken node that is no candidate is a "no". */
export function pick(
  candidates: readonly ClusterNode[],
  taken: Name | undefined,
  why: Reason,
): Chosen | { readonly none: Reason } {
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

/** Directors that announce: those with leave to receive; without a feed, all. */
export function announcing(input: TraceInput): readonly ClusterNode[] {
  const directors = nodesOf(input.cluster, 'l4');
  const { feed } = input;
  return feed === undefined
    ? directors
    : directors.filter((node) => feed.receiving[node.name] !== undefined);
}

/** The real that the forwarding table gives the flow to: exact where the row is known. */
export function chooseReal(
  input: TraceInput,
  service: Service,
): Chosen | { readonly none: Reason } {
  const group = tableGroups(input.cluster, input.generation).find(
    (each) => each.group === groupOf(service),
  );
  const names = group?.reals.map((real) => real.name) ?? [];
  const nodes = input.cluster.nodes.filter((node) => names.includes(node.name));
  const table = group && input.feed?.tables[group.group];
  if (group === undefined || table === undefined || input.director.flowHash === undefined) {
    return pick(
      nodes,
      input.taken?.real,
      reason('row-unknown', `the forwarding table of ${groupOf(service)} is not known here`),
    );
  }
  const ports = service.ports.some((port) => port.protocol === 'any')
    ? {}
    : { sourcePort: input.flow.sourcePort, destinationPort: input.flow.destinationPort };
  const hash = flowHash(
    { kind: input.director.flowHash, key: keyBytes(group.hashKey), affinity: service.affinity },
    {
      sourceAddress: input.flow.sourceAddress,
      destinationAddress: input.flow.destinationAddress,
      ...ports,
    },
  );
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
export function chooseServer(
  input: TraceInput,
  poolName: Name,
): Chosen | { readonly none: Reason } {
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

/** Two nodes meet on a network, or a router stands between them. */
export function meet(one: ClusterNode, other: ClusterNode): Answer {
  return sharedLeg(one, [other]) === undefined
    ? no('no-shared-network', `${one.name} and ${other.name} share no network`)
    : yes;
}

/** The node's address on `network` with the family of `like`. */
export function addressOn(node: ClusterNode, network: Name, like: string): string | undefined {
  return sameFamily(node.legs.find((leg) => leg.network === network)?.addresses ?? [], like);
}

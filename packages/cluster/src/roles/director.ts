/** Directors, and what takes the packets that they hand on. */
import { ipFamily } from '../ip.ts';
import type { Cluster, ClusterNode, Generation, Name, Service } from '../model/intent.ts';
import type {
  Blob,
  BpfFiles,
  DirectorState,
  ReceivedTable,
  ReceiverState,
  WayOut,
} from '../model/role.ts';
import { answersOf } from './answers.ts';
import { directorLeg, otherArms, outerAddresses } from './arms.ts';
import { gatewaysOf } from './gateways.ts';
import { flowHashByDriver, groupOf, tableGroups } from './groups.ts';
import { nodesOf, sharedLeg } from './nodes.ts';
import { returnPaths } from './return-paths.ts';
import { segmentCaps } from './segment-caps.ts';
import { socketCheck } from './socket-check.ts';
import { vxlanEnd } from './tunnels.ts';
import { arrivesForVip, prefixLength } from './vips.ts';
import { waysOut } from './ways-out.ts';

/** Files of the BPF data plane as they travel to hosts: the helper, and an object for each side. */
export interface BpfPayload {
  readonly helper: Blob;
  readonly director: Blob;
  /** What proxies check their sockets and take tunnels off with. */
  readonly proxy: Blob;
}

interface Of {
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly bpf?: BpfPayload | undefined;
}

/** Position of a director in the order of the file, 0–255; a director more than that shares a number, which names it in tags only. */
export function directorNumber(cluster: Cluster, name: Name): number {
  return (
    Math.max(
      nodesOf(cluster, 'l4').findIndex((node) => node.name === name),
      0,
    ) % 256
  );
}

function filesOf(bpf: BpfPayload | undefined, side: 'director' | 'proxy'): { bpf?: BpfFiles } {
  return bpf === undefined ? {} : { bpf: { helper: bpf.helper, object: bpf[side] } };
}

export function directorState({ cluster, generation, bpf }: Of, node: ClusterNode): DirectorState {
  const leg = directorLeg(cluster, node);
  const groups = tableGroups(cluster, generation);
  const gateways = gatewaysOf(cluster, node, groups);
  const arms = otherArms(cluster, node, groups);
  return {
    node: node.name,
    self: directorNumber(cluster, node.name),
    device: leg?.device ?? 'lo',
    addresses: outerAddresses(cluster, node),
    ...(arms.length === 0 ? {} : { arms }),
    legs: node.legs.map(({ device, addresses }) => ({ device, addresses })),
    services: cluster.services.flatMap((service) =>
      service.vips.map((vip) => ({
        service: service.name,
        vip,
        ports: service.ports,
        mode: service.l4.mode,
        listen: service.listen,
        affinity: service.affinity,
        group: groupOf(service),
        ...(service.l4.scheduler === undefined ? {} : { scheduler: service.l4.scheduler }),
        ...(service.l4.onePacket === undefined ? {} : { onePacket: service.l4.onePacket }),
        ...(service.l4.quic === undefined ? {} : { quic: service.l4.quic }),
      })),
    ),
    groups,
    ...(Object.keys(gateways).length === 0 ? {} : { gateways }),
    ...(cluster.services.some(isTranslated) ? outOf(waysOut(cluster, node, leg)) : {}),
    ...(tracksFlows(cluster) ? roomOf(cluster) : {}),
    ...(cluster.l4.tunnel === undefined ? {} : { tunnel: cluster.l4.tunnel }),
    ...(cluster.l4.sample === undefined ? {} : { sample: cluster.l4.sample }),
    ...(cluster.l4.guard === undefined ? {} : { guard: cluster.l4.guard }),
    ...filesOf(bpf, 'director'),
  };
}

/** Answers come back to the director, and go out to clients from there. */
function isTranslated({ l4: { mode } }: Service): boolean {
  return mode === 'dnat' || mode === 'full-nat';
}

/** nft translates in the kernel's connection tracking, xdp by a memory of its own; IPVS keeps flows elsewhere. */
function tracksFlows({ l4, services }: Cluster): boolean {
  return l4.driver !== 'ipvs' && services.some(isTranslated);
}

function outOf(ways: readonly WayOut[]): Pick<DirectorState, 'waysOut'> {
  return ways.length === 0 ? {} : { waysOut: ways };
}

function roomOf({ l4: { trackedFlows } }: Cluster): Pick<DirectorState, 'trackedFlows'> {
  return trackedFlows === undefined ? {} : { trackedFlows };
}

/** Services whose packets directors bring to this node. */
function receivedServices(cluster: Cluster, node: ClusterNode): readonly Service[] {
  if (node.tier === 'l7') return cluster.services.filter((service) => service.l7 !== undefined);
  const pools = new Set(
    cluster.pools
      .filter((pool) => pool.servers.some((server) => server.name === node.name))
      .map((pool) => pool.name),
  );
  return cluster.services.filter(
    ({ l4, l7 }) => l7 === undefined && l4.pool !== undefined && pools.has(l4.pool),
  );
}

/** Of a proxy, or of a server: a server behind proxies only receives nothing from directors. */
export function receiverState({ cluster, generation, bpf }: Of, node: ClusterNode): ReceiverState {
  const directors = nodesOf(cluster, 'l4');
  const services = receivedServices(cluster, node);
  const leg = sharedLeg(node, directors) ?? node.legs[0];
  const tunnelled = services.filter(({ l4 }) => l4.mode === 'tunnel').map(groupOf);
  const vxlan = vxlanEnd({ cluster, generation }, node, new Set(tunnelled));
  const comesBack = services.some(({ l4 }) => l4.mode === 'dnat');
  const caps = segmentCaps(cluster, node, services);
  const addresses = leg?.addresses ?? [];
  const check = socketCheck({ cluster, generation }, { node, services, addresses });
  return {
    node: node.name,
    device: leg?.device ?? 'lo',
    vips: [...new Set(services.filter(arrivesForVip).flatMap((service) => service.vips))],
    modes: [...new Set(services.map((service) => service.l4.mode))],
    directors: directors.flatMap((director) => director.legs.flatMap((each) => each.addresses)),
    ...(vxlan === undefined ? {} : { vxlan }),
    ...(caps.length === 0 ? {} : { segmentCaps: caps }),
    returnPaths: comesBack ? returnPaths(directors, leg) : [],
    ...(services.some(arrivesForVip) ? outOf(waysOut(cluster, node, leg)) : {}),
    ...(comesBack ? roomOf(cluster) : {}),
    tables: receivedTables({ cluster, generation }, services),
    ...standsFor({ cluster, generation }, { node, services }),
    ...quicIds({ cluster, generation }, { node, services }),
    ...(check === undefined ? {} : { socketCheck: check, ...filesOf(bpf, 'proxy') }),
  };
}

/** Left out where no service speaks QUIC. */
function quicIds(
  { cluster, generation }: Of,
  { node, services }: { readonly node: ClusterNode; readonly services: readonly Service[] },
): Pick<ReceiverState, 'quicIds'> {
  const tables = tableGroups(cluster, generation);
  const ids = services.flatMap((service) => {
    const table = tables.find(({ group }) => group === groupOf(service));
    const own = table?.reals.find(({ name }) => name === node.name);
    return service.l4.quic && own !== undefined ? [{ service: service.name, id: own.id }] : [];
  });
  return ids.length === 0 ? {} : { quicIds: ids };
}

/** Where a translated flow's socket still says which VIP was asked. Left out where none does. */
function standsFor(
  { cluster, generation }: Of,
  { node, services }: { readonly node: ClusterNode; readonly services: readonly Service[] },
): Pick<ReceiverState, 'standsFor'> {
  const tables = tableGroups(cluster, generation);
  const { isToldByPort } = answersOf(cluster);
  const all = services.flatMap((service) => {
    const table = tables.find(({ group }) => group === groupOf(service));
    const own = table?.reals.find(({ name }) => name === node.name)?.addresses ?? [];
    return service.vips.flatMap((vip) => {
      const address = own.find((each) => ipFamily(each) === ipFamily(vip));
      const isTold = address !== undefined && isToldByPort(service, vip);
      return isTold ? [{ vip, address, ports: service.ports }] : [];
    });
  });
  return all.length === 0 ? {} : { standsFor: all };
}

/** Tables all of whose services can be told from the sockets here: only then these show what the director hashed. */
function receivedTables(
  { cluster, generation }: Of,
  services: readonly Service[],
): readonly ReceivedTable[] {
  const flowHash = flowHashByDriver[cluster.l4.driver];
  if (flowHash === undefined) return [];
  const { isToldByPort } = answersOf(cluster);
  return tableGroups(cluster, generation).flatMap(({ group, size, hashKey }) => {
    const own = services.filter((service) => groupOf(service) === group);
    const isTold = (each: Service) =>
      arrivesForVip(each) || each.vips.every((vip) => isToldByPort(each, vip));
    if (own.length === 0 || !own.every(isTold)) return [];
    const rules = own
      .flatMap(({ vips, ports, affinity }) => vips.map((vip) => ({ vip, ports, affinity })))
      .toSorted((one, other) => prefixLength(other.vip) - prefixLength(one.vip));
    return [{ group, size, hashKey, flowHash, services: rules }];
  });
}

/** What a receiver needs to tell by its sockets whose a packet is, and to take tunnels off. */
import type { Address, Cluster, ClusterNode, Generation, Service } from '../model/intent.ts';
import type { SocketCheck } from '../model/role.ts';
import { gatewaysOf } from './gateways.ts';
import { groupOf, tableGroups } from './groups.ts';
import { encapsulationOf } from './tunnels.ts';
import { arrivesForVip } from './vips.ts';

interface Receiving {
  readonly node: ClusterNode;
  /** Services whose packets directors bring here. */
  readonly services: readonly Service[];
  /** Of the device where they come in. */
  readonly addresses: readonly Address[];
}

/** Directors of xdp remember no TCP flow: their packets name a second candidate, and only the receivers' sockets tell which of the two has the flow. */
function namesSecond(cluster: Pick<Cluster, 'l4'>): boolean {
  return cluster.l4.driver === 'xdp';
}

/** Packets come in an outer IP header, with or without GUE: the program takes it off. Other tunnels end at devices. */
function comesInIp({ l4 }: Pick<Cluster, 'l4'>, service: Service): boolean {
  return service.l4.mode === 'tunnel' && encapsulationOf(l4) !== 'vxlan';
}

/** True where receivers run a program: their directors name second candidates, or send IP in IP. */
export function needsSocketCheck(cluster: Pick<Cluster, 'l4' | 'services'>): boolean {
  const arriving = cluster.services.filter(arrivesForVip);
  if (namesSecond(cluster)) return arriving.length > 0;
  return arriving.some((service) => comesInIp(cluster, service));
}

/** Undefined where nothing arrives here that would need it. */
export function socketCheck(
  { cluster, generation }: { readonly cluster: Cluster; readonly generation: Generation },
  { node, services, addresses }: Receiving,
): SocketCheck | undefined {
  const arriving = services.filter(arrivesForVip);
  if (!needsSocketCheck({ l4: cluster.l4, services: arriving })) return undefined;
  const groups = new Set(arriving.map(groupOf));
  const tables = tableGroups(cluster, generation).filter(({ group }) => groups.has(group));
  const reals = new Map(tables.flatMap((table) => table.reals.map((real) => [real.id, real])));
  const gateways = gatewaysOf(cluster, node, tables);
  const { tunnel } = cluster.l4;
  const sources = [tunnel?.sources, tunnel?.accept].filter((cidr) => cidr !== undefined);
  const own = [...reals.values()].find(({ name }) => name === node.name);
  return {
    self: (own?.id ?? 0) % 256,
    addresses,
    takesTunnels: arriving.some((service) => comesInIp(cluster, service)),
    ...(sources.length === 0 ? {} : { sources }),
    namesSecond: namesSecond(cluster),
    reals: [...reals.values()].map(({ id, name, address, addresses: all }) => {
      return { id, name, address, addresses: all };
    }),
    ...(Object.keys(gateways).length === 0 ? {} : { gateways }),
  };
}

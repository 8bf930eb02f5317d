/** VIPs as routers and receivers see them. */
import { parsePrefix } from '../ip.ts';
import type { Address, Cidr, Cluster, Service } from '../model/intent.ts';
import { l4ModeTable } from '../modes.ts';

/** The prefix under which a VIP is routed: /32, /128, or the VIPless prefix itself. */
export function vipPrefix(vip: Address | Cidr): Cidr {
  const prefix = parsePrefix(vip);
  return prefix === undefined ? vip : `${prefix.address}/${prefix.length}`;
}

/** Bits that a VIP fixes: all of an address. The longest is the narrowest. */
export function prefixLength(vip: Address | Cidr): number {
  return parsePrefix(vipPrefix(vip))?.length ?? 0;
}

/** Every prefix that directors may announce, each once, in the order of the services. */
export function allVipPrefixes(cluster: Cluster): readonly Cidr[] {
  return [...new Set(cluster.services.flatMap((service) => service.vips.map(vipPrefix)))];
}

/** True where the receiver itself must carry the VIP: the packet arrives with the VIP as its destination. */
export function arrivesForVip(service: Service): boolean {
  return l4ModeTable[service.l4.mode].vipOnReal;
}

/** What a tunnel puts around a packet, by the director's driver. */
import { addressBytes, ipFamily } from '../ip.ts';
import type {
  Address,
  Cluster,
  ClusterNode,
  Encapsulation,
  Generation,
  L4Driver,
} from '../model/intent.ts';
import type { VxlanEnd } from '../model/role.ts';
import { tableGroups } from './groups.ts';

/** nft can only hand a frame to a device: one that encapsulates by a list of MACs. The others write headers themselves, or their kernel does. */
const encapsulationByDriver: Readonly<Record<L4Driver, Encapsulation>> = {
  xdp: 'ipip',
  nft: 'vxlan',
  ipvs: 'ipip',
};

/** What the file says, else what the driver does by itself. */
export function encapsulationOf({
  driver,
  tunnel,
}: Pick<Cluster['l4'], 'driver' | 'tunnel'>): Encapsulation {
  return tunnel?.encapsulation ?? encapsulationByDriver[driver];
}

/** Family of the outer header: IPv4 for all packets where both ends have it, or always that of the packet inside. */
export const outerFamilyByDriver: Readonly<Record<L4Driver, 'ipv4-first' | 'inner'>> = {
  xdp: 'ipv4-first',
  nft: 'inner',
  ipvs: 'inner',
};

/**
 * Bytes that a packet grows by: outer IPv4 or IPv6 header. VXLAN's have UDP, its own header and the inner Ethernet header besides; GUE's UDP, its own
 * header and one next hop, which a packet of a row in change has.
 */
export const overheadBytes: Readonly<Record<Encapsulation, Readonly<Record<4 | 6, number>>>> = {
  ipip: { 4: 20, 6: 40 },
  gue: { 4: 44, 6: 76 },
  vxlan: { 4: 50, 6: 70 },
};

/** UDP port of GUE (IANA). */
export const guePort = 6080;

/** UDP port of VXLAN (IANA), and a device and network identifier a family: two families cannot share an identifier on one port. */
export const vxlanPort = 4789;
export const vxlanDevices: Readonly<
  Record<4 | 6, { readonly device: string; readonly id: number }>
> = {
  4: { device: 'tricade-vx4', id: 0x54_5204 },
  6: { device: 'tricade-vx6', id: 0x54_5206 },
};

/** A device without an IPv4 address passes no check of the reverse path, not even a loose one (RFC 3704); this one is for nothing else (RFC 3927). */
export const vxlanAnyAddress = '169.254.84.4/32';

/** Arguments of `ip link` for one end of a VXLAN at `local`; peers are told one by one, nothing is learned from what comes in. */
export function vxlanLink(local: Address, mac: string): string {
  const { device, id } = vxlanDevices[ipFamily(local) as 4 | 6];
  return `add ${device} address ${mac} mtu 1500 type vxlan id ${id} local ${local} dstport ${vxlanPort} nolearning`;
}

/**
 * MAC of the device at which a real takes VXLAN off, locally administered: both sides derive it from the real's first address, so that no director has to
 * ask for it. The last four bytes of an address are unique in any network of a cluster.
 */
export function vxlanMac(address: Address): string {
  const bytes = [0x02, 0x54, ...addressBytes(address).slice(-4)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Where VXLAN packets of the directors end on this node, as these know it; undefined where none come. */
export function vxlanEnd(
  { cluster, generation }: { readonly cluster: Cluster; readonly generation: Generation },
  node: ClusterNode,
  groups: ReadonlySet<string>,
): VxlanEnd | undefined {
  if (encapsulationOf(cluster.l4) !== 'vxlan') return undefined;
  const real = tableGroups(cluster, generation)
    .filter(({ group }) => groups.has(group))
    .flatMap(({ reals }) => reals)
    .find(({ name }) => name === node.name);
  return real && { mac: vxlanMac(real.address), addresses: real.addresses };
}

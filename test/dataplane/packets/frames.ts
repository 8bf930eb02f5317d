/** Frames and packets as bytes, made from their fields: what a test says of them, defaults for the rest. Checksums are right unless said otherwise. */
import { addressBytes, ipFamily } from '../../../packages/cluster/src/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export function joined(...parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'));
const u16 = (value: number): readonly number[] => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value)];
export const macBytes = (mac: string): Bytes => unhex(mac.replaceAll(':', ''));

/** RFC 1071. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const [i, byte] of bytes.entries()) sum += i % 2 === 0 ? byte << 8 : byte;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export const protocols = { icmp: 1, ip4: 4, tcp: 6, udp: 17, ip6: 41, gre: 47, icmp6: 58 } as const;

export interface EthernetFields {
  readonly destination: string;
  readonly source: string;
  /** VLAN id. */
  readonly vlan?: number;
  /** Default: by the version of the packet. */
  readonly type?: number;
}
export function ethernet(fields: EthernetFields, packet: Uint8Array): Bytes {
  const type = fields.type ?? ((packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800);
  const tag = fields.vlan === undefined ? [] : [...u16(0x8100), ...u16(fields.vlan)];
  return joined(macBytes(fields.destination), macBytes(fields.source), tag, u16(type), packet);
}

export interface IpFields {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  /** IPv4. */
  readonly id?: number;
  /** IPv4, default true. */
  readonly dontFragment?: boolean;
  /** IPv4: bytes before this piece. */
  readonly offset?: number;
  readonly moreFragments?: boolean;
  /** IPv4: options, a multiple of 4 bytes. IPv6: extension headers, `protocol` is then the first one's. */
  readonly options?: Uint8Array;
  /** IPv6. */
  readonly flowLabel?: number;
  /** What the header says instead of the truth. IPv4: all bytes; IPv6: those behind the header. */
  readonly length?: number;
}
/** Version by the addresses. */
export function ip(fields: IpFields, payload: Uint8Array): Bytes {
  const { source, destination, protocol, options = new Uint8Array() } = fields;
  const addresses = joined(addressBytes(source), addressBytes(destination));
  if (ipFamily(destination) === 6) {
    const length = fields.length ?? options.length + payload.length;
    const first = u32((0x60000000 | (fields.flowLabel ?? 0)) >>> 0);
    return joined(first, u16(length), [protocol, 64], addresses, options, payload);
  }
  const words = 5 + options.length / 4;
  const flags = (fields.dontFragment === false ? 0 : 0x4000) | (fields.moreFragments ? 0x2000 : 0);
  const header = joined(
    [0x40 | words, 0],
    u16(fields.length ?? words * 4 + payload.length),
    u16(fields.id ?? 0),
    u16(flags | ((fields.offset ?? 0) >> 3)),
    [64, protocol, 0, 0],
    addresses,
    options,
  );
  const sum = checksum(header);
  header.set(u16(sum), 10);
  return joined(header, payload);
}

/** The packet with another traffic class: DSCP and ECN. Options of IPv4 have none here. */
export function classed(packet: Uint8Array, trafficClass: number): Bytes {
  const copy = Uint8Array.from(packet);
  if ((copy[0] ?? 0) >> 4 === 6) {
    copy.set([0x60 | (trafficClass >> 4), ((trafficClass & 0xf) << 4) | ((copy[1] ?? 0) & 0xf)]);
    return copy;
  }
  copy[1] = trafficClass;
  copy.set([0, 0], 10);
  copy.set(u16(checksum(copy.subarray(0, 20))), 10);
  return copy;
}

export interface Endpoints {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}
/** Sum over RFC 9293's pseudo header (RFC 8200's for IPv6) and the segment. */
function transportSum({ source, destination }: Endpoints, protocol: number, segment: Uint8Array) {
  const pseudo = joined(
    addressBytes(source),
    addressBytes(destination),
    u32(segment.length),
    u32(protocol),
  );
  return checksum(joined(pseudo, segment));
}

export interface TcpFields extends Endpoints {
  /** Letters of FSRPA. */
  readonly flags: string;
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly payload?: Uint8Array;
}
export function tcp(fields: TcpFields): Bytes {
  const bits = [...fields.flags].reduce((all, flag) => all | (1 << 'FSRPA'.indexOf(flag)), 0);
  const segment = joined(
    u16(fields.sourcePort),
    u16(fields.destinationPort),
    u32(fields.sequence),
    u32(fields.acknowledgement ?? 0),
    [0x50, bits],
    u16(64_000),
    [0, 0, 0, 0],
    fields.payload ?? [],
  );
  segment.set(u16(transportSum(fields, protocols.tcp, segment)), 16);
  return ip({ ...fields, protocol: protocols.tcp }, segment);
}

export interface UdpFields extends Endpoints {
  readonly payload?: Uint8Array;
}
export function udp(fields: UdpFields): Bytes {
  return ip({ ...fields, protocol: protocols.udp }, datagram(fields));
}
/** The datagram without its IP header; `check` false: checksum 0, as in tunnels. */
export function datagram(fields: UdpFields, check = true): Bytes {
  const { payload = new Uint8Array() } = fields;
  const length = 8 + payload.length;
  const ports = [...u16(fields.sourcePort), ...u16(fields.destinationPort)];
  const segment = joined(ports, u16(length), [0, 0], payload);
  if (check) segment.set(u16(transportSum(fields, protocols.udp, segment) || 0xffff), 6);
  return segment;
}

/** An ICMP or ICMPv6 message about `quoted`, a packet that `destination` sent. */
export function icmpError(
  fields: { readonly source: string; readonly destination: string; readonly type: number },
  quoted: Uint8Array,
): Bytes {
  const version = ipFamily(fields.destination);
  const message = joined([fields.type, 0, 0, 0, 0, 0, 0, 0], quoted);
  const protocol = version === 4 ? protocols.icmp : protocols.icmp6;
  const sum =
    version === 4
      ? checksum(message)
      : transportSum({ ...fields, sourcePort: 0, destinationPort: 0 }, protocol, message);
  message.set(u16(sum), 2);
  return ip({ ...fields, protocol }, message);
}

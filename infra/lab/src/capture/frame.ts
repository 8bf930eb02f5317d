/**
 * Headers of an Ethernet frame as plain data: 802.1Q, ARP (RFC 826), IPv4 (RFC 791), IPv6 (RFC 8200), IP in IP (RFC 2003, RFC 2473), TCP
 * (RFC 9293), UDP (RFC 768), VXLAN (RFC 7348), GUE (draft-ietf-intarea-gue), ICMP (RFC 792), ICMPv6 (RFC 4443). Pure; reads no byte that is not there: what is cut off is left out.
 */
import { addressText, type IpHeader, ipHeader } from './ip-header.ts';

export interface Transport {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmp6';
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** TCP: letters of the flags that are set, in the order FSRPAUEC (fin, syn, reset, push, ack, urgent, ECE, CWR). */
  readonly flags?: string;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  /** ICMP and ICMPv6. */
  readonly type?: number;
  readonly code?: number;
  /** Bytes behind the transport header, as the IP header counts them. */
  readonly payloadBytes: number;
}

export interface Packet {
  readonly ip: IpHeader;
  /** Left out for later fragments and protocols that are not read. */
  readonly transport?: Transport;
  /** The packet inside an IP-in-IP tunnel, or inside the frame of a VXLAN. */
  readonly inner?: Packet;
}

export interface Arp {
  readonly operation: 'request' | 'reply' | number;
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
}

export interface Frame {
  readonly sourceMac: string;
  readonly destinationMac: string;
  /** 802.1Q VLAN id. */
  readonly vlan?: number;
  /** Of what is inside the tag, where there is one. */
  readonly etherType: number;
  readonly arp?: Arp;
  readonly packet?: Packet;
}

const vlanTag = 0x8100;
const arpType = 0x0806;

/** Undefined for what is shorter than an Ethernet header. */
export function parseFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < 14) return undefined;
  const view = viewOf(bytes);
  const tagged = view.getUint16(12) === vlanTag && bytes.length >= 18;
  const typeAt = tagged ? 16 : 12;
  const etherType = view.getUint16(typeAt);
  const rest = bytes.subarray(typeAt + 2);
  const arp = etherType === arpType ? parseArp(rest) : undefined;
  const packet = parsePacket(etherType, rest);
  return {
    destinationMac: mac(bytes, 0),
    sourceMac: mac(bytes, 6),
    ...(tagged && { vlan: view.getUint16(14) & 0xfff }),
    etherType,
    ...(arp && { arp }),
    ...(packet && { packet }),
  };
}

function parsePacket(etherType: number, bytes: Uint8Array): Packet | undefined {
  const ip = ipHeader(etherType, bytes);
  if (!ip) return undefined;
  const { headerBytes, ...header } = ip;
  // The frame may be padded (60 bytes at least) or cut: the header's own length counts.
  const payload = bytes.subarray(headerBytes, Math.min(bytes.length, header.lengthBytes));
  if (header.fragmentOffset) return { ip: header };
  const innerType = innerTypes[header.protocol];
  if (innerType !== undefined) {
    const inner = parsePacket(innerType, payload);
    return { ip: header, ...(inner && { inner }) };
  }
  const transport = parseTransport(header.protocol, payload, header.lengthBytes - headerBytes);
  const port = transport?.protocol === 'udp' ? transport.destinationPort : undefined;
  const carried =
    port === vxlanPort ? vxlanInner(payload) : port === guePort ? gueInner(payload) : undefined;
  return { ip: header, ...(transport && { transport }), ...(carried && { inner: carried }) };
}

/** IP protocol numbers of IPv4 and IPv6 inside IP, and the EtherType of what is inside. */
const innerTypes: Readonly<Record<number, number>> = { 4: 0x0800, 41: 0x86dd };

const vxlanPort = 4789;

/** Behind UDP and VXLAN headers of eight bytes each a whole frame (RFC 7348, section 5). */
function vxlanInner(udp: Uint8Array): Packet | undefined {
  if (udp.length < 16 || ((udp[8] ?? 0) & 0x08) === 0) return undefined;
  return parseFrame(udp.subarray(16))?.packet;
}

const guePort = 6080;

/** Behind UDP a header of four bytes and as many words as it says (draft-ietf-intarea-gue, section 3); a control message carries no packet. */
function gueInner(udp: Uint8Array): Packet | undefined {
  const [first = 0, protocol = 0] = udp.subarray(8, 10);
  const innerType = first < 0x20 ? innerTypes[protocol] : undefined;
  if (innerType === undefined) return undefined;
  return parsePacket(innerType, udp.subarray(12 + (first & 0x1f) * 4));
}

function parseTransport(
  protocol: number,
  bytes: Uint8Array,
  lengthBytes: number,
): Transport | undefined {
  const view = viewOf(bytes);
  if (protocol === 6 && bytes.length >= 20) return tcp(view, lengthBytes);
  if (protocol === 17 && bytes.length >= 8)
    return { protocol: 'udp', ...ports(view), payloadBytes: lengthBytes - 8 };
  if ((protocol === 1 || protocol === 58) && bytes.length >= 4)
    return {
      protocol: protocol === 1 ? 'icmp' : 'icmp6',
      type: view.getUint8(0),
      code: view.getUint8(1),
      payloadBytes: lengthBytes - 4,
    };
  return undefined;
}

function tcp(view: DataView, lengthBytes: number): Transport {
  const bits = view.getUint8(13);
  return {
    protocol: 'tcp',
    ...ports(view),
    flags: [...'FSRPAUEC'].filter((_, bit) => bits & (1 << bit)).join(''),
    sequence: view.getUint32(4),
    acknowledgement: view.getUint32(8),
    payloadBytes: lengthBytes - (view.getUint8(12) >> 4) * 4,
  };
}

function ports(view: DataView): { sourcePort: number; destinationPort: number } {
  return { sourcePort: view.getUint16(0), destinationPort: view.getUint16(2) };
}

function parseArp(bytes: Uint8Array): Arp | undefined {
  if (bytes.length < 28 || bytes[4] !== 6 || bytes[5] !== 4) return undefined;
  const operation = viewOf(bytes).getUint16(6);
  return {
    operation: operation === 1 ? 'request' : operation === 2 ? 'reply' : operation,
    senderMac: mac(bytes, 8),
    senderAddress: addressText(bytes.subarray(14, 18)),
    targetMac: mac(bytes, 18),
    targetAddress: addressText(bytes.subarray(24, 28)),
  };
}

function mac(bytes: Uint8Array, at: number): string {
  const six = [...bytes.subarray(at, at + 6)];
  return six.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

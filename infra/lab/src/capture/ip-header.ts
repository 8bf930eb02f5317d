/** IPv4 and IPv6 headers as plain data. Pure. */
import { canonicalAddress } from '@tricade/cluster';

export interface IpHeader {
  readonly version: 4 | 6;
  /** RFC 5952 for IPv6. */
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  /** Number of the protocol inside (IANA), behind IPv6 extension headers. */
  readonly protocol: number;
  /** TTL or hop limit. */
  readonly ttl: number;
  /** Of the whole packet, header included. */
  readonly lengthBytes: number;
  /** Differentiated services and ECN. */
  readonly trafficClass: number;
  /** Byte offset of a fragment; left out for whole packets and first fragments. */
  readonly fragmentOffset?: number;
}

const ipv4Type = 0x0800;
const ipv6Type = 0x86dd;
/** Hop-by-hop, routing, destination options (RFC 8200, section 4): type → length in units of 8 bytes behind the first. */
const extensionHeaders: readonly number[] = [0, 43, 60];
const fragmentHeader = 44;

/** The header at the beginning of `bytes`; undefined where there is none of that type, or it is cut off. */
export function ipHeader(
  etherType: number,
  bytes: Uint8Array,
): (IpHeader & { readonly headerBytes: number }) | undefined {
  if (etherType === ipv4Type) return ipv4(bytes);
  if (etherType === ipv6Type) return ipv6(bytes);
  return undefined;
}

function ipv4(bytes: Uint8Array): (IpHeader & { headerBytes: number }) | undefined {
  const [first = 0] = bytes;
  const headerBytes = (first & 15) * 4;
  if (first >> 4 !== 4 || headerBytes < 20 || bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragmentOffset = (view.getUint16(6) & 0x1fff) * 8;
  return {
    version: 4,
    sourceAddress: addressText(bytes.subarray(12, 16)),
    destinationAddress: addressText(bytes.subarray(16, 20)),
    protocol: view.getUint8(9),
    ttl: view.getUint8(8),
    lengthBytes: view.getUint16(2),
    trafficClass: view.getUint8(1),
    ...(fragmentOffset > 0 && { fragmentOffset }),
    headerBytes,
  };
}

function ipv6(bytes: Uint8Array): (IpHeader & { headerBytes: number }) | undefined {
  if (bytes.length < 40 || (bytes[0] ?? 0) >> 4 !== 6) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { protocol, headerBytes, fragmentOffset } = behindExtensions(bytes, view.getUint8(6));
  return {
    version: 6,
    sourceAddress: addressText(bytes.subarray(8, 24)),
    destinationAddress: addressText(bytes.subarray(24, 40)),
    protocol,
    ttl: view.getUint8(7),
    lengthBytes: 40 + view.getUint16(4),
    trafficClass: (view.getUint16(0) >> 4) & 0xff,
    ...(fragmentOffset > 0 && { fragmentOffset }),
    headerBytes,
  };
}

/** Walks over extension headers; stops at what it does not know or has no bytes of. */
function behindExtensions(
  bytes: Uint8Array,
  first: number,
): { protocol: number; headerBytes: number; fragmentOffset: number } {
  let protocol = first;
  let at = 40;
  let fragmentOffset = 0;
  while (at + 8 <= bytes.length) {
    const [next = 59, length = 0, high = 0, low = 0] = bytes.subarray(at, at + 4);
    if (protocol === fragmentHeader) {
      fragmentOffset = ((high << 8) | low) & 0xfff8;
      at += 8;
    } else if (extensionHeaders.includes(protocol)) {
      at += 8 + length * 8;
    } else break;
    protocol = next;
  }
  return { protocol, headerBytes: at, fragmentOffset };
}

/** Canonical text of 4 or 16 bytes. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return canonicalAddress(groups.join(':')) ?? groups.join(':');
}

/** IP addresses and prefixes as canonical text. `ipaddr.js` does the maths behind `net.isIP`, since alone it takes 010.0.0.1 for 8.0.0.1. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** 4, 6, or 0 for anything that is not a plain textual address. */
export function ipFamily(text: string): 0 | 4 | 6 {
  const family = isIP(text);
  return family === 4 || family === 6 ? family : 0;
}

/** Canonical text (RFC 5952 for IPv6), or undefined where it is no address. Zone ids are refused. */
export function canonicalAddress(text: string): string | undefined {
  if (ipFamily(text) === 0 || text.includes('%')) return undefined;
  const parsed = ipaddr.parse(text);
  return parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).toRFC5952String() : parsed.toString();
}

/** The bytes of an address in network order: 4 or 16. Throws RangeError where it is no address. */
export function addressBytes(address: string): Uint8Array {
  if (ipFamily(address) === 0) throw new RangeError(`not an IP address: ${address}`);
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

export interface Prefix {
  readonly address: string;
  readonly length: number;
  readonly family: 4 | 6;
}

/** `address/length`, or a bare address as a host prefix. Undefined where it is neither. Host bits are kept (`hasHostBits` tells). */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = canonicalAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const family = ipFamily(address) as 4 | 6;
  const most = family === 4 ? 32 : 128;
  const digits = slash < 0 ? String(most) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > most) return undefined;
  return { address, length: Number(digits), family };
}

/** Canonical prefix text with host bits zero; a bare address becomes /32 or /128. Undefined where it is no prefix. */
export function canonicalPrefix(text: string): string | undefined {
  const prefix = parsePrefix(text);
  return prefix && `${networkAddress(prefix)}/${prefix.length}`;
}

/** True where bits behind the prefix length are set. */
export function hasHostBits(prefix: Prefix): boolean {
  return networkAddress(prefix) !== prefix.address;
}

/** True where `inner` (address or prefix) lies wholly inside `outer` (prefix), same family. */
export function contains(outer: string, inner: string): boolean {
  const a = parsePrefix(outer);
  const b = parsePrefix(inner);
  if (!a || !b || a.family !== b.family || b.length < a.length) return false;
  return networkAddress({ ...b, length: a.length }) === networkAddress(a);
}

/** True where the two prefixes share an address. */
export function overlaps(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** First address of the prefix. */
export function networkAddress(prefix: Prefix): string {
  const bytes = addressBytes(prefix.address);
  for (let i = 0; i < bytes.length; i++) {
    const kept = Math.max(0, Math.min(8, prefix.length - 8 * i));
    bytes[i] = (bytes[i] ?? 0) & (0xff << (8 - kept));
  }
  return canonicalAddress(ipaddr.fromByteArray([...bytes]).toString()) as string;
}

/** The first of `addresses` with the family of `like`, or undefined. */
export function sameFamily(addresses: readonly string[], like: string): string | undefined {
  const family = parsePrefix(like)?.family;
  return addresses.find((address) => ipFamily(address) === family);
}

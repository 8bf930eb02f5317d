/** IP addresses and prefixes as canonical text. `net.isIP` says what is one; a test holds the rest against `ipaddr.js`, which takes many times as long. */
import { isIP } from 'node:net';

/** 4, 6, or 0 for anything that is not a plain textual address. */
export function ipFamily(text: string): 0 | 4 | 6 {
  const family = isIP(text);
  return family === 4 || family === 6 ? family : 0;
}

/** Canonical text (RFC 5952 for IPv6), or undefined where it is no address. Zone ids are refused. */
export function canonicalAddress(text: string): string | undefined {
  const family = ipFamily(text);
  if (family === 0 || text.includes('%')) return undefined;
  return family === 4 ? text : textOfGroups(groupsOf(text));
}

/** The bytes of an address in network order: 4 or 16. Throws RangeError where it is no address. */
export function addressBytes(address: string): Uint8Array {
  const family = ipFamily(address);
  if (family === 0) throw new RangeError(`not an IP address: ${address}`);
  if (family === 4) return Uint8Array.from(address.split('.'), Number);
  const bytes = new Uint8Array(16);
  for (const [at, group] of groupsOf(address.replace(/%.*$/, '')).entries()) {
    bytes[2 * at] = group >> 8;
    bytes[2 * at + 1] = group & 0xff;
  }
  return bytes;
}

/** The eight groups of an IPv6 address that `isIP` has let through (RFC 4291, section 2.2). */
function groupsOf(text: string): number[] {
  const groups: number[] = [];
  let gap = -1;
  for (let from = 0; from <= text.length; ) {
    const colon = text.indexOf(':', from);
    const to = colon < 0 ? text.length : colon;
    if (to === from) gap = groups.length;
    else pushGroups(groups, text.slice(from, to));
    from = to + 1;
  }
  if (gap >= 0) groups.splice(gap, 0, ...zeros.slice(groups.length));
  return groups;
}

const zeros: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0];

function pushGroups(groups: number[], word: string): void {
  if (!word.includes('.')) {
    groups.push(Number.parseInt(word, 16));
    return;
  }
  const [a = 0, b = 0, c = 0, d = 0] = word.split('.').map(Number);
  groups.push(a * 256 + b, c * 256 + d);
}

/** RFC 5952, section 4: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function textOfGroups(groups: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0) to++;
    if (to - from > length) [start, length] = [from, to - from];
    if (to > from) from = to;
  }
  const words = groups.map((group) => group.toString(16));
  if (start < 0) return words.join(':');
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`;
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
  const family = address.includes(':') ? 6 : 4;
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

/** A prefix (or address) as bytes, for whoever compares it often. */
export interface PrefixBits {
  readonly family: 4 | 6;
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Undefined where the text is no prefix and no address. */
export function prefixBits(text: string): PrefixBits | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = ipFamily(address);
  if (family === 0 || address.includes('%')) return undefined;
  const most = family === 4 ? 32 : 128;
  const digits = slash < 0 ? String(most) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > most) return undefined;
  return { family, length: Number(digits), bytes: addressBytes(address) };
}

/** True where `inner` lies wholly inside `outer`, same family. */
export function bitsContain(outer: PrefixBits, inner: PrefixBits): boolean {
  if (outer.family !== inner.family || inner.length < outer.length) return false;
  const whole = outer.length >> 3;
  for (let at = 0; at < whole; at++) if (outer.bytes[at] !== inner.bytes[at]) return false;
  const rest = outer.length & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((outer.bytes[whole] ?? 0) & mask) === ((inner.bytes[whole] ?? 0) & mask);
}

/** Orders prefixes by family, bits and length, the shorter first: one that lies in another stands somewhere behind it, and nothing else between. */
export function byBits(one: PrefixBits, other: PrefixBits): number {
  const at = one.bytes.findIndex((byte, index) => byte !== other.bytes[index]);
  const byBytes = at < 0 ? 0 : (one.bytes[at] ?? 0) - (other.bytes[at] ?? 0);
  return one.family - other.family || byBytes || one.length - other.length;
}

/** True where `inner` (address or prefix) lies wholly inside `outer` (prefix), same family. */
export function contains(outer: string, inner: string): boolean {
  const a = prefixBits(outer);
  const b = prefixBits(inner);
  return a !== undefined && b !== undefined && bitsContain(a, b);
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
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from(
    { length: 8 },
    (_, at) => (bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0),
  );
  return textOfGroups(groups);
}

/** The first of `addresses` with the family of `like`, or undefined. */
export function sameFamily(addresses: readonly string[], like: string): string | undefined {
  const family = parsePrefix(like)?.family;
  return addresses.find((address) => ipFamily(address) === family);
}

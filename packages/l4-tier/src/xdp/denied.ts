/** A deny list → what `denied_sources` holds. Pure. */
import { addressBytes, bitsContain, canonicalPrefix, prefixBits } from '@tricade/cluster';
import { deniedValue } from './abi.ts';
import { type Entries, keyOfPrefix } from './layout.ts';

/** Where the map keeps IPv4 sources (RFC 4291, section 2.5.5): an IPv6 prefix that holds this one says nothing of them. */
const ipv4Bytes = addressBytes('::ffff:0:0');
const ipv4Bits = { family: 6, length: 96, bytes: ipv4Bytes } as const;

/** The half of a prefix in which the place of IPv4 does not lie; `length`: of that half. */
function besideIpv4(length: number): string {
  const bytes = Buffer.from(ipv4Bytes);
  const at = (length - 1) >> 3;
  bytes[at] = (bytes[at] ?? 0) ^ (0x80 >> ((length - 1) & 7));
  const address = bytes.toString('hex').replace(/....(?!$)/g, '$&:');
  return canonicalPrefix(`${address}/${length}`) ?? '';
}

/** The prefix, or the most of it: the halves beside the place of IPv4, at most 95. */
function withoutIpv4(cidr: string): readonly string[] {
  const outer = prefixBits(cidr);
  if (outer === undefined || !bitsContain(outer, ipv4Bits)) return [cidr];
  const halves = ipv4Bits.length - outer.length;
  return Array.from({ length: halves }, (_, at) => besideIpv4(outer.length + 1 + at));
}

/** Lists are long and seldom change: what one is made of is kept. */
const known = new WeakMap<readonly string[], Entries>();

/** Keys and values hexadecimal; none where everybody is let in. */
export function deniedEntries(deny: readonly string[] | undefined): Entries {
  if (deny === undefined) return new Map();
  const entries =
    known.get(deny) ??
    new Map(deny.flatMap(withoutIpv4).map((cidr) => [keyOfPrefix(cidr), deniedValue]));
  known.set(deny, entries);
  return entries;
}

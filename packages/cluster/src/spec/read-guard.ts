/** Who is not let in: `l4.deny` and `l4.limit` → model. */
import {
  addressBytes,
  bitsContain,
  byBits,
  canonicalPrefix,
  contains,
  hasHostBits,
  type Prefix,
  parsePrefix,
  prefixBits,
} from '../ip.ts';
import type { Cidr, FlowLimit, Guard } from '../model/intent.ts';
import type { Reading } from './reading.ts';
import { items } from './spec-file.ts';
import { parseRate } from './units.ts';
import { shown } from './words.ts';

/**
 * Less than half of what a director's map holds (65,536, `denied_sources` in bpf/maps.h): while it changes, the old list and the new one may be in it, and a low
 * IPv6 prefix takes up to 95 entries.
 */
export const mostDenied = 32_000;

/** Undefined where everybody is let in. */
export function readGuard(reading: Reading): Guard | undefined {
  const deny = readDeny(reading);
  const limit = readLimit(reading);
  if (deny.length === 0 && limit === undefined) return undefined;
  return { ...(deny.length === 0 ? {} : { deny }), ...(limit === undefined ? {} : { limit }) };
}

function readDeny(reading: Reading): readonly Cidr[] {
  const { file, report } = reading;
  const path = ['l4', 'deny'];
  const given = items(file.l4?.deny);
  if (given.length > mostDenied) {
    const message = `${given.length} sources are denied; ${mostDenied} are the most`;
    report.error('TRI-C055', { path, part: 'key' }, message);
    return [];
  }
  const read = given.flatMap(({ value, index }) => {
    const at = index === undefined ? path : [...path, index];
    const cidr = readSource(value, at, reading);
    return cidr === undefined ? [] : [{ cidr, at }];
  });
  checkCovered(read, reading);
  return [...new Set(read.map(({ cidr }) => cidr))];
}

interface Denied {
  readonly cidr: Cidr;
  readonly at: readonly (string | number)[];
}

function readSource(value: string, at: Denied['at'], { report }: Reading): Cidr | undefined {
  const prefix = parsePrefix(value);
  const cidr = canonicalPrefix(value);
  if (prefix === undefined || cidr === undefined) {
    const message = `"${shown(value)}" is neither an address nor a prefix`;
    const fix = 'write an address or address/length, such as 192.0.2.0/24 or 2001:db8:1::/48';
    report.error('TRI-C022', { path: at }, { message, fix });
    return undefined;
  }
  if (hasHostBits(prefix)) {
    const message = `"${shown(value)}" has bits set behind its length`;
    report.error('TRI-C024', { path: at }, { message, fix: `write \`${cidr}\`` });
    return undefined;
  }
  if (contains(mappedIpv4, cidr)) {
    const message = `${cidr} is IPv4 written as IPv6, and no packet has such a source`;
    report.error('TRI-C022', { path: at }, { message, fix: asIpv4(prefix) });
    return undefined;
  }
  if (prefix.length === 0) {
    report.error('TRI-C054', { path: at }, `${cidr} denies every IPv${prefix.family} client`);
    return undefined;
  }
  return cidr;
}

/** IPv4 addresses as programs with one kind of socket see them (RFC 4291, section 2.5.5). */
const mappedIpv4 = '::ffff:0:0/96';

function asIpv4({ address, length }: Prefix): string {
  if (length === 96) return 'take it out';
  return `write \`${[...addressBytes(address).subarray(12)].join('.')}/${length - 96}\``;
}

/** Sorted by their bits, a prefix stands behind the one that holds it. */
function checkCovered(read: readonly Denied[], { report }: Reading): void {
  const sorted = read
    .flatMap((denied) => {
      const bits = prefixBits(denied.cidr);
      return bits === undefined ? [] : [{ ...denied, bits }];
    })
    .sort((one, other) => byBits(one.bits, other.bits));
  const shares = { 4: 0, 6: 0 };
  let holder: (typeof sorted)[number] | undefined;
  for (const denied of sorted) {
    if (holder === undefined || !bitsContain(holder.bits, denied.bits)) {
      holder = denied;
      shares[denied.bits.family] += 2 ** -denied.bits.length;
      continue;
    }
    const same = holder.cidr === denied.cidr;
    const message = same
      ? `${denied.cidr} is named twice`
      : `${denied.cidr} lies in ${holder.cidr}`;
    report.warning('TRI-C050', { path: denied.at }, message);
  }
  for (const family of [4, 6] as const) {
    if (shares[family] < 1) continue;
    const message = `together these deny every IPv${family} client`;
    report.error('TRI-C054', { path: ['l4', 'deny'], part: 'key' }, message);
  }
}

const leastBurst = 10;

function readLimit({ file }: Reading): FlowLimit | undefined {
  const { newFlows, burst } = file.l4?.limit ?? {};
  const rate = newFlows === undefined ? undefined : parseRate(newFlows);
  if (rate === undefined) return undefined;
  const { count: flows, perMs } = rate;
  const aSecond = Math.ceil((flows * 1_000) / perMs);
  return { flows, perMs, burst: burst ?? Math.max(aSecond, leastBurst) };
}

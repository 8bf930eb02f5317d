/** Who is not let in: `l4.deny` and `l4.limit` → model. */
import {
  bitsContain,
  canonicalPrefix,
  hasHostBits,
  type PrefixBits,
  parsePrefix,
  prefixBits,
} from '../ip.ts';
import type { Cidr, FlowLimit, Guard } from '../model/intent.ts';
import type { Reading } from './reading.ts';
import { items } from './spec-file.ts';
import { parseRate } from './units.ts';
import { shown } from './words.ts';

/** Half of what a director's map holds (`denied_sources` in bpf/maps.h): while it changes, the old list and the new one may be in it. */
export const mostDenied = 32_768;

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
  warnOfCovered(read, reading);
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
  if (prefix.length === 0) {
    report.error('TRI-C054', { path: at }, `${cidr} denies every IPv${prefix.family} client`);
    return undefined;
  }
  return cidr;
}

/** Sorted by their bits, a prefix stands behind the one that holds it. */
function warnOfCovered(read: readonly Denied[], { report }: Reading): void {
  const sorted = read
    .flatMap((denied) => {
      const bits = prefixBits(denied.cidr);
      return bits === undefined ? [] : [{ ...denied, bits }];
    })
    .sort((one, other) => {
      const byFamily = one.bits.family - other.bits.family;
      return byFamily || byBytes(one.bits, other.bits) || one.bits.length - other.bits.length;
    });
  let holder = sorted[0];
  for (const denied of sorted.slice(1)) {
    if (holder === undefined || !bitsContain(holder.bits, denied.bits)) {
      holder = denied;
      continue;
    }
    const same = holder.cidr === denied.cidr;
    const message = same
      ? `${denied.cidr} is named twice`
      : `${denied.cidr} lies in ${holder.cidr}`;
    report.warning('TRI-C050', { path: denied.at }, message);
  }
}

function byBytes({ bytes }: PrefixBits, other: PrefixBits): number {
  const at = bytes.findIndex((byte, index) => byte !== other.bytes[index]);
  return at < 0 ? 0 : (bytes[at] ?? 0) - (other.bytes[at] ?? 0);
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

/** How tunnels look: `l4.tunnel` → model, and what of it cannot be. */
import { canonicalPrefix, contains, hasHostBits, ipFamily, overlaps, parsePrefix } from '../ip.ts';
import type { Cidr, Cluster, Encapsulation, Tier, TunnelOptions } from '../model/intent.ts';
import { checkKind } from './host-kinds.ts';
import type { Reading } from './reading.ts';
import { shown } from './words.ts';

const prefixKeys = ['sources', 'accept'] as const;
type PrefixKey = (typeof prefixKeys)[number];
const pathOf = (key: PrefixKey) => ['l4', 'tunnel', key];

/** Undefined where the file says nothing of it. */
export function readTunnel(reading: Reading): TunnelOptions | undefined {
  const { tunnel } = reading.file.l4 ?? {};
  const encapsulation = tunnel?.encapsulation as Encapsulation | undefined;
  const prefixes = prefixKeys.flatMap((key) => {
    const text = tunnel?.[key];
    const cidr = text === undefined ? undefined : readSources(text, key, reading);
    return cidr === undefined ? [] : [[key, cidr] as const];
  });
  if (encapsulation === undefined && prefixes.length === 0) return undefined;
  return {
    ...(encapsulation === undefined ? {} : { encapsulation }),
    ...Object.fromEntries(prefixes),
  };
}

/** A /31 tells two queues apart; more than 65,536 addresses no card needs. */
const lengths = { least: 16, most: 31 } as const;

function readSources(text: string, key: PrefixKey, { report }: Reading): Cidr | undefined {
  const path = pathOf(key);
  const prefix = text.includes('/') ? parsePrefix(text) : undefined;
  const cidr = canonicalPrefix(text);
  if (prefix === undefined || cidr === undefined) {
    const message = `"${shown(text)}" is no prefix`;
    report.error(
      'TRI-C022',
      { path },
      { message, fix: 'write address/length, such as 198.51.100.192/26' },
    );
    return undefined;
  }
  if (hasHostBits(prefix)) {
    const message = `"${shown(text)}" has bits set behind its length`;
    report.error('TRI-C024', { path }, { message, fix: `write \`${cidr}\`` });
    return undefined;
  }
  const whyNot =
    prefix.family === 6
      ? 'is IPv6, where the flow label varies already'
      : prefix.length < lengths.least || prefix.length > lengths.most
        ? `has a length that is none of ${lengths.least} to ${lengths.most}`
        : undefined;
  if (whyNot === undefined) return cidr;
  report.error('TRI-C056', { path }, `${cidr} ${whyNot}`);
  return undefined;
}

/** Addresses that stand for flows are nobody's: neither a machine's nor a VIP. And a tunnel that nobody uses changes nothing. */
export function checkTunnel(cluster: Cluster, { report }: Reading): void {
  const { tunnel } = cluster.l4;
  if (tunnel === undefined) return;
  if (cluster.services.every(({ l4 }) => l4.mode !== 'tunnel')) {
    const place = { path: ['l4', 'tunnel'], part: 'key' } as const;
    report.warning('TRI-C050', place, 'no service is in mode tunnel');
  }
  if (tunnel.sources !== undefined && !hasOuterIpv4(cluster)) {
    const message = 'outer headers of tunnels are IPv6 here, where the flow label varies already';
    report.warning('TRI-C050', { path: pathOf('sources') }, message);
  }
  for (const key of prefixKeys) {
    const sources = tunnel[key];
    const place = { path: pathOf(key) };
    if (sources === undefined || !checkKind(sources, place.path, report)) continue;
    const owner = cluster.nodes.find(({ legs }) =>
      legs.some(({ addresses }) => addresses.some((address) => contains(sources, address))),
    );
    const owned = cluster.services.find(({ vips }) => vips.some((vip) => overlaps(sources, vip)));
    if (owner !== undefined) {
      report.error('TRI-C056', place, `${sources} holds an address of "${owner.name}"`);
    } else if (owned !== undefined) {
      report.error('TRI-C056', place, `${sources} and a VIP of "${owned.name}" overlap`);
    }
  }
}

/** Some director and some real have both an IPv4 address. */
function hasOuterIpv4({ nodes }: Cluster): boolean {
  const stands = (tiers: readonly Tier[]) =>
    nodes.some(
      ({ tier, legs }) =>
        tiers.includes(tier) &&
        legs.some(({ addresses }) => addresses.some((address) => ipFamily(address) === 4)),
    );
  return stands(['l4']) && stands(['l7', 'servers']);
}

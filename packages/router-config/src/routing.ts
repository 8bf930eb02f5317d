/** What every routing driver needs, whatever its syntax. Pure. */
import {
  canonicalPrefix,
  deviceKey,
  ipFamily,
  parsePrefix,
  type SpeakerLive,
} from '@tricade/cluster';

export type Family = 4 | 6;
export const families: readonly Family[] = [4, 6];

/** How a prefix is announced. */
export type Announcement = SpeakerLive['announcements'][string];

/**
 * MED of each announcement (RFC 4271, section 5.1.4: lower is preferred among routes of the same neighbouring AS). A drained director stays a
 * next hop of the last resort but one; `withdrawn` is no route at all.
 */
export const medOf: Readonly<Record<Exclude<Announcement, 'withdrawn'>, number>> = {
  up: 100,
  drained: 500,
  'last-resort': 1000,
};

/** The announcement behind a MED, or undefined for one that Tricade never sends. */
export function announcementOf(med: number): Announcement | undefined {
  return (Object.keys(medOf) as (keyof typeof medOf)[]).find((key) => medOf[key] === med);
}

/** Family of an address or prefix. Throws RangeError where it is neither. */
export function familyOf(text: string): Family {
  const family = parsePrefix(text)?.family;
  if (family === undefined) throw new RangeError(`not an address or prefix: ${text}`);
  return family;
}

/** Seconds of a hold time: whole, at least 3 (RFC 4271, section 4.2), and the keepalive a third of it. */
export function holdTimes(holdTimeMs: number): { holdSeconds: number; keepaliveSeconds: number } {
  const holdSeconds = Math.max(3, Math.round(holdTimeMs / 1000));
  return { holdSeconds, keepaliveSeconds: Math.max(1, Math.floor(holdSeconds / 3)) };
}

/** One fact a line, sorted: equal states give equal text. The digest of a speaker's live state. */
export function announcementDigest(announcements: SpeakerLive['announcements']): string {
  const routes = Object.entries(announcements)
    .filter(([, how]) => how !== 'withdrawn')
    .map(([prefix, how]) => `${canonicalPrefix(prefix) ?? prefix}=${how}`)
    .sort();
  return ['announces', ...routes].join(' ');
}

/** The digest of a router's live state: the addresses that must not be next hops, sorted. */
export function fencedDigest(fenced: readonly string[]): string {
  return ['fenced', ...[...new Set(fenced)].sort()].join(' ');
}

/**
 * Fields of the packet in Linux's multipath hash (`ip-sysctl`, fib_multipath_hash_fields): source 0x01, destination 0x02, protocol 0x04, ports
 * 0x10 and 0x20. The kernel reads them back as decimal numbers.
 */
const hashFields = { l3: 0x03, l4: 0x37 } as const;

/**
 * Keys that make Linux spread flows over next hops. Policy 1 is not used: over veth a retransmission moves a flow to another next hop, since the
 * stack hands its own socket hash down; policy 3 with the fields named hashes what stands in the packet and nothing else.
 */
export function routerSysctls(options: {
  readonly hash: 'l3' | 'l4';
  readonly devices: readonly string[];
}): Readonly<Record<string, string>> {
  const fields = String(hashFields[options.hash]);
  const keys: Record<string, string> = {
    'net.ipv4.ip_forward': '1',
    'net.ipv6.conf.all.forwarding': '1',
    'net.ipv4.fib_multipath_hash_policy': '3',
    'net.ipv4.fib_multipath_hash_fields': fields,
    'net.ipv6.fib_multipath_hash_policy': '3',
    'net.ipv6.fib_multipath_hash_fields': fields,
  };
  for (const device of ['all', ...options.devices]) {
    keys[deviceKey({ family: 4, device, leaf: 'ignore_routes_with_linkdown' })] = '1';
    keys[deviceKey({ family: 6, device, leaf: 'ignore_routes_with_linkdown' })] = '1';
    keys[deviceKey({ family: 4, device, leaf: 'send_redirects' })] = '0';
    // Replies of DSR come from the VIP over a link that is not the way to it: loose, not strict (RFC 3704).
    keys[deviceKey({ family: 4, device, leaf: 'rp_filter' })] = '2';
  }
  return keys;
}

/** Addresses of one family, in their order. */
export function ofFamily(addresses: readonly string[], family: Family): readonly string[] {
  return addresses.filter((address) => ipFamily(address) === family);
}

/**
 * The rule set of a director that translates addresses (destination NAT, full NAT), in a table of family inet with the kernel's connection tracking.
 *
 * The first packet of a flow runs through the nat chain: its row names the real, as in direct server return. Connection tracking keeps that choice, translates every
 * other packet of the flow, both ways, and what ICMP says of it (RFC 5508). The connection's mark is the id of the real: so flows are counted by real, and a
 * dead real's flows are found and dropped.
 *
 * | packet                                 | goes to                                                                            |
 * |----------------------------------------|------------------------------------------------------------------------------------|
 * | of a tracked flow                      | the real it went to                                                                |
 * | SYN, the first one of UDP, echo        | the row's current real                                                             |
 * | other TCP packet, DNAT                 | the row's elder (previous unless armed), else current: it came from another director |
 * | other TCP packet, full NAT             | the row's current real, which resets it: the port that the flow had is not known here |
 * | for a VIP and not translated           | nobody: dropped, counted (`nat_unserved`)                                          |
 * | of a real, of a flow not known here    | nobody: dropped, counted (`nat_stray`), else the client had it with the real's address |
 *
 * A real that calls the VIP of DNAT and is picked itself: as full NAT, for it cannot take a packet from its own address.
 *
 * Full NAT puts the address of the leg by which the packet leaves in the client's place, and keeps the client's port where it is free: ports 1024–65535, for
 * each real and service port. Where none is free the kernel drops the packet and counts it (`insert_failed`, a note of `observe`).
 */
import { ipFamily, keyBytes, nftHashExpression, type TableGroup } from '@tricade/cluster';
import { type Family, natRealsMap, natRowsMap } from './names.ts';
import {
  dispatchRules,
  ipWord,
  type Match,
  type Spread,
  spreadName,
  spreadsOf,
  vipSet,
} from './services.ts';

/** Set in the connection's mark, beside the id of the real, where the source is replaced too. */
export const fullNatBit = 0x10000;
/** Ids are 15 bits. */
export const idMask = 0x7fff;
/** Source ports of full NAT. */
export const sourcePorts = '1024-65535';

const echoRequest = { 4: 'icmp type echo-request', 6: 'icmpv6 type echo-request' } as const;

export interface NatOptions {
  readonly matches: readonly Match[];
  readonly groups: readonly TableGroup[];
  readonly legs: readonly { readonly device: string; readonly addresses: readonly string[] }[];
}

/** Maps, counters and empty chains: adding what is there already changes nothing, so rows and reals outlive a new rule set. */
export function natDeclarations({ matches, groups }: NatOptions): readonly string[] {
  return [
    ...['nat_no_real', 'nat_unserved', 'nat_stray'].map((name) => `counter ${name} { }`),
    ...([4, 6] as const).map(
      (family) =>
        `map ${natRealsMap(family)} { typeof meta mark : ${ipWord(family)} daddr; size 32768; counter; }`,
    ),
    ...groups.map(
      (group) =>
        `map ${natRowsMap(group)} { typeof numgen inc mod 2 : meta mark; size ${group.size}; }`,
    ),
    ...spreadsOf(matches).flatMap((spread) => [
      `chain ${spreadName(spread)} { }`,
      `chain ${echoName(spread)} { }`,
    ]),
    'chain prerouting { type nat hook prerouting priority dstnat; policy accept; }',
    'chain postrouting { type nat hook postrouting priority srcnat; policy accept; }',
    'chain translated { type filter hook prerouting priority dstnat + 1; policy accept; }',
    'chain output { type filter hook output priority filter; policy accept; }',
  ];
}

function echoName(spread: Spread): string {
  return `echo_${spreadName(spread)}`;
}

/** Chains by name, base chains included. */
export function natChains(options: NatOptions): ReadonlyMap<string, readonly string[]> {
  const { matches } = options;
  return new Map([
    ...spreadsOf(matches).flatMap((spread) => [
      [spreadName(spread), spreadRules(spread)] as const,
      [echoName(spread), echoRules(spread)] as const,
    ]),
    ['prerouting', preroutingRules(matches)],
    ['postrouting', [...hairpinRules(options), ...postroutingRules(options)]],
    ['translated', translatedRules(matches)],
    ['output', outputRules],
  ]);
}

/** First packets of flows only: connection tracking does the rest. */
export function preroutingRules(matches: readonly Match[]): readonly string[] {
  return ([4, 6] as const).flatMap((family) => {
    const own = ofFamily(matches, family);
    const firsts = new Map(own.map(({ vip, spread }) => [vip, spread] as const).reverse());
    const echoes = [...firsts].reverse().map(([vip, spread]) => {
      return `${ipWord(family)} daddr ${vip} ${echoRequest[family]} goto ${echoName(spread)}`;
    });
    return [...dispatchRules(family, own, (spread) => `goto ${spreadName(spread)}`), ...echoes];
  });
}

function ofFamily(matches: readonly Match[], family: Family): readonly Match[] {
  return matches.filter(({ spread }) => spread.flavour.family === family);
}

function spreadRules(spread: Spread): readonly string[] {
  const { group, affinity, flavour, mode } = spread;
  const { family, protocol } = flavour;
  const key = keyBytes(group.hashKey);
  const hash = nftHashExpression({ family, affinity, ports: true, size: group.size, key });
  const passedOn = protocol === 'tcp' && mode === 'dnat';
  return [
    `meta l4proto ${protocol} meta mark set ${hash} map @${natRowsMap(group)}`,
    ...(passedOn
      ? [
          `tcp flags & (syn | ack) != syn meta mark & 0x80000000 == 0 meta mark & 0x7fff0000 != 0 ${to(spread, 'meta mark >> 16', 'meta mark >> 16')}`,
        ]
      : []),
    ...toCurrent(spread),
  ];
}

/** An echo request goes by addresses alone: a VIP that nobody has can be pinged, through the whole path. */
function echoRules(spread: Spread): readonly string[] {
  const { group, flavour } = spread;
  const { family } = flavour;
  const key = keyBytes(group.hashKey);
  const hash = nftHashExpression({
    family,
    affinity: 'flow',
    ports: false,
    size: group.size,
    key,
  });
  return [`meta mark set ${hash} map @${natRowsMap(group)}`, ...toCurrent(spread)];
}

function toCurrent(spread: Spread): readonly string[] {
  const id = 'meta mark & 0xffff';
  const mark = spread.mode === 'full-nat' ? `${id} | ${fullNatBit}` : id;
  return [to(spread, id, mark), 'counter name nat_no_real drop'];
}

/** A real that is not in the map is dead: the rule ends there, and the next one is tried. */
function to({ flavour: { family } }: Spread, id: string, mark: string): string {
  return `ct mark set ${mark} dnat ${ipWord(family)} to ${id} map @${natRealsMap(family)}`;
}

/** By leg: the address that a real can answer. ICMP has no port to choose. */
function postroutingRules({ matches, legs }: NatOptions): readonly string[] {
  const families = new Set(
    matches
      .filter(({ spread }) => spread.mode === 'full-nat')
      .map(({ spread }) => spread.flavour.family),
  );
  return legs.flatMap(({ device, addresses }) =>
    addresses.flatMap((address) => {
      const family = ipFamily(address) as Family;
      if (!families.has(family)) return [];
      const own = `oifname "${device}" meta nfproto ipv${family} ct mark & ${fullNatBit} != 0`;
      const text = family === 4 ? address : `[${address}]`;
      const snat = `snat ${ipWord(family)} to`;
      return [
        `${own} meta l4proto { tcp, udp } ${snat} ${text}:${sourcePorts}`,
        `${own} ${snat} ${address}`,
      ];
    }),
  );
}

/**
 * DNAT: a real that calls the VIP and is picked itself would get a packet from its own address, which no kernel takes. It gets the director's instead, so its
 * answer comes back here, as in full NAT.
 */
function hairpinRules({ matches, legs }: NatOptions): readonly string[] {
  const reals = new Set(
    matches
      .filter(({ spread }) => spread.mode === 'dnat')
      .flatMap(({ spread }) => spread.group.reals.flatMap(({ addresses }) => addresses)),
  );
  return legs.flatMap(({ device, addresses }) =>
    addresses.flatMap((address) => {
      const family = ipFamily(address) as Family;
      const own = [...reals].filter((real) => ipFamily(real) === family);
      if (own.length === 0) return [];
      const ip = ipWord(family);
      const pairs = own.map((real) => `${real} . ${real}`).join(', ');
      return [
        `oifname "${device}" ${ip} saddr . ${ip} daddr { ${pairs} } snat ${ip} to ${address}`,
      ];
    }),
  );
}

/** Behind the translation: the mark was a register only; what is still for a VIP is for nobody; what a real answers to an unknown flow stays here. */
function translatedRules(matches: readonly Match[]): readonly string[] {
  return [
    'ct status dnat ct state new meta mark set 0',
    ...([4, 6] as const).flatMap((family) => {
      const own = ofFamily(matches, family);
      if (own.length === 0) return [];
      const ip = ipWord(family);
      return [
        `${ip} daddr ${vipSet(own)} counter name nat_unserved drop`,
        ...strayRules(own, family),
      ];
    }),
  ];
}

/** Full NAT has none: its reals answer the director itself, whose kernel refuses what it does not know. */
function strayRules(matches: readonly Match[], family: Family): readonly string[] {
  const ip = ipWord(family);
  const sources = matches.flatMap(({ port, spread }) => {
    if (spread.mode !== 'dnat') return [];
    const { protocol } = spread.flavour;
    const ports = port === 0 ? '0-65535' : String(port);
    return spread.group.reals.flatMap(({ addresses }) =>
      addresses
        .filter((address) => ipFamily(address) === family)
        .map((address) => `${address} . ${protocol} . ${ports}`),
    );
  });
  if (sources.length === 0) return [];
  const wide = matches.filter(({ port, spread }) => port === 0 && spread.mode === 'dnat');
  const narrow = sources.filter((source) => {
    const [address, protocol, ports] = source.split(' . ');
    const covered = wide.some(
      ({ spread }) =>
        spread.flavour.protocol === protocol &&
        spread.group.reals.some(({ addresses }) => addresses.includes(address as string)),
    );
    return ports === '0-65535' || !covered;
  });
  const set = [...new Set(narrow)].join(', ');
  return [
    `ct state new,invalid ${ip} saddr . meta l4proto . th sport { ${set} } fib daddr type != local counter name nat_stray drop`,
  ];
}

/** A packet that leaves by the device it came by would earn its sender a redirect past the director (RFC 4861, section 8); IPv4's are a sysctl. */
const outputRules = ['icmpv6 type nd-redirect drop'];

/**
 * ICMP to a VIP. An error (RFC 792, RFC 4443) quotes the packet that met it: a reply from VIP to client, so the flow is the quotation read backwards,
 * and the error goes to the real that its row names; else "fragmentation needed" would never reach who has to send less (RFC 1191, RFC 8201).
 * An echo request goes by addresses alone: a VIP can be pinged, through the whole path. nft cannot look quoted fields up in a flow memory
 * (types differ), so both go by the row's elder, else its current real: right while the row is not cleared under a living flow.
 */
import { jhashSeed, keyBytes } from '@tricade/cluster';
import type { Family } from './names.ts';
import { rowsMap } from './names.ts';
import { ipWord, type Spread, spreadName, wayOf } from './services.ts';

/** Where the quoted packet's fields lie, in bits from the ICMP header on; the quoted IP header has no options or extensions. */
const quoted = {
  4: {
    protocol: '@th,136,8',
    source: '@th,160,32',
    target: '@th,192,32',
    sourcePort: '@th,224,16',
    targetPort: '@th,240,16',
  },
  6: {
    protocol: '@th,112,8',
    source: '@th,128,128',
    target: '@th,256,128',
    sourcePort: '@th,384,16',
    targetPort: '@th,400,16',
  },
} as const;

/** Masks of `source-network`, in network byte order. */
const networkMask = { 4: '0xffffff00', 6: '0xffffffffffffffff0000000000000000' } as const;

const errorTypes = {
  4: 'icmp type { destination-unreachable, time-exceeded, parameter-problem }',
  6: 'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem }',
} as const;
const echoType = { 4: 'icmp type echo-request', 6: 'icmpv6 type echo-request' } as const;
const protocolNumber = { tcp: 6, udp: 17 } as const;

export function errorsChain(spread: Spread): string {
  return spreadName(spread).replace(/^to_/, 'errors_');
}

export function echoChain(spread: Spread): string {
  return spreadName(spread).replace(/^to_/, 'echo_');
}

/** Rules of the chain that takes errors about flows of a spread. */
export function errorsRules(spread: Spread, device: string): readonly string[] {
  const { flavour, affinity } = spread;
  const at = quoted[flavour.family];
  const fields = {
    flow: `${at.target} . ${at.source} . ${at.targetPort} . ${at.sourcePort}`,
    source: at.target,
    'source-network': `${at.target} & ${networkMask[flavour.family]}`,
  } as const;
  return byRow(spread, fields[affinity], device);
}

/** Rules of the chain that takes echo requests to a VIP of the spread. */
export function echoRules(spread: Spread, device: string): readonly string[] {
  const ip = ipWord(spread.flavour.family);
  return byRow(spread, `${ip} saddr . ${ip} daddr`, device);
}

function byRow(spread: Spread, fields: string, device: string): readonly string[] {
  const { group } = spread;
  const way = wayOf(spread, device);
  const seed = jhashSeed(keyBytes(group.hashKey));
  const to = (id: string) => `ether daddr set ${id} map @${way.reals} fwd to "${way.device}"`;
  return [
    'meta mark set 0 ether saddr set $own_mac',
    `meta mark set jhash ${fields} mod ${group.size} seed ${seed} map @${rowsMap(group)}`,
    `meta mark & 0x80000000 == 0 meta mark & 0x7fff0000 != 0 ${to('meta mark >> 16')}`,
    to('meta mark & 0xffff'),
    'counter name no_real drop',
  ];
}

/** One service port of a VIP: what of it the ingress chain needs. */
export interface IcmpMatch {
  readonly vip: string;
  /** A host address and a port, which can stand in a verdict map. */
  readonly exact: boolean;
  /** 0: all ports. */
  readonly port: number;
  readonly spread: Spread;
}

/**
 * Rules of the ingress chain for the matches of one family, the more specific first: what is exact by one map. The kernel checks every jump of a
 * chain by itself when it is loaded, so a rule a port would take seconds at a thousand services and minutes at ten thousand.
 */
export function icmpRules(family: Family, matches: readonly IcmpMatch[]): readonly string[] {
  return [...errorRules(family, matches), ...pingRules(family, matches)];
}

function errorRules(family: Family, matches: readonly IcmpMatch[]): readonly string[] {
  const ip = family === 4 ? 'ip' : 'ip6';
  const at = quoted[family];
  const number = ({ spread }: IcmpMatch): number => protocolNumber[spread.flavour.protocol];
  const exact = matches
    .filter((match) => match.exact)
    .map(
      (each) => `${each.vip} . ${number(each)} . ${each.port} : goto ${errorsChain(each.spread)}`,
    );
  const key = `${ip} daddr . ${at.protocol} . ${at.sourcePort}`;
  const wide = matches
    .filter((match) => !match.exact)
    .map((each) => {
      const ports = each.port === 0 ? '' : ` ${at.sourcePort} ${each.port}`;
      return `${ip} daddr ${each.vip} ${errorTypes[family]} ${at.protocol} ${number(each)}${ports} goto ${errorsChain(each.spread)}`;
    });
  return [
    ...(exact.length === 0 ? [] : [`${errorTypes[family]} ${key} ${verdicts(exact)}`]),
    ...wide,
  ];
}

function pingRules(family: Family, matches: readonly IcmpMatch[]): readonly string[] {
  const ip = family === 4 ? 'ip' : 'ip6';
  const first = new Map(matches.map(({ vip, spread }) => [vip, spread] as const).reverse());
  const vips = [...new Set(matches.map(({ vip }) => vip))];
  const target = (vip: string): string => `goto ${echoChain(first.get(vip) as Spread)}`;
  const hosts = vips.filter((vip) => !vip.includes('/')).map((vip) => `${vip} : ${target(vip)}`);
  const wide = vips
    .filter((vip) => vip.includes('/'))
    .map((vip) => `${ip} daddr ${vip} ${echoType[family]} ${target(vip)}`);
  return [
    ...(hosts.length === 0 ? [] : [`${echoType[family]} ${ip} daddr ${verdicts(hosts)}`]),
    ...wide,
  ];
}

function verdicts(elements: readonly string[]): string {
  return `vmap { ${elements.join(', ')} }`;
}

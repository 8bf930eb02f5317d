/** What a director serves, as matches of rules: where packets for a service and port go. Pure. */
import {
  bitsContain,
  canonicalAddress,
  canonicalPrefix,
  type DirectorService,
  type DirectorState,
  type PrefixBits,
  parsePrefix,
  prefixBits,
  type ServicePort,
  type TableGroup,
  TricadeError,
  vxlanDevices,
} from '@tricade/cluster';
import { nftDirectorCan } from '../capabilities.ts';
import {
  type Family,
  type Flavour,
  flavourName,
  groupWord,
  type Protocol,
  realsMap,
  takingMap,
  tunnelRealsMap,
  tunnelTakingMap,
} from './names.ts';

export type Mode = DirectorService['mode'];

/** Services of one group that hash alike and are forwarded alike: they share a chain. */
export interface Spread {
  readonly group: TableGroup;
  readonly flavour: Flavour;
  readonly affinity: DirectorService['affinity'];
  readonly mode: Mode;
}

export interface Match {
  readonly vip: string;
  /** A host address, which can stand in a verdict map; prefixes and services on all ports need rules of their own. */
  readonly exact: boolean;
  /** 0: all ports. */
  readonly port: number;
  readonly spread: Spread;
}

const chainWord: Readonly<Record<Mode, string>> = {
  dsr: 'to',
  tunnel: 'tunnel',
  dnat: 'dnat',
  'full-nat': 'full_nat',
};

/** Names never collide: groups have no underscore after a hyphen was made one, modes and affinities are closed lists. */
export function spreadName({ group, flavour, affinity, mode }: Spread): string {
  const name = group.group.replaceAll('-', '_');
  return `${chainWord[mode]}_${name}_${flavourName(flavour)}_${affinity.replace('-', '_')}`;
}

/** How frames leave: by what device, to MACs from which maps. What is remembered is handed on by chains of each way's own. */
export interface Way {
  /** Begins the names of its chains. */
  readonly prefix: string;
  readonly reals: string;
  readonly taking: string;
  readonly device: string;
}

/** `device`: on which packets come in, and leave in direct server return. */
export function wayOf({ mode, flavour }: Pick<Spread, 'mode' | 'flavour'>, device: string): Way {
  return mode === 'tunnel'
    ? {
        prefix: 'tunnel_',
        reals: tunnelRealsMap,
        taking: tunnelTakingMap,
        device: vxlanDevices[flavour.family].device,
      }
    : { prefix: '', reals: realsMap, taking: takingMap, device };
}

export function ipWord(family: Family): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

/** Every VIP and port of every service. Throws TRI-D01, TRI-D02. */
export function matchesOf(state: DirectorState): readonly Match[] {
  return state.services.flatMap((service) => {
    const { mode, affinity } = service;
    if (!nftDirectorCan.modes.includes(mode)) {
      throw refuse(`${service.service}: nft does not do ${mode}`);
    }
    const group = groupNamed(state, service.group);
    const family = familyOf(service.vip);
    const vip = canonicalAddress(service.vip) ?? (canonicalPrefix(service.vip) as string);
    return service.ports.map((port) => {
      const flavour = { protocol: protocolOf(service, port), family };
      const exact = !vip.includes('/') && port.port !== 0;
      return { vip, exact, port: port.port, spread: { group, flavour, affinity, mode } };
    });
  });
}

/** What this driver cannot do, as TRI-D01. */
export function refuse(message: string): TricadeError {
  return new TricadeError('TRI-D01', message, { hint: 'Choose another driver for `l4`.' });
}

function groupNamed(state: DirectorState, name: string): TableGroup {
  const group = state.groups.find((candidate) => candidate.group === name);
  if (group === undefined) throw refuse(`no table for group ${JSON.stringify(name)}`);
  groupWord(group.group);
  return group;
}

function protocolOf(service: DirectorService, port: ServicePort): Protocol {
  if (port.protocol === 'any') throw refuse(`${service.service}: nft balances tcp and udp only`);
  return port.protocol;
}

function familyOf(vip: string): Family {
  const family = parsePrefix(vip)?.family;
  if (family === undefined) {
    throw new TricadeError('TRI-D02', `${JSON.stringify(vip)} is neither an address nor a prefix`);
  }
  return family;
}

/** The longer prefix first, then the one with a port: the more specific service wins. */
export function byNarrowness(a: Match, b: Match): number {
  const length = (match: Match) => parsePrefix(match.vip)?.length ?? 0;
  return length(b) - length(a) || Number(b.port !== 0) - Number(a.port !== 0);
}

/** Rules that send the first packets of services of one family to the chains of their spreads: exact ones by one map, then the narrowest first. */
export function dispatchRules(
  family: Family,
  matches: readonly Match[],
  target: (spread: Spread) => string,
): readonly string[] {
  const ip = ipWord(family);
  const elements = matches
    .filter((match) => match.exact)
    .map(
      ({ vip, port, spread }) =>
        `${vip} . ${spread.flavour.protocol} . ${port} : ${target(spread)}`,
    );
  const map =
    elements.length === 0
      ? []
      : [`${ip} daddr . meta l4proto . th dport vmap { ${elements.join(', ')} }`];
  const wide = [...matches].filter((match) => !match.exact).sort(byNarrowness);
  const rules = wide.map(({ vip, port, spread }) => {
    const ports = port === 0 ? '0-65535' : String(port);
    return `${ip} daddr ${vip} ${spread.flavour.protocol} dport ${ports} ${target(spread)}`;
  });
  return [...map, ...rules];
}

/** All VIPs as an anonymous set, without those inside another one: intervals must not overlap. */
export function vipSet(matches: readonly Match[]): string {
  const texts = [...new Set(matches.map((match) => canonicalPrefix(match.vip) as string))];
  const all = texts.map((text) => ({ text, bits: prefixBits(text) as PrefixBits }));
  // Host prefixes hold no other, so that 10,000 VIPs are compared with the few that may.
  const wide = all.filter(({ bits }) => bits.length < bits.bytes.length * 8);
  const outer = all.filter(
    (own) => !wide.some((other) => other !== own && bitsContain(other.bits, own.bits)),
  );
  return `{ ${outer.map(({ text }) => text).join(', ')} }`;
}

export function spreadsOf(matches: readonly Match[]): readonly Spread[] {
  return [...new Map(matches.map(({ spread }) => [spreadName(spread), spread])).values()];
}

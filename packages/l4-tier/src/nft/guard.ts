/**
 * Who is not let in: a table of its own whose chain stands before those that forward, whatever these do with packets. A load replaces the deny list in
 * the transaction that loads the rules, so no packet meets a half of it, and what limits remember stays.
 */
import {
  bitsContain,
  byBits,
  type DirectorState,
  type PrefixBits,
  prefixBits,
} from '@tricade/cluster';
import { deviceWord, type Family, guardTable } from './names.ts';
import type { Hook } from './observe.ts';
import { ipWord, type Match, matchesOf, vipSet } from './services.ts';

/** Sources whose new flows are counted at once, 8 MiB when full; a full set limits those that are in it and lets others in. */
const sourcesSize = 65_536;
const leastTimeoutSeconds = 60;
const families: readonly Family[] = [4, 6];

interface Guarded {
  readonly family: Family;
  readonly vips: readonly Match[];
}

function guarded(state: DirectorState): readonly Guarded[] {
  if (state.guard === undefined) return [];
  const matches = matchesOf(state);
  return families.flatMap((family) => {
    const vips = matches.filter(({ spread }) => spread.flavour.family === family);
    return vips.length === 0 ? [] : [{ family, vips }];
  });
}

/** Intervals of a set must not overlap: prefixes that lie in another one are left out. */
function outermost(deny: readonly string[], family: Family): readonly string[] {
  const all = deny.flatMap((text) => {
    const bits = prefixBits(text);
    return bits?.family === family ? [{ text, bits }] : [];
  });
  const outer: { readonly text: string; readonly bits: PrefixBits }[] = [];
  for (const each of all.sort((one, other) => byBits(one.bits, other.bits))) {
    const last = outer.at(-1);
    if (last === undefined || !bitsContain(last.bits, each.bits)) outer.push(each);
  }
  return outer.map(({ text }) => text);
}

function declared(state: DirectorState, { family }: Guarded): readonly string[] {
  const { limit } = state.guard ?? {};
  const type = `ipv${family}_addr`;
  const refillSeconds = limit === undefined ? 0 : (limit.burst * limit.perMs) / limit.flows / 1_000;
  const timeout = Math.max(leastTimeoutSeconds, Math.ceil(refillSeconds));
  return [
    `set denied${family} { type ${type}; flags interval; }`,
    ...(limit === undefined
      ? []
      : [
          `set ${sourcesSet(state, family)} { type ${type}; size ${sourcesSize}; flags dynamic,timeout; timeout ${timeout}s; }`,
        ]),
  ];
}

/** Named after its limit: what a set remembers of another one would count on. */
function sourcesSet({ guard }: DirectorState, family: Family): string {
  const { flows = 0, perMs = 0, burst = 0 } = guard?.limit ?? {};
  return `sources${family}_${flows}_${perMs}_${burst}`;
}

function rules(state: DirectorState): readonly string[] {
  const { deny, limit } = state.guard ?? {};
  return guarded(state).flatMap(({ family, vips }) => {
    const ip = ipWord(family);
    const toVip = `${ip} daddr ${vipSet(vips)}`;
    const source = family === 4 ? 'ip saddr' : 'ip6 saddr & ffff:ffff:ffff:ffff::';
    const rate =
      limit &&
      `${limit.flows}/${limit.perMs === 1_000 ? 'second' : 'minute'} burst ${limit.burst} packets`;
    return [
      ...(deny === undefined
        ? []
        : [`${toVip} ${ip} saddr @denied${family} counter name denied drop`]),
      ...(limit === undefined
        ? []
        : [
            `${toVip} tcp flags & (syn | ack) == syn update @${sourcesSet(state, family)} { ${source} limit rate over ${rate} } counter name limited drop`,
          ]),
    ];
  });
}

/** Lines of the table; none where everybody is let in. */
export function guardText(state: DirectorState): readonly string[] {
  const own = guarded(state);
  if (own.length === 0) return [];
  const table = `netdev ${guardTable}`;
  const elements = own.flatMap(({ family }) => {
    const cidrs = outermost(state.guard?.deny ?? [], family);
    const add = `add element ${table} denied${family} { ${cidrs.join(', ')} }`;
    return [`flush set ${table} denied${family}`, ...(cidrs.length === 0 ? [] : [add])];
  });
  return [
    `table ${table} {`,
    '  counter denied { }',
    '  counter limited { }',
    ...own.flatMap((each) => declared(state, each)).map((line) => `  ${line}`),
    `  chain ingress { type filter hook ingress device "${deviceWord(state.device)}" priority -10; policy accept; }`,
    '}',
    `flush chain ${table} ingress`,
    ...elements,
    `table ${table} {`,
    '  chain ingress {',
    ...['meta pkttype != host accept', ...rules(state)].map((rule) => `    ${rule}`),
    '  }',
    '}',
  ];
}

/** The chain by which packets come to the guard. */
export function guardHooks(state: DirectorState): readonly Hook[] {
  if (guarded(state).length === 0) return [];
  const at = `filter hook ingress device "${deviceWord(state.device)}"`;
  const count = rules(state).length + 1;
  return [{ family: 'netdev', table: guardTable, chain: 'ingress', at, rules: count }];
}

/** Director state → rule set. Pure. */
import type { DirectorState, TableGroup } from '@tricade/cluster';
import { translates } from '../forwarding.ts';
import { groupsOf, tablesOf } from './elements.ts';
import { guardHooks, guardText } from './guard.ts';
import { echoChain, echoRules, errorsChain, errorsRules, icmpRules } from './icmp.ts';
import { deviceWord, type Flavour, flavourName, flavours, table } from './names.ts';
import { natChains, natDeclarations, preroutingRules } from './nat-rules.ts';
import type { Hook } from './observe.ts';
import {
  declarations,
  flowKeys,
  type Memory,
  memoryChains,
  spreadRules,
  tunnelDevices,
} from './rules.ts';
import {
  byNarrowness,
  dispatchRules,
  ipWord,
  type Match,
  matchesOf,
  type Spread,
  spreadName,
  spreadsOf,
  vipSet,
  wayOf,
} from './services.ts';

function translated({ spread }: Match): boolean {
  return translates(spread);
}

/** Frames for us whose destination is a VIP; others, flooded frames included, are left alone. What is to be translated goes on to the other table. */
function ingressRules(matches: readonly Match[]): readonly string[] {
  const rules = ['meta pkttype != host accept'];
  for (const family of [4, 6] as const) {
    const all = matches.filter((match) => match.spread.flavour.family === family);
    const own = all.filter((match) => !translated(match));
    if (own.length === 0) continue;
    const ip = ipWord(family);
    const target = (spread: Match['spread']) =>
      translates(spread) ? 'accept' : `goto ${spreadName(spread)}`;
    rules.push(...dispatchRules(family, all, target));
    rules.push(...icmpRules(family, [...own].sort(byNarrowness)));
    const others = all.filter(translated);
    if (others.length > 0) rules.push(`${ip} daddr ${vipSet(others)} accept`);
    const vips = vipSet(own);
    const later = family === 4 ? 'ip frag-off & 0x1fff != 0' : 'exthdr frag exists';
    rules.push(`${ip} daddr ${vips} ${later} counter name fragments drop`);
    rules.push(`${ip} daddr ${vips} counter name unserved drop`);
  }
  return rules;
}

/** Protocols and families of the services that are forwarded by MAC: each has a flow memory. */
export function flavoursOf(state: DirectorState): readonly Flavour[] {
  const own = matchesOf(state).filter((match) => !translated(match));
  const names = new Set(own.map(({ spread }) => flavourName(spread.flavour)));
  return flavours.filter((flavour) => names.has(flavourName(flavour)));
}

/** The chains by which packets come into our rules. Throws TRI-D01, TRI-D02. */
export function hooksOf(state: DirectorState): readonly Hook[] {
  const matches = matchesOf(state);
  const hooks: readonly Hook[] = [
    {
      family: 'netdev',
      chain: 'ingress',
      at: `filter hook ingress device "${deviceWord(state.device)}"`,
      rules: ingressRules(matches).length,
    },
    {
      family: 'inet',
      chain: 'prerouting',
      at: 'nat hook prerouting',
      rules: preroutingRules(matches.filter(translated)).length,
    },
  ];
  const tables = tablesOf(state);
  const spreads = spreadsOf(matches.filter((match) => !translated(match)));
  const ends = tunnelDevices(memoriesOf(spreads, state.device)).map((device): Hook => {
    const at = `filter hook ingress device "${device}"`;
    return { family: 'netdev', chain: device.replaceAll('-', '_'), at, rules: 0 };
  });
  const forwarding = hooks.filter(({ family }) => tables.includes(family));
  return [...guardHooks(state), ...forwarding, ...ends];
}

function chain(name: string, rules: readonly string[]): string {
  return `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join('')}  }`;
}

/** Declares what is missing, empties all chains, fills them. */
function tableText(
  family: string,
  declared: readonly string[],
  chains: readonly string[],
): readonly string[] {
  return [
    `table ${family} ${table} {`,
    ...declared.map((line) => `  ${line}`),
    '}',
    `flush table ${family} ${table}`,
    `table ${family} ${table} {`,
    ...chains,
    '}',
  ];
}

/** Flavours and ways of the spreads that are handed on whole: what they remember, and by which chains. */
export function memoriesOf(spreads: readonly Spread[], device: string): readonly Memory[] {
  const found = spreads.map((spread): readonly [string, Memory] => {
    const { flavour } = spread;
    const way = wayOf(spread, device);
    return [`${way.prefix}${flavourName(flavour)}`, { flavour, way }];
  });
  return [...new Map(found).values()];
}

/** Throws TRI-D01, TRI-D02. */
function netdevText(state: DirectorState, groups: readonly TableGroup[]): readonly string[] {
  const device = deviceWord(state.device);
  const matches = matchesOf(state);
  const spreads = spreadsOf(matches.filter((match) => !translated(match)));
  const memories = memoriesOf(spreads, device);
  const keys = flowKeys(state.groups[0]?.hashKey ?? '');
  const chains = spreads.flatMap((spread) => [
    spreadName(spread),
    errorsChain(spread),
    echoChain(spread),
  ]);
  return tableText('netdev', declarations({ device, groups, chains, memories }), [
    ...memories.flatMap((memory) =>
      [...memoryChains(memory, keys)].map(([name, rules]) => chain(name, rules)),
    ),
    ...spreads.flatMap((spread) => [
      chain(spreadName(spread), spreadRules(spread, keys, device)),
      chain(errorsChain(spread), errorsRules(spread, device)),
      chain(echoChain(spread), echoRules(spread, device)),
    ]),
    chain('ingress', ingressRules(matches)),
    // Named so that what is no longer rendered is dropped.
    ...tunnelDevices(memories).map((name) => chain(name.replaceAll('-', '_'), [])),
  ]);
}

function natText(state: DirectorState, groups: readonly TableGroup[]): readonly string[] {
  const matches = matchesOf(state).filter(translated);
  const legs = state.legs.map((leg) => ({ ...leg, device: deviceWord(leg.device) }));
  const options = { matches, groups, legs };
  const chains = [...natChains(options)].map(([name, rules]) => chain(name, rules));
  return tableText('inet', natDeclarations(options), chains);
}

/** The rule set as one transaction. `$own_mac` is defined by who loads it. Throws TRI-D01, TRI-D02. */
export function rulesText(state: DirectorState): string {
  const groups = groupsOf(state);
  const texts = { netdev: netdevText, inet: natText };
  return [
    '# Written by Tricade from the cluster file; changes here are lost. Rows and reals are live and not in here.',
    ...guardText(state),
    ...tablesOf(state).flatMap((family) => texts[family](state, groups[family])),
    '',
  ].join('\n');
}

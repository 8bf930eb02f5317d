/** Director state → rule set, unit and bundle. Pure. */
import {
  type Bundle,
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
} from '@tricade/cluster';
import { nftDirectorCan } from '../capabilities.ts';
import { echoChain, echoRules, errorsChain, errorsRules, icmpRules } from './icmp.ts';
import {
  deviceWord,
  type Family,
  type Flavour,
  flavourName,
  flavours,
  groupWord,
  loadScript,
  type Protocol,
  rulesFile,
  table,
  unitName,
} from './names.ts';
import {
  declarations,
  flowKeys,
  memoryChains,
  type Spread,
  spreadName,
  spreadRules,
} from './rules.ts';

const unitFile = `/etc/systemd/system/${unitName}`;

/** One match of the ingress chain: where packets for a service and port go. */
interface Match {
  readonly vip: string;
  /** A host address, which can stand in a verdict map; prefixes and services on all ports need rules of their own. */
  readonly exact: boolean;
  readonly port: number;
  readonly spread: Spread;
}

function refuse(message: string): TricadeError {
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

function matchesOf(state: DirectorState): readonly Match[] {
  return state.services.flatMap((service) => {
    if (!nftDirectorCan.modes.includes(service.mode)) {
      throw refuse(`${service.service}: nft does not do ${service.mode} at this hook, only dsr`);
    }
    const group = groupNamed(state, service.group);
    const family = familyOf(service.vip);
    const vip = canonicalAddress(service.vip) ?? (canonicalPrefix(service.vip) as string);
    return service.ports.map((port) => ({
      vip,
      exact: !vip.includes('/') && port.port !== 0,
      port: port.port,
      spread: {
        group,
        flavour: { protocol: protocolOf(service, port), family },
        affinity: service.affinity,
      },
    }));
  });
}

/** Rules of the chain at the ingress hook. Throws TRI-D01, TRI-D02. */
export function ingressRuleCount(state: DirectorState): number {
  return ingressRules(matchesOf(state)).length;
}

/** The longer prefix first, then the one with a port: the more specific service wins. */
function byNarrowness(a: Match, b: Match): number {
  const length = (match: Match) => parsePrefix(match.vip)?.length ?? 0;
  return length(b) - length(a) || Number(b.port !== 0) - Number(a.port !== 0);
}

function word(family: Family): string {
  return family === 4 ? 'ip' : 'ip6';
}

/** Frames for us whose destination is a VIP; others, flooded frames included, are left alone. */
function ingressRules(matches: readonly Match[]): readonly string[] {
  const rules = ['meta pkttype != host accept'];
  for (const family of [4, 6] as const) {
    const own = matches.filter((match) => match.spread.flavour.family === family);
    if (own.length === 0) continue;
    const ip = word(family);
    const elements = own
      .filter((match) => match.exact)
      .map(({ vip, port, spread }) => {
        const { protocol } = spread.flavour;
        return `${vip} . ${protocol} . ${port} : goto ${spreadName(spread)}`;
      });
    if (elements.length > 0) {
      rules.push(`${ip} daddr . meta l4proto . th dport vmap { ${elements.join(', ')} }`);
    }
    const narrowFirst = [...own].sort(byNarrowness);
    for (const { vip, port, spread } of narrowFirst.filter((match) => !match.exact)) {
      const { protocol } = spread.flavour;
      const ports = port === 0 ? '0-65535' : String(port);
      rules.push(`${ip} daddr ${vip} ${protocol} dport ${ports} goto ${spreadName(spread)}`);
    }
    rules.push(...icmpRules(family, narrowFirst));
    const vips = vipSet(own);
    const later = family === 4 ? 'ip frag-off & 0x1fff != 0' : 'exthdr frag exists';
    rules.push(`${ip} daddr ${vips} ${later} counter name fragments drop`);
    rules.push(`${ip} daddr ${vips} counter name unserved drop`);
  }
  return rules;
}

/** All VIPs as an anonymous set, without those inside another one: intervals must not overlap. */
function vipSet(matches: readonly Match[]): string {
  const texts = [...new Set(matches.map((match) => canonicalPrefix(match.vip) as string))];
  const all = texts.map((text) => ({ text, bits: prefixBits(text) as PrefixBits }));
  // Host prefixes hold no other, so that 10,000 VIPs are compared with the few that may.
  const wide = all.filter(({ bits }) => bits.length < bits.bytes.length * 8);
  const outer = all.filter(
    (own) => !wide.some((other) => other !== own && bitsContain(other.bits, own.bits)),
  );
  return `{ ${outer.map(({ text }) => text).join(', ')} }`;
}

function spreadsOf(matches: readonly Match[]): readonly Spread[] {
  return [...new Map(matches.map(({ spread }) => [spreadName(spread), spread])).values()];
}

/** Protocols and families that the services use: each has a flow memory. */
export function flavoursOf(state: DirectorState): readonly Flavour[] {
  const names = new Set(matchesOf(state).map(({ spread }) => flavourName(spread.flavour)));
  return flavours.filter((flavour) => names.has(flavourName(flavour)));
}

function chain(name: string, rules: readonly string[]): string {
  return `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join('')}  }`;
}

/**
 * The rule set as one transaction: declare what is missing, empty all chains, fill them. `$own_mac` is defined by who loads it. Throws TRI-D01,
 * TRI-D02.
 */
export function rulesText(state: DirectorState): string {
  const device = deviceWord(state.device);
  const matches = matchesOf(state);
  const spreads = spreadsOf(matches);
  const used = flavoursOf(state);
  const keys = flowKeys(state.groups[0]?.hashKey ?? '');
  const chains = spreads.flatMap((spread) => [
    spreadName(spread),
    errorsChain(spread),
    echoChain(spread),
  ]);
  const declared = declarations({ device, groups: state.groups, chains, flavours: used });
  return [
    '# Written by Tricade from the cluster file; changes here are lost. Rows and reals are live and not in here.',
    `table netdev ${table} {`,
    ...declared.map((line) => `  ${line}`),
    '}',
    `flush table netdev ${table}`,
    `table netdev ${table} {`,
    ...used.flatMap((flavour) =>
      [...memoryChains(flavour, keys, device)].map(([name, rules]) => chain(name, rules)),
    ),
    ...spreads.flatMap((spread) => [
      chain(spreadName(spread), spreadRules(spread, keys)),
      chain(errorsChain(spread), errorsRules(spread, device)),
      chain(echoChain(spread), echoRules(spread, device)),
    ]),
    chain('ingress', ingressRules(matches)),
    '}',
    '',
  ].join('\n');
}

/**
 * `load` puts the rules in place in one transaction; rows, reals and flows stay as they are. Only where the kernel refuses that (another device or
 * size) it starts from an empty table, and the agent fills it again. Then chains and maps that no rule set names any more are dropped.
 */
const script = (device: string) => `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
own_mac=$(cat '/sys/class/net/${device}/address')
rules=\${2:-${rulesFile}}
anew() { { echo 'table netdev ${table}'; echo 'delete table netdev ${table}'; cat "$rules"; } | nft "$@" -D "own_mac=$own_mac" -f -; }

case "\${1:-load}" in
  check) nft -c -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew -c ;;
  unload) nft delete table netdev ${table} 2>/dev/null || true ;;
  load)
    nft -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew
    nft -t list table netdev ${table} | sed -n 's/^\\t\\(chain\\|map\\) \\([^ ]*\\) {$/\\1 \\2/p' | sort |
      while read -r kind name; do
        grep -q "^  $kind $name {" "$rules" || nft delete "$kind" netdev ${table} "$name"
      done ;;
esac
`;

const unit = `[Unit]
Description=Tricade director (nft)
After=network.target
Before=tricade-bird.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${loadScript} load
ExecReload=/bin/sh ${loadScript} load
ExecStop=/bin/sh ${loadScript} unload

[Install]
WantedBy=multi-user.target
`;

/** Reload, never restart: the unit's stop removes the table with its rows. Throws TRI-D01, TRI-D02. */
export function directorBundle(state: DirectorState): Bundle {
  return {
    role: 'director',
    packages: ['nftables'],
    files: [
      { path: rulesFile, mode: 0o644, content: { text: rulesText(state) } },
      { path: loadScript, mode: 0o755, content: { text: script(deviceWord(state.device)) } },
      { path: unitFile, mode: 0o644, content: { text: unit } },
    ],
    sysctls: {},
    checks: [`sh "$STAGE${loadScript}" check "$STAGE${rulesFile}"`],
    units: [unitName],
    activate: [`systemctl reload ${unitName}`],
    hitless: true,
  };
}

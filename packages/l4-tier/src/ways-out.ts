/**
 * Ways out for answers to clients: by every router that leads to them, past those that are dead. Pure.
 *
 * The routers are next hops of one route in a table of its own, in which only answers are looked up: all else leaves as the host has it. The kernel passes over a
 * next hop whose neighbour does not answer (`fib_multipath_use_neigh`; for IPv6 it does so unasked on hosts that do not forward), and is made to ask often enough.
 */
import {
  type Artifact,
  type Bundle,
  type DirectorState,
  deviceKey,
  type Gateways,
  ipFamily,
  type WayOut,
} from '@tricade/cluster';
import { oneshotUnit } from './oneshot-unit.ts';

const listFile = '/etc/tricade/ways-out';
const scriptFile = '/etc/tricade/ways-out.sh';
const appliedFile = '/run/tricade/ways-out';
const unitName = 'tricade-ways-out.service';
const table = 5210;
/** The host's own routes first, but for its default; then ours. Behind the ways back of translated flows (5200), before the main table (32766). */
const preferences = { own: 5210, ours: 5211 } as const;

/** Which packets leave by the ways out: what comes from an address or prefix of this host, or what it forwards from a device. */
export type Answers = { readonly from: string } | { readonly iif: string };

export interface WaysOutInput {
  /** At most one a family. */
  readonly ways: readonly WayOut[];
  readonly answers: readonly Answers[];
}

/** Of a director: what it forwards comes in by its legs. */
export function forwardedWaysOut({
  waysOut = [],
  legs,
}: Pick<DirectorState, 'waysOut' | 'legs'>): WaysOutInput {
  return { ways: waysOut, answers: legs.map(({ device }) => ({ iif: device })) };
}

function familyOf([router = '']: readonly string[]): 4 | 6 {
  return ipFamily(router) === 6 ? 6 : 4;
}

function selectorOf(answers: Answers): string {
  return 'from' in answers ? `from ${answers.from}` : `iif ${answers.iif}`;
}

/** One line a route (`4 route DEVICE ROUTER…`) and a selector (`4 rule from VIP`), sorted: equal input gives equal text. */
export function waysOutText({ ways, answers }: WaysOutInput): string {
  const lines = ways.flatMap(({ device, routers }) => {
    const family = familyOf(routers);
    const own = answers.filter((each) => !('from' in each) || ipFamily(each.from) === family);
    return [
      `${family} route ${device} ${[...routers].sort().join(' ')}\n`,
      ...own.map((each) => `${family} rule ${selectorOf(each)}\n`),
    ];
  });
  return [...new Set(lines)].sort().join('');
}

/** `start` makes table and rules agree with the list and takes away what an earlier list said and this one does not; `stop` takes all of it away. */
const script = `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=${listFile}
APPLIED=${appliedFile}
mkdir -p "\${APPLIED%/*}"
touch "$APPLIED"

# family device router...
route() {
  family=$1 device=$2 hops=
  shift 2
  for router; do hops="$hops nexthop via $router dev $device"; done
  ip "-$family" route replace default table ${table} $hops
}

# verb list: one program a family, however many rules. One that is there already is refused, and one that is not cannot go: both are as they should be.
rules() {
  for family in 4 6; do
    awk -v verb="$1" -v family=$family '$1 == family && $2 == "rule" {
      print "rule", verb, "pref ${preferences.own}", $3, $4, "lookup main suppress_prefixlength 0"
      print "rule", verb, "pref ${preferences.ours}", $3, $4, "lookup ${table}"
    }' "$2" | ip -$family -force -batch - 2>/dev/null || true
  done
}

if [ "\${1:-start}" = stop ]; then WANTED=/dev/null; else WANTED=$LIST; fi
while read -r family kind rest; do
  [ "$kind" != route ] || route "$family" $rest
done < "$WANTED"
rules add "$WANTED"
awk -v list="$WANTED" 'BEGIN { while ((getline line < list) > 0) wanted[line] = 1 } !($0 in wanted)' "$APPLIED" > "$APPLIED.gone"
rules del "$APPLIED.gone"
for family in 4 6; do
  grep -q "^$family route " "$WANTED" || ip -$family route flush table ${table} 2>/dev/null || true
done
cat "$WANTED" > "$APPLIED.new"
mv "$APPLIED.new" "$APPLIED"
`;

const unit = oneshotUnit({
  description: 'Tricade ways out for answers',
  start: `/bin/sh ${scriptFile} start`,
  stop: `/bin/sh ${scriptFile} stop`,
  notes: true,
});

/** Where reals lie behind several routers, one that is silent must be known to be: on the devices by which they are reached. */
export function gatewaySysctls(
  devices: readonly string[],
  gateways: Gateways | undefined,
): Readonly<Record<string, string>> {
  const choices = Object.values(gateways ?? {}).filter((routers) => routers.length > 1);
  const families = ([4, 6] as const).filter((family) =>
    choices.some((routers) => familyOf(routers) === family),
  );
  return Object.assign({}, ...devices.map((device) => neighbourSysctls(device, families)));
}

/**
 * How soon a silent neighbour is known to be gone: the kernel doubts it 0.5 to 1.5 s after its last sign of life, and then asks with the next packet, three times, 100 ms
 * apart. Progress of a TCP connection is a sign of life, so a busy router is hardly ever asked.
 */
const neighbourTimers = {
  base_reachable_time_ms: '1000',
  delay_first_probe_time: '0',
  ucast_solicit: '3',
  retrans_time_ms: '100',
} as const;

function neighbourSysctls(
  device: string,
  families: readonly (4 | 6)[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    families.flatMap((family) =>
      Object.entries(neighbourTimers).map(([leaf, value]) => [
        deviceKey({ family, of: 'neigh', device, leaf }),
        value,
      ]),
    ),
  );
}

/** A role's bundle with what lets answers leave by several routers; as it is where there is one. */
export function withWaysOut(bundle: Bundle, input: WaysOutInput): Bundle {
  const text = waysOutText(input);
  if (text === '') return bundle;
  const file = (path: string, content: string, mode = 0o644): Artifact => {
    return { path, mode, content: { text: content } };
  };
  const timers = input.ways.map(({ device, routers }) =>
    neighbourSysctls(device, [familyOf(routers)]),
  );
  return {
    ...bundle,
    packages: [...new Set([...bundle.packages, 'iproute2'])],
    files: [
      ...bundle.files,
      file(listFile, text),
      file(scriptFile, script, 0o755),
      file(`/etc/systemd/system/${unitName}`, unit),
    ],
    sysctls: Object.assign(
      { ...bundle.sysctls, 'net.ipv4.fib_multipath_use_neigh': '1' },
      ...timers,
    ),
    checks: [...bundle.checks, `sh -n "$STAGE${scriptFile}"`],
    units: [...bundle.units, unitName],
    activate: [...bundle.activate, `systemctl reload ${unitName}`],
  };
}

/** Prints routes and rules of both families as `lackingWays` reads them. Of a table that is not there ip prints half a list, and fails. */
export const readScript: string = [
  'list() { said=$(ip -j "$@" 2>/dev/null) || said=\'[]\'; printf \'%s\\n---\\n\' "$said"; }',
  ...[4, 6].map(
    (family) =>
      `list -${family} route show table ${table} default; list -${family} rule show pref ${preferences.ours}`,
  ),
].join('\n');

/** Puts lines that are lacking into the kernel: a route at once, as it is to be now; rules by the unit's script. */
export function restoreScript(lines: readonly string[]): string {
  const routes = lines.flatMap((line) => {
    const [family, kind, device, ...routers] = line.split(' ');
    if (kind !== 'route') return [];
    const hops = routers.map((router) => `nexthop via ${router} dev ${device}`);
    return [`ip -${family} route replace default table ${table} ${hops.join(' ')}`];
  });
  const hasRules = lines.some((line) => line.includes(' rule '));
  return [...(hasRules ? [`sh ${scriptFile} start`] : []), ...routes].join('\n');
}

interface Hop {
  readonly gateway?: string;
  readonly dev?: string;
}
interface Route extends Hop {
  readonly nexthops?: readonly Hop[];
}
interface Rule {
  readonly src: string;
  readonly srclen?: number;
  readonly iif?: string;
}

/** Lines of the list that the kernel does not follow. `output`: of `readScript`. Throws SyntaxError where it is no JSON. */
export function lackingWays(input: WaysOutInput, output: string): readonly string[] {
  const [routes4, rules4, routes6, rules6] = output.split('---\n');
  const held = new Set([...linesOf(4, routes4, rules4), ...linesOf(6, routes6, rules6)]);
  return waysOutText(input)
    .split('\n')
    .filter((line) => line !== '' && !held.has(line));
}

function listed<T>(json = ''): readonly T[] {
  return JSON.parse(json.trim() || '[]') as readonly T[];
}

/** Lines of the list that say what the kernel has. */
function linesOf(family: 4 | 6, routes?: string, rules?: string): readonly string[] {
  const hops = listed<Route>(routes).flatMap((route) => route.nexthops ?? [route]);
  const selectors = listed<Rule>(rules).map(({ src, srclen, iif }) =>
    iif === undefined ? `from ${src}${srclen === undefined ? '' : `/${srclen}`}` : `iif ${iif}`,
  );
  return [
    `${family} route ${hops[0]?.dev} ${hops
      .map(({ gateway }) => gateway)
      .sort()
      .join(' ')}`,
    ...selectors.map((selector) => `${family} rule ${selector}`),
  ];
}

/**
 * Ways back of translated flows: a receiver answers through the director that the flow came by, for only that one can undo the translation. Pure.
 *
 * A connection is marked by the MAC that its newest packet from the client's side came from, so that it follows its client to another director; what the receiver
 * sends back takes that mark, and by it a routing table whose only route leads to that director. MACs are live state (they are resolved, and change with a
 * machine's card); marks, rules and tables are installed.
 */
import {
  type Artifact,
  type Bundle,
  deviceKey,
  ipFamily,
  type ReceiverLive,
  type ReceiverState,
  type ReturnPath,
} from '@tricade/cluster';
import { oneshotUnit } from '../oneshot-unit.ts';

export const returnTable = 'tricade_return';
export const macsMap = 'directors';
export const waysFile = '/etc/tricade/return-paths';
export const waysScript = '/etc/tricade/return-paths.sh';
const appliedFile = '/run/tricade/return-paths';
const rulesFile = '/etc/tricade/return-paths.nft';
const unitName = 'tricade-return-paths.service';
/** Before the main table's 32766; rules of others at the same place are told by their marks. */
const preference = 5200;
/** Upper half of our marks, so that they are told from those of others. */
const markBase = 0x5452_0000;

/** Mark of the connections that came through a director, and number of the routing table that leads back. */
export function markOf({ number }: Pick<ReturnPath, 'number'>): number {
  return markBase + number;
}

function hex(mark: number): string {
  return `0x${mark.toString(16)}`;
}

/** One line a family and director: family, mark, gateway, device. Sorted, so that equal states give equal text. */
export function waysText({ returnPaths, device }: ReceiverState): string {
  const lines = returnPaths.flatMap((path) =>
    path.addresses.map(
      (address) => `${ipFamily(address)} ${hex(markOf(path))} ${address} ${device}\n`,
    ),
  );
  return [...new Set(lines)].sort().join('');
}

/** Addresses of the device itself only: what comes for a VIP on loopback was not translated, and is answered past the director. */
function rulesText({ device }: ReceiverState): string {
  return `# Written by Tricade from the cluster file; changes here are lost. MACs of directors are live and not in here.
table inet ${returnTable} {
  map ${macsMap} { type ether_addr : mark; size 1024; }
  chain prerouting { type filter hook prerouting priority mangle; policy accept; }
  chain output { type route hook output priority mangle; policy accept; }
}
flush table inet ${returnTable}
table inet ${returnTable} {
  chain prerouting {
    iifname "${device}" fib daddr . iif type local ct direction original ct mark set ether saddr map @${macsMap}
  }
  chain output {
    ct direction reply ct mark & 0xffff0000 == ${hex(markBase)} meta mark set ct mark
  }
}
`;
}

/**
 * \`start\` makes rules and routing tables agree with the list, and takes away what an earlier list said and this one does not; what stays is not
 * touched. A device that went down has lost its routes: then it is run again.
 */
const script = `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=${waysFile}
APPLIED=${appliedFile}
RULES=\${2:-${rulesFile}}
SETTINGS=/etc/sysctl.d/60-tricade-receiver.conf
mkdir -p "\${APPLIED%/*}"
touch "$APPLIED"

add() {
  ip "-$1" route replace default via "$3" dev "$4" table "$(($2))"
  ip "-$1" rule show pref ${preference} | grep -q "fwmark $2 " || ip "-$1" rule add pref ${preference} fwmark "$2" lookup "$(($2))"
}

drop() {
  ip "-$1" rule del pref ${preference} fwmark "$2" lookup "$(($2))" 2>/dev/null || true
  ip "-$1" route flush table "$(($2))" 2>/dev/null || true
}

case "\${1:-start}" in
  check) nft -c -f "$RULES"; exit ;;
  stop) WANTED=/dev/null; nft delete table inet ${returnTable} 2>/dev/null || true ;;
  *)
    WANTED=$LIST
    nft -f "$RULES"
    if [ -f "$SETTINGS" ]; then sysctl -q -p "$SETTINGS"; fi ;;
esac
while read -r family mark gateway device; do add "$family" "$mark" "$gateway" "$device"; done < "$WANTED"
while read -r family mark gateway device; do
  grep -q "^$family $mark " "$WANTED" || drop "$family" "$mark"
done < "$APPLIED"
cat "$WANTED" > "$APPLIED.new"
mv "$APPLIED.new" "$APPLIED"
`;

const unit = oneshotUnit({
  description: 'Tricade ways back through the directors',
  start: `/bin/sh ${waysScript} start`,
  stop: `/bin/sh ${waysScript} stop`,
  notes: true,
});

/** What a receiver gets besides where flows are translated on their way to it; nothing where none are. */
export function returnPathParts(
  state: ReceiverState,
): Pick<Bundle, 'packages' | 'files' | 'sysctls' | 'checks' | 'units' | 'activate'> {
  const none = { packages: [], files: [], sysctls: {}, checks: [], units: [], activate: [] };
  if (state.returnPaths.length === 0) return none;
  const file = (path: string, content: string, mode = 0o644): Artifact => {
    return { path, mode, content: { text: content } };
  };
  return {
    packages: ['nftables', 'procps'],
    files: [
      file(waysFile, waysText(state)),
      file(rulesFile, rulesText(state)),
      file(waysScript, script, 0o755),
      file(`/etc/systemd/system/${unitName}`, unit),
    ],
    sysctls: redirectSysctls(state),
    checks: [`sh "$STAGE${waysScript}" check "$STAGE${rulesFile}"`],
    units: [unitName],
    activate: [`systemctl reload ${unitName}`],
  };
}

/** A director sends back by the device it was sent to, and nobody may be talked into a shorter way: it would lead past the translation. */
function redirectSysctls({ device, returnPaths }: ReceiverState): Readonly<Record<string, string>> {
  const key = (family: 4 | 6, name: string) =>
    deviceKey({ family, device: name, leaf: 'accept_redirects' });
  const hasIpv6 = returnPaths.some(({ addresses }) => addresses.some((each) => each.includes(':')));
  const families = hasIpv6 ? ([4, 6] as const) : ([4] as const);
  return {
    'net.netfilter.nf_conntrack_tcp_be_liberal': '1',
    ...Object.fromEntries(
      families.flatMap((family) => ['all', device].map((name) => [key(family, name), '0'])),
    ),
  };
}

/** MAC → mark, as the map must hold it. */
export function wantedMacs(
  { returnPaths }: ReceiverState,
  { directors }: ReceiverLive,
): ReadonlyMap<string, number> {
  return new Map(
    returnPaths.flatMap((path) =>
      path.addresses.flatMap((address) => {
        const mac = directors[address]?.toLowerCase();
        return mac === undefined ? [] : [[mac, markOf(path)] as const];
      }),
    ),
  );
}

/** One transaction that turns `have` into `want`; '' where nothing differs. */
export function macsChange(
  have: ReadonlyMap<string, number>,
  want: ReadonlyMap<string, number>,
): string {
  const element = `element inet ${returnTable} ${macsMap}`;
  const gone = [...have].filter(([mac, mark]) => want.get(mac) !== mark).map(([mac]) => mac);
  const fresh = [...want].filter(([mac, mark]) => have.get(mac) !== mark);
  const added = fresh.map(([mac, mark]) => `${mac} : ${hex(mark)}`);
  return [
    ...(gone.length > 0 ? [`delete ${element} { ${gone.join(', ')} }\n`] : []),
    ...(added.length > 0 ? [`add ${element} { ${added.join(', ')} }\n`] : []),
  ].join('');
}

/** Equal for equal contents, whatever their order. */
export function macsText(macs: ReadonlyMap<string, number>): string {
  return [...macs]
    .map(([mac, mark]) => `${mac} ${hex(mark)}`)
    .sort()
    .join(', ');
}

/** Director state → files, settings and unit. Pure. */
import {
  type Bundle,
  type DirectorState,
  ipFamily,
  vxlanDevices,
  vxlanLink,
  vxlanMac,
} from '@tricade/cluster';
import { forwardingSysctls, translates } from '../forwarding.ts';
import { oneshotUnit } from '../oneshot-unit.ts';
import { trackedFlowsParts } from '../tracked-flows.ts';
import { deviceWord, guardTable, loadScript, rulesFile, table, unitName } from './names.ts';
import { rulesText } from './render.ts';
import { refuse } from './services.ts';

const tunnelsFile = '/etc/tricade/director-tunnels';
const tunnelNames = Object.values(vxlanDevices).map(({ device }) => device);
const unitFile = `/etc/systemd/system/${unitName}`;

/**
 * `load` puts the rules in place in one transaction; rows, reals and flows stay as they are. Only where the kernel refuses that (another device or
 * size) it starts from empty tables, and the agent fills them again. Then chains, maps and tables that no rule set names any more are dropped. Settings
 * of connection tracking are there only once rules ask for it, which at boot is after all others were set: so they are set here again. Devices of
 * tunnels are made before the rules that name them, and go after these.
 */
const script = (device: string) => `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
own_mac=$(cat '/sys/class/net/${device}/address')
rules=\${2:-${rulesFile}}
settings=/etc/sysctl.d/60-tricade-director.conf
tunnels=${tunnelsFile}
ours='netdev ${guardTable}
netdev ${table}
inet ${table}'
empty() { echo "$ours" | while read -r name; do echo "table $name"; echo "delete table $name"; done; }
anew() { { empty; cat "$rules"; } | nft "$@" -D "own_mac=$own_mac" -f -; }

# Devices and peers of tunnels as the list says; what stays is not touched.
tunnels() {
  while read -r kind device local words; do
    [ "$kind" = link ] || continue
    ip -d link show "$device" 2>/dev/null | grep -q " local $local " || { ip link del "$device" 2>/dev/null || true; ip link $words; }
    ip link set "$device" addrgenmode none up
  done < "$1"
  while read -r kind device mac address; do
    [ "$kind" != peer ] || bridge fdb replace "$mac" dev "$device" dst "$address" self permanent
  done < "$1"
  for device in ${tunnelNames.join(' ')}; do
    grep -q "^link $device " "$1" || { ip link del "$device" 2>/dev/null || true; continue; }
    bridge fdb show dev "$device" | while read -r mac words; do
      grep -q "^peer $device $mac " "$1" || bridge fdb del "$mac" dev "$device" self
    done
  done
}

case "\${1:-load}" in
  check)
    # The tunnels' devices come with loading: until then another one stands for them.
    sed 's|"tricade-vx[46]"|"${device}"|g' "$rules" | nft -c -D "own_mac=$own_mac" -f - 2>/dev/null ||
      { empty; sed 's|"tricade-vx[46]"|"${device}"|g' "$rules"; } | nft -c -D "own_mac=$own_mac" -f - ;;
  unload)
    echo "$ours" | while read -r name; do nft delete table $name 2>/dev/null || true; done
    tunnels /dev/null ;;
  load)
    if [ -f "$tunnels" ]; then tunnels "$tunnels"; fi
    nft -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew
    echo "$ours" | while read -r own; do
      grep -q "^table $own {" "$rules" || { nft delete table $own 2>/dev/null || true; continue; }
      nft -t list table $own | sed -n 's/^\\t\\(chain\\|map\\|set\\) \\([^ ]*\\) {$/\\1 \\2/p' | sort |
        while read -r kind name; do
          grep -q "^  $kind $name {" "$rules" || nft delete "$kind" $own "$name"
        done
    done
    [ -f "$tunnels" ] || tunnels /dev/null
    if [ -f "$settings" ]; then sysctl -q -p "$settings"; fi ;;
esac
`;

const unit = oneshotUnit({
  description: 'Tricade director (nft)',
  before: 'tricade-bird.service',
  start: `/bin/sh ${loadScript} load`,
  stop: `/bin/sh ${loadScript} unload`,
});

/** Devices of tunnels, and at which address each real takes them off; '' where no service is tunnelled. */
export function tunnelsText(state: DirectorState): string {
  const tunnelled = state.services.filter(({ mode }) => mode === 'tunnel');
  const lines = ([4, 6] as const).flatMap((family) => {
    const own = tunnelled.filter(({ vip }) => vip.includes(':') === (family === 6));
    if (own.length === 0) return [];
    const local = state.addresses.find((address) => ipFamily(address) === family);
    if (local === undefined)
      throw refuse(`${state.node} has no IPv${family} address to tunnel from`);
    const { device } = vxlanDevices[family];
    const groups = new Set(own.map(({ group }) => group));
    const reals = state.groups
      .filter(({ group }) => groups.has(group))
      .flatMap((each) => each.reals);
    const peers = reals.flatMap(({ address, addresses }) => {
      const end = addresses.find((each) => ipFamily(each) === family);
      return end === undefined ? [] : [`peer ${device} ${vxlanMac(address)} ${end}`];
    });
    return [`link ${device} ${local} ${vxlanLink(local, vxlanMac(local))}`, ...new Set(peers)];
  });
  refuseSharedMac(lines);
  return lines.map((line) => `${line}\n`).join('');
}

/** Two reals whose addresses end alike would be one. Throws TRI-D01. */
function refuseSharedMac(lines: readonly string[]): void {
  const ends = new Map<string, string>();
  for (const [kind, device, mac, address = ''] of lines.map((line) => line.split(' '))) {
    if (kind !== 'peer') continue;
    const key = `${device} ${mac}`;
    const other = ends.get(key);
    if (other !== undefined) throw refuse(`${other} and ${address} end in the same four bytes`);
    ends.set(key, address);
  }
}

/** Seconds that an idle TCP flow is remembered: what RFC 5382, REQ-5 asks of a NAT at least. The kernel's own 5 days would fill the table with the dead. */
const idleSeconds = 7_440;

/**
 * What translating asks of the kernel. A flow that another director has begun is taken over in its middle (`tcp_loose`), and one that went there and comes back is
 * no stranger though its numbers have moved on (`be_liberal`).
 */
function natSysctls(state: DirectorState): Readonly<Record<string, string>> {
  if (!state.services.some(translates)) return {};
  return {
    'net.netfilter.nf_conntrack_tcp_loose': '1',
    'net.netfilter.nf_conntrack_tcp_be_liberal': '1',
    'net.netfilter.nf_conntrack_tcp_timeout_established': String(idleSeconds),
    ...forwardingSysctls(state),
  };
}

/** Reload, never restart: the unit's stop removes the tables with their rows. Throws TRI-D01, TRI-D02. */
export function directorBundle(state: DirectorState): Bundle {
  const tracks = state.services.some(translates);
  const tunnels = tunnelsText(state);
  const room = trackedFlowsParts(state.trackedFlows);
  return {
    role: 'director',
    packages: ['nftables', 'iproute2', 'procps', ...(tracks ? ['conntrack'] : [])],
    files: [
      { path: rulesFile, mode: 0o644, content: { text: rulesText(state) } },
      { path: loadScript, mode: 0o755, content: { text: script(deviceWord(state.device)) } },
      { path: unitFile, mode: 0o644, content: { text: unit } },
      ...(tunnels === ''
        ? []
        : [{ path: tunnelsFile, mode: 0o644, content: { text: tunnels } } as const]),
      ...room.files,
    ],
    sysctls: natSysctls(state),
    checks: [`sh "$STAGE${loadScript}" check "$STAGE${rulesFile}"`],
    units: [unitName, ...room.units],
    activate: [`systemctl reload ${unitName}`, ...room.activate],
    hitless: true,
  };
}

/**
 * Ends of tunnels: a VXLAN device for each family, at which packets for VIPs come out as if a router had sent them. Its MAC is what directors send to; nothing is
 * learned, nothing is sent by it: replies leave past the directors. Pure.
 *
 * Only directors' addresses may send: of all others packets with our network identifiers are dropped before they come to the device.
 */
import {
  type Artifact,
  type Bundle,
  ipFamily,
  type ReceiverState,
  vxlanAnyAddress,
  vxlanDevices,
  vxlanLink,
  vxlanPort,
} from '@tricade/cluster';
import { oneshotUnit } from '../oneshot-unit.ts';

export const tunnelTable = 'tricade_tunnel';
const linksFile = '/etc/tricade/receiver-tunnels';
const rulesFile = '/etc/tricade/receiver-tunnels.nft';
const scriptFile = '/etc/tricade/receiver-tunnels.sh';
const unitName = 'tricade-receiver-tunnels.service';
const names = Object.values(vxlanDevices).map(({ device }) => device);

/** One line a device: its name, its address, and the words of `ip link`. */
export function linksText({ vxlan }: ReceiverState): string {
  const addresses = vxlan?.addresses ?? [];
  return addresses
    .map((address) => {
      const { device } = vxlanDevices[ipFamily(address) as 4 | 6];
      return `${device} ${address} ${vxlanLink(address, vxlan?.mac ?? '')}\n`;
    })
    .sort()
    .join('');
}

/** The identifier lies four bytes behind the UDP header (RFC 7348, section 5). */
function rulesText({ directors }: ReceiverState): string {
  const ids = Object.values(vxlanDevices)
    .map(({ id }) => `0x${id.toString(16)}`)
    .join(', ');
  const rules = ([4, 6] as const).map((family) => {
    const ip = family === 4 ? 'ip' : 'ip6';
    const own = directors.filter((address) => ipFamily(address) === family);
    const others =
      own.length === 0 ? `meta nfproto ipv${family}` : `${ip} saddr != { ${own.join(', ')} }`;
    return `    ${others} udp dport ${vxlanPort} @th,96,24 { ${ids} } counter name strangers drop\n`;
  });
  return `# Written by Tricade from the cluster file; changes here are lost.
table inet ${tunnelTable} {
  counter strangers { }
  chain input { type filter hook input priority filter; policy accept; }
}
flush table inet ${tunnelTable}
table inet ${tunnelTable} {
  chain input {
${rules.join('')}  }
}
`;
}

const script = `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=${linksFile}
RULES=\${2:-${rulesFile}}

case "\${1:-start}" in
  check) nft -c -f "$RULES"; exit ;;
  stop) WANTED=/dev/null ;;
  *) WANTED=$LIST; nft -f "$RULES" ;;
esac
while read -r device local words; do
  ip -d link show "$device" 2>/dev/null | grep -q " local $local " || { ip link del "$device" 2>/dev/null || true; ip link $words; }
  ip link set "$device" addrgenmode none up
  case "$local" in *:*) ;; *) ip addr replace ${vxlanAnyAddress} dev "$device" scope host ;; esac
done < "$WANTED"
for device in ${names.join(' ')}; do
  grep -q "^$device " "$WANTED" || ip link del "$device" 2>/dev/null || true
done
[ "$WANTED" = "$LIST" ] || nft delete table inet ${tunnelTable} 2>/dev/null || true
`;

const unit = oneshotUnit({
  description: 'Tricade ends of tunnels',
  start: `/bin/sh ${scriptFile} start`,
  stop: `/bin/sh ${scriptFile} stop`,
});

/** What a receiver gets besides where tunnels end on it; nothing where none do. */
export function vxlanParts(
  state: ReceiverState,
): Pick<Bundle, 'packages' | 'files' | 'checks' | 'units' | 'activate'> {
  if (state.vxlan === undefined)
    return { packages: [], files: [], checks: [], units: [], activate: [] };
  const file = (path: string, content: string, mode = 0o644): Artifact => {
    return { path, mode, content: { text: content } };
  };
  return {
    packages: ['nftables'],
    files: [
      file(linksFile, linksText(state)),
      file(rulesFile, rulesText(state)),
      file(scriptFile, script, 0o755),
      file(`/etc/systemd/system/${unitName}`, unit),
    ],
    checks: [`sh "$STAGE${scriptFile}" check "$STAGE${rulesFile}"`],
    units: [unitName],
    activate: [`systemctl reload ${unitName}`],
  };
}

/** Script that prints the devices of tunnels with their addresses. */
export const linksScript: string = names
  .map((device) => `ip -d link show ${device} up 2>/dev/null`)
  .join('; ')
  .concat('; true');

/** Devices that the list has and the kernel does not. `output`: of `linksScript`. */
export function missingLinks({ vxlan }: ReceiverState, output: string): readonly string[] {
  return (vxlan?.addresses ?? []).flatMap((address) => {
    const { device, id } = vxlanDevices[ipFamily(address) as 4 | 6];
    return output.includes(` vxlan id ${id} local ${address} `) ? [] : [device];
  });
}

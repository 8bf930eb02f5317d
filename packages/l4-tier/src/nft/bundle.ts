/** Director state → files, settings and unit. Pure. */
import type { Bundle, DirectorState } from '@tricade/cluster';
import { deviceWord, loadScript, rulesFile, table, unitName } from './names.ts';
import { rulesText } from './render.ts';
import { translates } from './services.ts';

const unitFile = `/etc/systemd/system/${unitName}`;

/**
 * `load` puts the rules in place in one transaction; rows, reals and flows stay as they are. Only where the kernel refuses that (another device or
 * size) it starts from empty tables, and the agent fills them again. Then chains, maps and tables that no rule set names any more are dropped. Settings
 * of connection tracking are there only once rules ask for it, which at boot is after all others were set: so they are set here again.
 */
const script = (device: string) => `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
own_mac=$(cat '/sys/class/net/${device}/address')
rules=\${2:-${rulesFile}}
settings=/etc/sysctl.d/60-tricade-director.conf
empty() { for family in netdev inet; do echo "table $family ${table}"; echo "delete table $family ${table}"; done; }
anew() { { empty; cat "$rules"; } | nft "$@" -D "own_mac=$own_mac" -f -; }

case "\${1:-load}" in
  check) nft -c -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew -c ;;
  unload) for family in netdev inet; do nft delete table $family ${table} 2>/dev/null || true; done ;;
  load)
    nft -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew
    for family in netdev inet; do
      grep -q "^table $family " "$rules" || { nft delete table $family ${table} 2>/dev/null || true; continue; }
      nft -t list table $family ${table} | sed -n 's/^\\t\\(chain\\|map\\) \\([^ ]*\\) {$/\\1 \\2/p' | sort |
        while read -r kind name; do
          grep -q "^  $kind $name {" "$rules" || nft delete "$kind" $family ${table} "$name"
        done
    done
    if [ -f "$settings" ]; then sysctl -q -p "$settings"; fi ;;
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

/** Seconds that an idle TCP flow is remembered: what RFC 5382, REQ-5 asks of a NAT at least. The kernel's own 5 days would fill the table with the dead. */
const idleSeconds = 7_440;

/**
 * What translating asks of the kernel. Packets are forwarded, also back out of the device they came by, without telling their senders of a shorter way. A flow that
 * another director has begun is taken over in its middle (`tcp_loose`), and one that went there and comes back is no stranger though its numbers have moved on
 * (`be_liberal`).
 */
function natSysctls({ services, legs }: DirectorState): Readonly<Record<string, string>> {
  if (!services.some(translates)) return {};
  const keys: Record<string, string> = {
    'net.netfilter.nf_conntrack_tcp_loose': '1',
    'net.netfilter.nf_conntrack_tcp_be_liberal': '1',
    'net.netfilter.nf_conntrack_tcp_timeout_established': String(idleSeconds),
    'net.ipv4.conf.all.send_redirects': '0',
  };
  const key = (device: string, leaf: string) =>
    ['net', 'ipv4', 'conf', device, leaf].join(device.includes('.') ? '/' : '.');
  for (const { device } of legs) {
    keys[key(device, 'forwarding')] = '1';
    keys[key(device, 'send_redirects')] = '0';
    keys[key(device, 'rp_filter')] = '2';
  }
  const hasIpv6 = services.some((service) => translates(service) && service.vip.includes(':'));
  if (hasIpv6) keys['net.ipv6.conf.all.forwarding'] = '1';
  return keys;
}

/** Reload, never restart: the unit's stop removes the tables with their rows. Throws TRI-D01, TRI-D02. */
export function directorBundle(state: DirectorState): Bundle {
  const tracks = state.services.some(translates);
  return {
    role: 'director',
    packages: tracks ? ['nftables', 'conntrack', 'procps'] : ['nftables', 'procps'],
    files: [
      { path: rulesFile, mode: 0o644, content: { text: rulesText(state) } },
      { path: loadScript, mode: 0o755, content: { text: script(deviceWord(state.device)) } },
      { path: unitFile, mode: 0o644, content: { text: unit } },
    ],
    sysctls: natSysctls(state),
    checks: [`sh "$STAGE${loadScript}" check "$STAGE${rulesFile}"`],
    units: [unitName],
    activate: [`systemctl reload ${unitName}`],
    hitless: true,
  };
}

/** VIPs of a receiver → a list, a script that makes the kernel agree with it, and a unit. Pure. */
import {
  type Bundle,
  canonicalAddress,
  canonicalPrefix,
  deviceKey,
  ipFamily,
  parsePrefix,
  type ReceiverState,
  TricadeError,
} from '@tricade/cluster';
import { receiverCan } from '../capabilities.ts';
import { oneshotUnit } from '../oneshot-unit.ts';
import { trackedFlowsParts } from '../tracked-flows.ts';
import { gatewaySysctls, type WaysOutInput } from '../ways-out.ts';
import { checkParts } from './check-parts.ts';
import { quicIdFiles } from './quic-ids.ts';
import { returnPathParts } from './return-paths.ts';
import { segmentParts } from './segments.ts';
import { vxlanParts } from './vxlan.ts';

const listFile = '/etc/tricade/receiver-vips';
/** What the script has put into the kernel since boot: it removes nothing else. */
const appliedFile = '/run/tricade/receiver-vips';
const scriptFile = '/etc/tricade/receiver.sh';
const unitName = 'tricade-receiver.service';
const unitFile = `/etc/systemd/system/${unitName}`;

/** One line of the list: an address on loopback, or a prefix that the kernel takes as its own (AnyIP) without any address. */
export interface Held {
  readonly kind: 'address' | 'prefix';
  readonly prefix: string;
}

/** A VIP written as an address is put on loopback as /32 or /128; one written as a prefix is a local route. Throws TRI-D06. */
export function heldOf(vip: string): Held {
  const address = canonicalAddress(vip);
  if (address !== undefined) {
    return { kind: 'address', prefix: `${address}/${ipFamily(address) === 4 ? 32 : 128}` };
  }
  const prefix = canonicalPrefix(vip);
  if (prefix !== undefined) return { kind: 'prefix', prefix };
  throw new TricadeError('TRI-D06', `${JSON.stringify(vip)} is neither an address nor a prefix`);
}

/** The list, sorted: equal states give equal text. */
export function listText(state: ReceiverState): string {
  const lines = state.vips.map(heldOf).map((held) => `${held.kind} ${held.prefix}`);
  return [...new Set(lines)]
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * `start` makes loopback carry what the list says and takes away what an earlier list said and this one does not; what stays is not touched, so
 * no connection of another VIP notices. `stop` takes all of it away. IPv6 addresses skip duplicate detection: loopback never answers for them,
 * since the kernel sends neighbour advertisements only for addresses of the device that was asked.
 */
const script = `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=${listFile}
APPLIED=${appliedFile}
mkdir -p "\${APPLIED%/*}"
touch "$APPLIED"

hold() {
  case "$1 $2" in
    "address "*:*) ip -6 addr replace "$2" dev lo nodad ;;
    "address "*) ip -4 addr replace "$2" dev lo ;;
    "prefix "*:*) ip -6 route replace local "$2" dev lo ;;
    "prefix "*) ip -4 route replace local "$2" dev lo ;;
  esac
}

release() {
  case "$1" in
    address) ip addr del "$2" dev lo 2>/dev/null || true ;;
    prefix) ip route del local "$2" dev lo 2>/dev/null || true ;;
  esac
}

if [ "\${1:-start}" = stop ]; then WANTED=/dev/null; else WANTED=$LIST; fi
while read -r kind prefix; do hold "$kind" "$prefix"; done < "$WANTED"
while read -r kind prefix; do
  grep -qxF "$kind $prefix" "$WANTED" || release "$kind" "$prefix"
done < "$APPLIED"
cat "$WANTED" > "$APPLIED.new"
mv "$APPLIED.new" "$APPLIED"
`;

const unit = oneshotUnit({
  description: 'Tricade VIPs on loopback',
  start: `/bin/sh ${scriptFile} start`,
  stop: `/bin/sh ${scriptFile} stop`,
  notes: true,
});

/**
 * A host answers ARP for any of its addresses on any device: a VIP on loopback would be claimed by every receiver at once. `arp_ignore` 1 answers
 * for the addresses of the device only, `arp_announce` 2 never asks in the VIP's name. Packets for a VIP come in on a device that may not be the
 * way back to the client, so the reverse path is checked loosely (RFC 3704). An IPv6 address that no device has can be nobody's source unless
 * programs may bind it: a name server answers from the address that it was asked at.
 */
function sysctls({ device, vips }: ReceiverState): Readonly<Record<string, string>> {
  const keys: Record<string, string> = {};
  if (vips.some((vip) => vip.includes(':') && heldOf(vip).kind === 'prefix'))
    keys['net.ipv6.ip_nonlocal_bind'] = '1';
  for (const name of ['all', device]) {
    const key = (leaf: string) => deviceKey({ family: 4, device: name, leaf });
    keys[key('arp_ignore')] = '1';
    keys[key('arp_announce')] = '2';
    keys[key('rp_filter')] = '2';
  }
  return keys;
}

/** Answers for VIPs leave by all routers; what else the node sends is its own affair. */
export function waysOutOf({ waysOut = [], vips }: ReceiverState): WaysOutInput {
  const answers = vips.map((vip) => ({ from: heldOf(vip).prefix.replace(/\/(32|128)$/, '') }));
  return { ways: waysOut, answers };
}

/** Throws TRI-D01 for a mode whose packets it could not read, TRI-D06, TRI-D23. */
export function receiverBundle(state: ReceiverState): Bundle {
  const other = state.modes.find((mode) => !receiverCan.modes.includes(mode));
  if (other !== undefined) throw new TricadeError('TRI-D01', `receivers do not do ${other}`);
  const takesTunnels = state.vxlan !== undefined || state.socketCheck?.takesTunnels === true;
  if (state.modes.includes('tunnel') && !takesTunnels)
    throw new TricadeError('TRI-D01', 'nothing here takes packets out of a tunnel');
  if (!/^[\w.:@-]{1,15}$/.test(state.device)) {
    throw new TricadeError('TRI-D06', `${JSON.stringify(state.device)} is no device name`);
  }
  const back = returnPathParts(state);
  const room = { packages: [], checks: [], ...trackedFlowsParts(state.trackedFlows) };
  const more = [back, vxlanParts(state), segmentParts(state), room, checkParts(state)];
  return {
    role: 'receiver',
    packages: [...new Set(['iproute2', ...more.flatMap(({ packages }) => packages)])],
    files: [
      { path: listFile, mode: 0o644, content: { text: listText(state) } },
      { path: scriptFile, mode: 0o755, content: { text: script } },
      { path: unitFile, mode: 0o644, content: { text: unit } },
      ...quicIdFiles(state),
      ...more.flatMap(({ files }) => files),
    ],
    sysctls: {
      ...sysctls(state),
      ...back.sysctls,
      ...gatewaySysctls([state.device], state.socketCheck?.gateways),
    },
    checks: [`sh -n "$STAGE${scriptFile}"`, ...more.flatMap(({ checks }) => checks)],
    units: [unitName, ...more.flatMap(({ units }) => units)],
    activate: [`systemctl reload ${unitName}`, ...more.flatMap(({ activate }) => activate)],
    hitless: true,
  };
}

/** Prefixes that the list holds which the kernel does not, and the other way round. `held`: canonical prefixes found on loopback. */
export function missing(state: ReceiverState, held: ReadonlySet<string>): readonly string[] {
  return state.vips.map((vip) => heldOf(vip).prefix).filter((prefix) => !held.has(prefix));
}

/** `ip -j addr show dev lo` and `ip -j route show table local type local dev lo`, both families → canonical prefixes. */
export function parseHeld(addresses: string, routes: string): ReadonlySet<string> {
  const held = new Set<string>();
  const add = (text: string) => {
    const prefix = parsePrefix(text);
    if (prefix !== undefined) held.add(canonicalPrefix(text) as string);
  };
  interface Device {
    readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[];
  }
  for (const device of JSON.parse(addresses.trim() || '[]') as readonly Device[]) {
    for (const { local, prefixlen } of device.addr_info ?? []) add(`${local}/${prefixlen}`);
  }
  for (const { dst } of JSON.parse(routes.trim() || '[]') as readonly { dst: string }[]) add(dst);
  return held;
}

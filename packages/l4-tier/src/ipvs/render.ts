/** Director state → files, sysctls, unit and bundle. Pure. */
import { type Bundle, type DirectorState, deviceKey, ipFamily } from '@tricade/cluster';
import { marksText, vipPrefixes } from './marks.ts';
import {
  deviceWord,
  loadScript,
  marksFile,
  modulesFile,
  servicesFile,
  unitFile,
  unitName,
  vipsFile,
} from './names.ts';
import { type ScriptInput, scriptText, unitText } from './script.ts';
import { type VirtualService, virtualServices } from './services.ts';

/** Each service without reals, a line each. */
export function servicesText(services: readonly VirtualService[]): string {
  return services.map(({ key, options }) => `-A ${key} ${options}\n`).join('');
}

/** The kernel's own multicast group is an IPv4 one; a director that has IPv6 alone talks in this one, on its link. */
const syncGroup6 = 'ff02::81';

function scriptInput({ device, addresses, groups }: DirectorState): ScriptInput {
  const hasIpv4 = addresses.some((address) => ipFamily(address) === 4);
  return {
    device: deviceWord(device),
    // Of the cluster's key, so that two clusters on one wire do not hear each other; 0 is everybody's.
    syncId: Number.parseInt(groups[0]?.hashKey.slice(0, 2) ?? '', 16) % 255 || 255,
    syncGroup: hasIpv4 || addresses.length === 0 ? '' : syncGroup6,
  };
}

/** Modules that are there at boot before their sysctls are set: IPVS and the schedulers in use. */
function modulesText(services: readonly VirtualService[]): string {
  const used = services.map(({ options }) => `ip_vs_${/^-s (\w+)/.exec(options)?.[1]}`);
  return ['ip_vs', ...new Set(used)].map((module) => `${module}\n`).join('');
}

/**
 * What the kernel's balancer is to do, and why:
 *
 * | key | because |
 * |---|---|
 * | conntrack 0 | IPVS remembers flows itself; twice costs twice |
 * | expire_nodest_conn 1 | flows of a real that was taken out end with their next packet, not after minutes of silence |
 * | expire_quiescent_template 1 | a client that is kept with a real goes elsewhere once that one is drained |
 * | sloppy_tcp 1 | a flow that comes from another director before its news is scheduled like a new one, by the same hash |
 * | schedule_icmp 1 | "fragmentation needed" finds the real also where no flow is remembered |
 * | drop_entry 1 | under a flood of SYNs, when memory runs low, half-open flows are forgotten at random |
 * | conn_reuse_mode 1 | a client's port used again is a new flow, and does not go to a drained real |
 * | backup_only 0 | a director that hears of others' flows forwards all the same |
 * | sync_threshold 2 50 | others hear of a flow at its second packet, when it is established, and every 50 packets |
 */
const balancerSysctls: Readonly<Record<string, string>> = {
  conntrack: '0',
  expire_nodest_conn: '1',
  expire_quiescent_template: '1',
  sloppy_tcp: '1',
  schedule_icmp: '1',
  drop_entry: '1',
  conn_reuse_mode: '1',
  backup_only: '0',
  sync_threshold: '2 50',
};

/**
 * VIPs are the host's own but of no device: ARP is silent about them (`arp_ignore` 1, `arp_announce` 2), and packets for them may come in on a
 * device that is not the way back to the client (RFC 3704). Replies are forwarded in NAT only; reals are never told of a shorter way.
 */
function sysctls(device: string, services: readonly VirtualService[]): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [leaf, value] of Object.entries(balancerSysctls)) keys[`net.ipv4.vs.${leaf}`] = value;
  for (const name of ['all', device]) {
    const key = (leaf: string) => deviceKey({ family: 4, device: name, leaf });
    keys[key('arp_ignore')] = '1';
    keys[key('arp_announce')] = '2';
    keys[key('rp_filter')] = '2';
    keys[key('send_redirects')] = '0';
  }
  const translates = (family: number) =>
    services.some((service) => service.family === family && service.method === '-m');
  if (translates(4)) keys['net.ipv4.ip_forward'] = '1';
  if (translates(6)) keys['net.ipv6.conf.all.forwarding'] = '1';
  return keys;
}

/** Reload, never restart: the unit's stop takes the services away with their flows. Throws TRI-D01, TRI-D30. */
export function ipvsBundle(state: DirectorState): Bundle {
  const services = virtualServices(state);
  const input = scriptInput(state);
  const prefixes = vipPrefixes(services).map((prefix) => `${prefix}\n`);
  return {
    role: 'director',
    packages: ['ipvsadm', 'iproute2', 'nftables', 'kmod'],
    files: [
      { path: servicesFile, mode: 0o644, content: { text: servicesText(services) } },
      { path: vipsFile, mode: 0o644, content: { text: prefixes.join('') } },
      { path: marksFile, mode: 0o644, content: { text: marksText(services) } },
      { path: loadScript, mode: 0o755, content: { text: scriptText(input) } },
      { path: modulesFile, mode: 0o644, content: { text: modulesText(services) } },
      { path: unitFile, mode: 0o644, content: { text: unitText } },
    ],
    sysctls: sysctls(input.device, services),
    checks: [`sh "$STAGE${loadScript}" check "$STAGE${servicesFile}" "$STAGE${marksFile}"`],
    units: [unitName],
    activate: [`systemctl reload ${unitName}`],
    hitless: true,
  };
}

/** Addresses held against each other: networks, legs, VIPs. */
import { canonicalAddress, contains, networkAddress, overlaps, parsePrefix } from '../ip.ts';
import type { Cluster, ClusterNode, Network } from '../model/intent.ts';
import { nodePath } from './cross-names.ts';
import { checkKind } from './host-kinds.ts';
import type { Draft } from './read-cluster.ts';
import type { Report } from './report.ts';
import type { KeyPath } from './source-tree.ts';

export function checkAddresses(draft: Draft): void {
  checkNetworks(draft.cluster, draft.reading.report);
  checkLegs(draft);
  checkVips(draft);
}

function checkNetworks({ networks }: Cluster, report: Report): void {
  const seen: { network: Network; cidr: string }[] = [];
  for (const network of networks) {
    const path = ['networks', network.name, 'cidr'];
    for (const cidr of network.cidrs) {
      checkKind(cidr, path, report);
      const other = seen.find((each) => overlaps(each.cidr, cidr));
      if (other) {
        const message = `${cidr} overlaps ${other.cidr} of network "${other.network.name}"`;
        const note = `declared at ${report.at({ path: ['networks', other.network.name], part: 'key' })}`;
        report.error('TRI-C025', { path }, { message, note });
      }
      seen.push({ network, cidr });
    }
  }
}

interface Owner {
  readonly node: string;
  readonly path: KeyPath;
}

function checkLegs({ cluster, servers, reading }: Draft): void {
  const owners = new Map<string, Owner>();
  const own = (address: string, network: string, owner: Owner) => {
    if (!checkKind(address, owner.path, reading.report)) return;
    checkEnds(address, reading.networks.get(network), { ...owner, report: reading.report });
    const other = owners.get(address);
    if (other && other.node !== owner.node) {
      const note = `first at ${reading.report.at({ path: other.path })}`;
      const message = `${address} is the address of "${other.node}" and of "${owner.node}"`;
      reading.report.error('TRI-C028', { path: owner.path }, { message, note });
    } else if (!other) owners.set(address, owner);
  };
  for (const node of cluster.nodes) {
    checkDevices(node, reading.report);
    if (node.tier === 'servers') continue;
    for (const { network, addresses } of node.legs) {
      const path = [...nodePath(node), network];
      for (const address of addresses) own(address, network, { node: node.name, path });
    }
  }
  for (const { server, pool, node } of servers) {
    const path = ['pools', pool, 'servers', server.name];
    for (const { network, addresses } of node.legs) {
      for (const address of addresses) own(address, network, { node: server.name, path });
    }
  }
  checkNodeVips(cluster, owners, reading.report);
}

/** The first and last address of an IPv4 subnet are no hosts' (RFC 1122); /31 (RFC 3021) and /32 have no such. */
function checkEnds(
  address: string,
  network: Network | undefined,
  { path, report }: { readonly path: KeyPath; readonly report: Report },
): void {
  if (address.includes(':') || address.includes('/')) return;
  const cidr = network?.cidrs.find((each) => contains(each, address));
  const prefix = cidr === undefined ? undefined : parsePrefix(cidr);
  if (!prefix || prefix.family === 6 || prefix.length >= 31) return;
  const isFirst = networkAddress(prefix) === address;
  if (!isFirst && broadcastAddress(prefix) !== address) return;
  const what = isFirst ? 'first (network)' : 'last (broadcast)';
  report.error('TRI-C028', { path }, `${address} is the ${what} address of ${cidr}, and no host’s`);
}

function broadcastAddress({
  address,
  length,
}: {
  address: string;
  length: number;
}): string | undefined {
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const last = number + 2 ** (32 - length) - 1;
  return canonicalAddress(
    [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.'),
  );
}

function checkDevices(node: ClusterNode, report: Report): void {
  const devices = new Map<string, string>();
  for (const { device, network } of node.legs) {
    const other = devices.get(device);
    devices.set(device, network);
    if (other === undefined || node.tier === 'servers') continue;
    const message = `"${node.name}" would have device ${device} in two networks: ${other} and ${network}`;
    report.error('TRI-C043', { path: [...nodePath(node), network] }, message);
  }
}

function checkNodeVips({ services }: Cluster, owners: Map<string, Owner>, report: Report): void {
  for (const { name, vips } of services) {
    for (const vip of vips) {
      const direct = owners.get(vip);
      const owner = direct ?? (vip.includes('/') ? inside(vip, owners) : undefined);
      if (!owner) continue;
      const note = `stands at ${report.at({ path: owner.path })}`;
      const message = `VIP ${vip} ${direct ? 'is' : 'holds'} the address of node "${owner.node}"`;
      report.error('TRI-C032', { path: ['services', name, 'vip'] }, { message, note });
    }
  }
}

function inside(prefix: string, owners: Map<string, Owner>): Owner | undefined {
  for (const [address, owner] of owners) if (contains(prefix, address)) return owner;
  return undefined;
}

function checkVips({ cluster, reading }: Draft): void {
  const hasRouters = cluster.nodes.some(({ tier }) => tier === 'routers');
  const isRouted =
    cluster.l4.announce.via === 'bgp' || (cluster.l4.announce.via === 'static' && hasRouters);
  for (const { name, vips } of cluster.services) {
    const path = ['services', name, 'vip'];
    for (const vip of vips) {
      if (!checkKind(vip, path, reading.report)) continue;
      const home = vip.includes('/')
        ? cluster.networks.find((network) => network.cidrs.some((cidr) => overlaps(cidr, vip)))
        : reading.networkOf(vip);
      checkEnds(vip, home, { path, report: reading.report });
      if (!home || !isRouted) continue;
      const message = `VIP ${vip} lies in network "${home.name}" (${home.cidrs.join(', ')})`;
      reading.report.warning('TRI-C031', { path }, message);
    }
  }
}

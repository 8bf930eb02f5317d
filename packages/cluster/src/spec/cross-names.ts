/** Names held against each other: nodes and servers, pools, tiers, the numbers that follow from them. */
import type { Cluster, ClusterNode, Tier } from '../model/intent.ts';
import type { Draft } from './read-cluster.ts';
import type { ReadServer } from './read-pools.ts';
import type { Report } from './report.ts';
import type { KeyPath } from './source-tree.ts';
import { listed } from './words.ts';

/** Groups of members that are no pools. */
const reserved = new Set(['l4', 'l7', 'routers', 'monitor', 'servers']);

export function checkNames({ cluster, servers, reading }: Draft): void {
  const { report } = reading;
  for (const { name } of cluster.pools) checkReserved(name, ['pools', name], report);
  const first = new Map<string, { path: KeyPath; server?: ReadServer }>();
  for (const node of cluster.nodes) {
    if (node.tier === 'servers') continue;
    const path = nodePath(node);
    checkReserved(node.name, path, report);
    const other = first.get(node.name);
    if (other) twice(node.name, { path, other: other.path }, report);
    else first.set(node.name, { path });
  }
  for (const server of servers) {
    const path = ['pools', server.pool, 'servers', server.server.name];
    checkReserved(server.server.name, path, report);
    const other = first.get(server.server.name);
    if (!other) first.set(server.server.name, { path, server });
    else if (!other.server || !isSameMachine(other.server, server)) {
      twice(server.server.name, { path, other: other.path }, report);
    }
  }
}

/** Where a node of the draft stands in the file. */
export function nodePath(node: Pick<ClusterNode, 'name' | 'tier'>): KeyPath {
  return [node.tier, 'nodes', node.name];
}

/** One machine may serve in several pools, on other ports and with other weights. */
function isSameMachine(one: ReadServer, other: ReadServer): boolean {
  return one.addresses.join() === other.addresses.join() && one.node.managed === other.node.managed;
}

function twice(
  name: string,
  { path, other }: { path: KeyPath; other: KeyPath },
  report: Report,
): void {
  const note = `first at ${report.at({ path: other, part: 'key' })}`;
  const isServer = path[0] === 'pools' && other[0] === 'pools';
  const message = isServer
    ? `server "${name}" stands in two pools as two different machines`
    : `"${name}" is the name of two nodes`;
  report.error('TRI-C017', { path, part: 'key' }, { message, note });
}

function checkReserved(name: string, path: KeyPath, report: Report): void {
  if (!reserved.has(name)) return;
  const message = `"${name}" is the name of a group of its own`;
  report.error(
    'TRI-C018',
    { path, part: 'key' },
    { message, fix: `rename it, for example \`${name}-1\`` },
  );
}

/** Tiers that lack nodes, numbers of nodes that do not fit, AS numbers. */
export function checkTiers({ cluster, reading }: Draft): void {
  const { report, file } = reading;
  const count = (tier: Tier) => cluster.nodes.filter((node) => node.tier === tier).length;
  const lacking = (
    tier: 'routers' | 'l4' | 'l7' | 'monitor',
    why: string,
    by: KeyPath = [tier],
  ) => {
    if (count(tier) > 0 || Object.keys(file[tier]?.nodes ?? {}).length > 0) return;
    const message = `${tier} has no nodes, and ${why}`;
    report.error('TRI-C041', { path: file[tier] ? [tier] : by, part: 'key' }, message);
  };
  if (file.l4) lacking('l4', 'directors take every packet first');
  if (file.monitor) lacking('monitor', 'health, drains and tables come from there');
  const proxied = cluster.services.filter((service) => service.l7).map(({ name }) => name);
  const [first] = proxied;
  if (first) lacking('l7', `service ${listed(proxied)} names proxies`, ['services', first, 'l7']);
  if (cluster.l4.announce.via === 'bgp') {
    lacking('routers', 'directors announce VIPs to them by BGP', ['l4', 'announce']);
    checkAsNumbers(cluster, report);
  }
  const { agree } = cluster.monitor;
  if (count('monitor') > 0 && agree > count('monitor')) {
    const message = `${agree} vantage points must agree, and there are ${count('monitor')}`;
    report.error('TRI-C042', { path: ['monitor', 'agree'] }, message);
  }
  checkWave(cluster, report);
  checkAlone(cluster, reading);
}

/** Nodes that stand in no network with any other node. */
function checkAlone({ nodes }: Cluster, { file, report }: Draft['reading']): void {
  const users = new Map<string, number>();
  for (const { network } of nodes.flatMap(({ legs }) => legs)) {
    users.set(network, (users.get(network) ?? 0) + 1);
  }
  for (const node of nodes) {
    if (node.tier === 'servers') continue;
    const given = Object.keys(file[node.tier]?.nodes?.[node.name] ?? {});
    const isWhole = given.filter((key) => key !== 'management').length === node.legs.length;
    if (!isWhole || node.legs.some(({ network }) => (users.get(network) ?? 0) > 1)) continue;
    const message = `"${node.name}" shares no network with any other node`;
    report.error('TRI-C034', { path: nodePath(node), part: 'key' }, message);
  }
}

/** AS numbers that nobody may use: RFC 7607 (0), 6793 (23456, AS_TRANS), 7300 (65535, 4294967295). */
const noAsn = new Set([0, 23_456, 65_535, 4_294_967_295]);

function checkAsNumbers({ routers, l4 }: Cluster, report: Report): void {
  for (const [tier, { asn }] of [
    ['routers', routers],
    ['l4', l4],
  ] as const) {
    if (noAsn.has(asn)) {
      report.error('TRI-C033', { path: [tier, 'asn'] }, `AS ${asn} is reserved and not for use`);
    }
  }
  if (routers.asn === l4.asn) {
    const message = `routers and directors are both AS ${l4.asn}; their sessions are external`;
    report.error('TRI-C033', { path: ['l4', 'asn'] }, message);
  }
}

function checkWave({ nodes, rollout }: Cluster, report: Report): void {
  const tiers = (['l4', 'l7'] as const).filter((tier) => {
    const size = nodes.filter((node) => node.tier === tier).length;
    return size > 1 && rollout.maxUnavailable >= size;
  });
  if (tiers.length === 0) return;
  const message = `${rollout.maxUnavailable} nodes of a tier may be out at once: all of ${listed(tiers)}`;
  report.warning('TRI-C049', { path: ['rollout', 'maxUnavailable'] }, message);
}

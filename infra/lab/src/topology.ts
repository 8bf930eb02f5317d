/** Cluster → topology of a lab: its networks and machines, one client outside, origin servers behind the pools. */
import {
  addressBytes,
  type Cluster,
  type ClusterNode,
  canonicalAddress,
  contains,
  ipFamily,
  type Leg,
  type Network,
  parsePrefix,
  sameFamily,
} from '@tricade/cluster';
import { macOf } from './mac.ts';
import type { LabHost, LabHostKind, LabInterface, LabTopology } from './model.ts';

const kinds: Readonly<Record<ClusterNode['tier'], LabHostKind>> = {
  routers: 'router',
  l4: 'l4',
  l7: 'l7',
  servers: 'server',
  monitor: 'monitor',
};

/**
 * The lab of a cluster. Servers run the origin on the ports on which they are asked. One host `client` stands on the first network that has a router and
 * neither director, proxy nor server (else on the first with a router), with the router as its gateway; without routers on the directors' first network.
 */
export function topologyOf(cluster: Cluster): LabTopology {
  const routers = cluster.nodes.filter((node) => node.tier === 'routers');
  const hosts = cluster.nodes.map((node) => labHost(cluster, node, routers));
  return {
    name: cluster.name,
    networks: cluster.networks.map((network) => ({
      name: network.name,
      cidrs: network.cidrs,
      mtuBytes: network.mtuBytes,
    })),
    hosts: [...hosts, ...client(cluster, routers)],
  };
}

function labHost(cluster: Cluster, node: ClusterNode, routers: readonly ClusterNode[]): LabHost {
  return {
    name: node.name,
    kind: kinds[node.tier],
    interfaces: node.legs.map((leg) => labInterface(cluster, node.name, leg)),
    gateways: node.tier === 'routers' ? [] : gatewaysOf(node.legs, routers),
    ...(node.tier === 'servers' ? { origin: { ports: originPorts(cluster, node.name) } } : {}),
  };
}

/** Ports of a server in its pools, those it is checked on, and those of services whose directors feed the pool themselves: they keep the port. */
function originPorts(cluster: Cluster, name: string): readonly number[] {
  const pools = cluster.pools.filter(({ servers }) => servers.some((each) => each.name === name));
  const ports = pools.flatMap((pool) => [
    ...pool.servers.filter((each) => each.name === name).map(({ port }) => port),
    pool.check.port ?? 0,
    ...cluster.services
      .filter(({ l4 }) => l4.pool === pool.name)
      .flatMap((service) => service.ports.map(({ port }) => port)),
  ]);
  return [...new Set(ports)].filter((port) => port > 0).sort((a, b) => a - b);
}

function labInterface(cluster: Cluster, node: string, leg: Leg): LabInterface {
  const cidrs = cluster.networks.find((network) => network.name === leg.network)?.cidrs ?? [];
  const addresses = leg.addresses.map((address) => {
    const cidr = cidrs.find((candidate) => contains(candidate, address));
    return `${address}/${cidr === undefined ? (ipFamily(address) === 4 ? 32 : 128) : parsePrefix(cidr)?.length}`;
  });
  return {
    network: leg.network,
    addresses,
    mac: macOf(node, leg.network),
    ...(leg.device !== leg.network && { device: leg.device }),
  };
}

/** The first router that shares a network, one address a family. */
function gatewaysOf(legs: readonly Leg[], routers: readonly ClusterNode[]): readonly string[] {
  const gateways: string[] = [];
  for (const leg of legs) {
    for (const address of routers.flatMap((router) =>
      router.legs.filter((each) => each.network === leg.network).flatMap((each) => each.addresses),
    )) {
      if (
        sameFamily(leg.addresses, address) !== undefined &&
        sameFamily(gateways, address) === undefined
      )
        gateways.push(address);
    }
  }
  return gateways;
}

function client(cluster: Cluster, routers: readonly ClusterNode[]): readonly LabHost[] {
  const legsOf = (tiers: readonly string[]): Set<string> =>
    new Set(
      cluster.nodes
        .filter((node) => tiers.includes(node.tier))
        .flatMap((node) => node.legs.map((leg) => leg.network)),
    );
  const routed = legsOf(['routers']);
  const inner = legsOf(['l4', 'l7', 'servers']);
  const network =
    cluster.networks.find((each) => routed.has(each.name) && !inner.has(each.name)) ??
    cluster.networks.find((each) => routed.has(each.name)) ??
    cluster.networks.find((each) => legsOf(['l4']).has(each.name));
  if (network === undefined) return [];
  const addresses = network.cidrs.flatMap((cidr) => freeAddress(cluster, network, cidr));
  const leg: Leg = { network: network.name, addresses, device: network.name };
  return [
    {
      name: 'client',
      kind: 'client',
      interfaces: [labInterface(cluster, 'client', leg)],
      gateways: gatewaysOf([leg], routers),
    },
  ];
}

/** The highest free address of the subnet, counted from its end so that it meets no one's numbering. */
function freeAddress(cluster: Cluster, network: Network, cidr: string): readonly string[] {
  const taken = new Set(
    cluster.nodes.flatMap((node) =>
      node.legs.filter((leg) => leg.network === network.name).flatMap((leg) => leg.addresses),
    ),
  );
  const prefix = parsePrefix(cidr);
  if (prefix === undefined) return [];
  for (let back = 6; back < 250; back++) {
    const candidate = lastAddress(prefix.address, prefix.length, back);
    if (contains(cidr, candidate) && !taken.has(candidate)) return [candidate];
  }
  return [];
}

function lastAddress(address: string, length: number, back: number): string {
  const bytes = addressBytes(address);
  const bits = bytes.length * 8;
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  value = (value | ((1n << BigInt(bits - length)) - 1n)) - BigInt(back);
  const out = [...bytes].map((_, i) => Number((value >> BigInt(bits - 8 * (i + 1))) & 0xffn));
  if (out.length === 4) return out.join('.');
  const groups = out.flatMap((byte, i) =>
    i % 2 === 0 ? [((byte << 8) | (out[i + 1] ?? 0)).toString(16)] : [],
  );
  return canonicalAddress(groups.join(':')) ?? '';
}

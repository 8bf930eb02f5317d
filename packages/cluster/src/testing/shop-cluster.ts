/** A cluster of one service over all tiers, for tests: what each of them is about are its machines and its checks. */
import type { Check, Cluster, ClusterNode } from '../model/intent.ts';

export interface ShopParts {
  readonly nodes: readonly ClusterNode[];
  readonly vip: string;
  /** Of routers, directors and proxies. */
  readonly check: Check;
  /** Of pool `web`; default `check`. */
  readonly serverCheck?: Check;
  /** Default 1. */
  readonly agree?: number;
  /** Of network `front`; default 192.0.2.0/24. */
  readonly cidr?: string;
}

/** Service `shop`: TCP port 80 of the VIP, DSR by nft to the proxies, and from there to pool `web` of all servers, port 8080. */
export function shopCluster(parts: ShopParts): Cluster {
  const { nodes, vip, check, serverCheck = check, agree = 1, cidr = '192.0.2.0/24' } = parts;
  const servers = nodes.filter(({ tier }) => tier === 'servers');
  return {
    version: 1,
    name: 'small',
    networks: [{ name: 'front', cidrs: [cidr], mtuBytes: 1500 }],
    routers: { driver: 'bird', asn: 64512, ecmp: { hash: 'l4', maxPaths: 8, resilient: false } },
    l4: { driver: 'nft', asn: 64513, announce: { via: 'bgp', holdTimeMs: 9_000 } },
    l7: { driver: 'haproxy' },
    nodes,
    pools: [
      { name: 'web', servers: servers.map(serverOf), check: serverCheck, balance: 'roundrobin' },
    ],
    services: [
      {
        name: 'shop',
        vips: [vip],
        ports: [{ protocol: 'tcp', port: 80 }],
        listen: 'configured',
        affinity: 'flow',
        l4: { mode: 'dsr' },
        l7: { mode: 'reverse-proxy', pool: 'web', stickiness: { kind: 'none' }, protocol: 'http' },
        source: '1',
      },
    ],
    monitor: { agree, floor: 0.5, check },
    state: { redis: 'managed' },
    ssh: { user: 'root', key: 'env:KEY', knownHosts: '' },
    rollout: {
      canary: 1,
      maxUnavailable: 1,
      drainMs: 180_000,
      gates: { errorRate: 0.01, waitMs: 0 },
    },
  };
}

/** A node with one leg, on network `front`; managed unless it is a server. */
export function frontNode(tier: ClusterNode['tier'], name: string, address: string): ClusterNode {
  const legs = [{ network: 'front', addresses: [address], device: 'front' }];
  return { name, tier, legs, management: { address, port: 22 }, managed: tier !== 'servers' };
}

function serverOf({ name, legs }: ClusterNode): Cluster['pools'][number]['servers'][number] {
  return { name, address: legs[0]?.addresses[0] ?? '', port: 8080, weight: 100 };
}

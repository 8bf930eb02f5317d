/** A small cluster with all three tiers: one router, two directors, three proxies behind one table, one pool. */
import type { Check, Cluster, ClusterNode, Generation, Name } from '@tricade/cluster';
import { rowsAtBirth } from '@tricade/cluster';

const check: Check = {
  kind: 'tcp',
  target: '',
  statuses: [],
  intervalMs: 2_000,
  fastIntervalMs: 500,
  downIntervalMs: 5_000,
  timeoutMs: 1_000,
  rise: 2,
  fall: 3,
};

function node(tier: ClusterNode['tier'], name: Name, address: string): ClusterNode {
  const legs = [{ network: 'front', addresses: [address], device: 'front' }];
  return { name, tier, legs, management: { address, port: 22 }, managed: tier !== 'servers' };
}

export const vip = '203.0.113.10/32';

export const cluster: Cluster = {
  version: 1,
  name: 'small',
  networks: [{ name: 'front', cidrs: ['192.0.2.0/24'], mtuBytes: 1_500 }],
  routers: { driver: 'bird', asn: 64512, ecmp: { hash: 'l4', maxPaths: 8, resilient: false } },
  l4: { driver: 'nft', asn: 64513, announce: { via: 'bgp', holdTimeMs: 9_000 } },
  l7: { driver: 'haproxy' },
  nodes: [
    node('routers', 'r1', '192.0.2.1'),
    node('l4', 'l4a', '192.0.2.11'),
    node('l4', 'l4b', '192.0.2.12'),
    node('l7', 'p1', '192.0.2.21'),
    node('l7', 'p2', '192.0.2.22'),
    node('l7', 'p3', '192.0.2.23'),
    node('servers', 'w1', '192.0.2.31'),
    node('servers', 'w2', '192.0.2.32'),
  ],
  pools: [
    {
      name: 'web',
      balance: 'roundrobin',
      check,
      servers: ['192.0.2.31', '192.0.2.32'].map((address, at) => ({
        name: `w${at + 1}`,
        address,
        port: 8080,
        weight: 100,
      })),
    },
  ],
  services: [
    {
      name: 'shop',
      vips: ['203.0.113.10'],
      ports: [{ protocol: 'tcp', port: 80 }],
      listen: 'configured',
      affinity: 'flow',
      l4: { mode: 'dsr' },
      l7: { mode: 'reverse-proxy', pool: 'web', stickiness: { kind: 'none' }, protocol: 'http' },
      source: 'small.yaml:1',
    },
  ],
  monitor: { agree: 1, floor: 0.5, check },
  state: { redis: 'managed' },
  ssh: { user: 'root', key: 'env:KEY', knownHosts: '' },
  rollout: {
    canary: 1,
    maxUnavailable: 1,
    drainMs: 180_000,
    gates: { errorRate: 0.01, waitMs: 0 },
  },
};

export const generation: Generation = {
  number: 7,
  digest: '',
  ids: { 'l7/p1': 1, 'l7/p2': 2, 'l7/p3': 3 },
  hashKey: '00'.repeat(16),
};

export const tableSize: number = rowsAtBirth(cluster.l4.driver, 0);

export const reals: Readonly<Record<string, string>> = {
  '192.0.2.21': '02:00:00:00:00:21',
  '192.0.2.22': '02:00:00:00:00:22',
  '192.0.2.23': '02:00:00:00:00:23',
};

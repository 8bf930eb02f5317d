/** A small cluster with all three tiers: one router, two directors, three proxies behind one table, one pool. */
import type { Check, Cluster, ClusterNode, Generation } from '@tricade/cluster';
import { rowsAtBirth } from '@tricade/cluster';
import { frontNode, shopCluster } from '@tricade/cluster/testing';

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

export const vip = '203.0.113.10/32';

const nodes: readonly ClusterNode[] = [
  frontNode('routers', 'r1', '192.0.2.1'),
  frontNode('l4', 'l4a', '192.0.2.11'),
  frontNode('l4', 'l4b', '192.0.2.12'),
  frontNode('l7', 'p1', '192.0.2.21'),
  frontNode('l7', 'p2', '192.0.2.22'),
  frontNode('l7', 'p3', '192.0.2.23'),
  frontNode('servers', 'w1', '192.0.2.31'),
  frontNode('servers', 'w2', '192.0.2.32'),
];

export const cluster: Cluster = shopCluster({ nodes, vip: '203.0.113.10', check });

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

/** The director that the drivers' test states start from: one service over two proxies, both families. */
import type { DirectorService, DirectorState, TableGroup } from '@tricade/cluster';

export const l7: TableGroup = {
  group: 'l7',
  size: 4096,
  hashKey: '000102030405060708090a0b0c0d0e0f',
  reals: [
    { id: 1, name: 'p1', address: '198.51.100.21', addresses: ['198.51.100.21', '2001:db8:1::21'] },
    { id: 2, name: 'p2', address: '198.51.100.22', addresses: ['198.51.100.22', '2001:db8:1::22'] },
  ],
};

export const web: DirectorService = {
  service: 'web',
  vip: '203.0.113.10',
  ports: [{ protocol: 'tcp', port: 80 }],
  mode: 'dsr',
  listen: 'configured',
  affinity: 'flow',
  group: 'l7',
};

/** A service over UDP and TCP, of another group. */
export const dns: DirectorService = {
  ...web,
  service: 'dns',
  vip: '203.0.113.53',
  ports: [
    { protocol: 'udp', port: 53 },
    { protocol: 'tcp', port: 53 },
  ],
  group: 'name-servers',
};

export const plain: DirectorState = {
  node: 'l4a',
  self: 0,
  device: 'edge',
  addresses: ['198.51.100.11', '2001:db8:1::11'],
  legs: [{ device: 'edge', addresses: ['198.51.100.11', '2001:db8:1::11'] }],
  services: [web],
  groups: [l7],
};

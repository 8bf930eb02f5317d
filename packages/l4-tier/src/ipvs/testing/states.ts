/** States of directors that the tests render, a folder of golden files each. */
import type { DirectorService, DirectorState, TableGroup } from '@tricade/cluster';

const hashKey = '070102030405060708090a0b0c0d0e0f';
const l7: TableGroup = {
  group: 'l7',
  size: 4096,
  hashKey,
  reals: [
    { id: 1, name: 'p1', address: '198.51.100.21', addresses: ['198.51.100.21', '2001:db8:1::21'] },
    { id: 2, name: 'p2', address: '198.51.100.22', addresses: ['198.51.100.22', '2001:db8:1::22'] },
  ],
};
const names: TableGroup = {
  group: 'name-servers',
  size: 4096,
  hashKey,
  reals: [
    { id: 3, name: 's1', address: '198.51.100.31', addresses: ['198.51.100.31'], weight: 30 },
    { id: 4, name: 's2', address: '198.51.100.32', addresses: ['198.51.100.32'], weight: 60 },
  ],
};

const web: DirectorService = {
  service: 'web',
  vip: '203.0.113.10',
  ports: [{ protocol: 'tcp', port: 80 }],
  mode: 'dsr',
  listen: 'configured',
  affinity: 'flow',
  group: 'l7',
  scheduler: 'mh',
};
const dns: DirectorService = {
  ...web,
  service: 'dns',
  vip: '203.0.113.53',
  ports: [
    { protocol: 'udp', port: 53 },
    { protocol: 'tcp', port: 53 },
  ],
  group: 'name-servers',
};

const plain: DirectorState = {
  node: 'l4a',
  self: 0,
  device: 'edge',
  addresses: ['198.51.100.11', '2001:db8:1::11'],
  legs: [{ device: 'edge', addresses: ['198.51.100.11', '2001:db8:1::11'] }],
  services: [web],
  groups: [l7, names],
};

export const directors: Readonly<Record<string, DirectorState>> = {
  'one-service': plain,
  'three-modes-two-families': {
    ...plain,
    services: [
      { ...web, mode: 'dnat' },
      { ...web, vip: '2001:db8:ffff::10', mode: 'dnat' },
      { ...web, vip: '203.0.113.11', mode: 'tunnel' },
      { ...web, vip: '2001:db8:ffff::11', mode: 'tunnel' },
      { ...web, vip: '203.0.113.12' },
      { ...web, vip: '2001:db8:ffff::12' },
    ],
  },
  'schedulers-and-affinities': {
    ...plain,
    device: 'eth0.100',
    addresses: ['2001:db8:1::11'],
    services: [
      { ...web, affinity: 'source' },
      { ...web, vip: '2001:db8:ffff::10', affinity: 'source', scheduler: 'sh' },
      { ...web, vip: '203.0.113.11', affinity: 'source-network', scheduler: 'wrr' },
      { ...web, vip: '2001:db8:ffff::11', affinity: 'source-network', scheduler: 'wlc' },
      { ...web, vip: '203.0.113.12', scheduler: 'sh' },
      { ...dns, onePacket: true },
    ],
  },
  'prefixes-and-all-ports': {
    ...plain,
    services: [
      {
        ...web,
        vip: '203.0.113.64/28',
        listen: 'transparent',
        ports: [{ protocol: 'tcp', port: 0 }],
      },
      { ...web, vip: '203.0.113.64/30', listen: 'transparent' },
      { ...web, vip: '203.0.113.65' },
      { ...dns, ports: [{ protocol: 'udp', port: 0 }] },
      {
        ...web,
        vip: '2001:db8:ffff::/64',
        listen: 'transparent',
        ports: [{ protocol: 'udp', port: 0 }],
      },
    ],
  },
  'no-services': { ...plain, services: [] },
};

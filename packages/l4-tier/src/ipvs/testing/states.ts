/** States of directors that the tests render, a folder of golden files each. */
import type { DirectorService, DirectorState, TableGroup } from '@tricade/cluster';
import * as base from '../../testing/plain-director.ts';

const hashKey = '070102030405060708090a0b0c0d0e0f';
const l7: TableGroup = { ...base.l7, hashKey };
const names: TableGroup = {
  group: 'name-servers',
  size: 4096,
  hashKey,
  reals: [
    { id: 3, name: 's1', address: '198.51.100.31', addresses: ['198.51.100.31'], weight: 30 },
    { id: 4, name: 's2', address: '198.51.100.32', addresses: ['198.51.100.32'], weight: 60 },
  ],
};

const web: DirectorService = { ...base.web, scheduler: 'mh' };
const dns: DirectorService = { ...base.dns, scheduler: 'mh' };
const plain: DirectorState = { ...base.plain, services: [web], groups: [l7, names] };

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

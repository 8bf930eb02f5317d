/** States of directors that the tests render, one golden file each. */
import type { DirectorState, TableGroup } from '@tricade/cluster';
import { dns, l7, plain, web } from '../../testing/plain-director.ts';

const names: TableGroup = {
  group: 'name-servers',
  size: 8192,
  hashKey: l7.hashKey,
  reals: [{ id: 3, name: 's1', address: '198.51.100.31', addresses: ['198.51.100.31'] }],
};

export const directors: Readonly<Record<string, DirectorState>> = {
  'one-service': plain,
  'two-families': {
    ...plain,
    services: [
      { ...web, ports: [...web.ports, { protocol: 'tcp', port: 443 }] },
      { ...web, vip: '2001:db8:ffff::10' },
    ],
  },
  'udp-and-affinities': {
    ...plain,
    device: 'eth0.100',
    services: [
      { ...web, affinity: 'source' },
      { ...web, vip: '2001:db8:ffff::11', affinity: 'source-network' },
      { ...dns, affinity: 'source-network' },
    ],
    groups: [l7, names],
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
      {
        ...web,
        vip: '2001:db8:ffff::/64',
        listen: 'transparent',
        ports: [{ protocol: 'udp', port: 0 }],
      },
    ],
  },
  guarded: {
    ...plain,
    services: [web, { ...web, vip: '2001:db8:ffff::10' }],
    guard: {
      deny: ['203.0.113.128/25', '203.0.113.200/32', '192.0.2.7/32', '2001:db8:bad::/48'],
      limit: { flows: 30, perMs: 60_000, burst: 100 },
    },
  },
  'no-services': { ...plain, services: [] },
  dnat: {
    ...plain,
    services: [
      { ...web, mode: 'dnat', ports: [...web.ports, { protocol: 'udp', port: 443 }] },
      { ...web, mode: 'dnat', vip: '2001:db8:ffff::10' },
      {
        ...web,
        service: 'dns',
        mode: 'dnat',
        vip: '203.0.113.64/28',
        listen: 'transparent',
        ports: [{ protocol: 'udp', port: 0 }],
        affinity: 'source',
        group: 'name-servers',
      },
    ],
    groups: [l7, names],
  },
  'full-nat': {
    ...plain,
    legs: [...plain.legs, { device: 'eth0.100', addresses: ['198.51.100.75'] }],
    services: [
      { ...web, mode: 'full-nat' },
      { ...web, mode: 'full-nat', vip: '2001:db8:ffff::/64', listen: 'transparent' },
    ],
  },
  tunnel: {
    ...plain,
    services: [
      { ...web, mode: 'tunnel', ports: [...web.ports, { protocol: 'udp', port: 443 }] },
      { ...web, mode: 'tunnel', vip: '2001:db8:ffff::/64', listen: 'transparent' },
      { ...web, service: 'api', vip: '203.0.113.11', group: 'name-servers' },
    ],
    groups: [l7, names],
  },
  'all-modes-on-one-vip': {
    ...plain,
    services: [
      web,
      { ...web, service: 'api', mode: 'dnat', ports: [{ protocol: 'tcp', port: 81 }] },
      { ...web, service: 'names', mode: 'full-nat', ports: [{ protocol: 'udp', port: 53 }] },
      { ...web, service: 'far', mode: 'tunnel', ports: [{ protocol: 'tcp', port: 82 }] },
    ],
  },
};

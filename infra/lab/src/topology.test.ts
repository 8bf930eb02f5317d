import type { Cluster } from '@tricade/cluster';
import { readSpec } from '@tricade/cluster/spec';
import { expect, test } from 'vitest';
import { topologyFaults } from './check-topology.ts';
import { topologyOf } from './topology.ts';

const text = `
version: 1
cluster: shop
networks:
  outside: { cidr: 192.0.2.0/24 }
  edge:    { cidr: 198.51.100.0/26 }
  inside:  { cidr: 198.51.100.64/26 }
routers:
  driver: bird
  asn: 64512
  nodes: { r1: { outside: 192.0.2.1, edge: 198.51.100.1, inside: 198.51.100.65 } }
l4:
  driver: xdp
  asn: 64513
  nodes: { l4a: { edge: 198.51.100.11 } }
l7:
  driver: haproxy
  nodes: { p1: { edge: 198.51.100.21, inside: 198.51.100.81 } }
pools:
  web:
    servers: { w1: 198.51.100.101:8080 }
    check: { http: /healthz }
  resolvers:
    servers: { d1: 198.51.100.111 }
    check: { dns: example.net }
services:
  shop:
    vip: 203.0.113.10
    ports: [80]
    l4: { mode: dsr }
    l7: { mode: reverse-proxy, pool: web }
  dns:
    vip: 203.0.113.53
    ports: [53/udp, 53/tcp]
    l4: { mode: tunnel, pool: resolvers }
monitor: { nodes: { m1: { edge: 198.51.100.31, inside: 198.51.100.91 } } }
state: { redis: managed }
ssh: { user: root, key: file:key, knownHosts: ./known_hosts }
`;
const { cluster } = readSpec(text, 'shop.yaml') as { cluster: Cluster };
const topology = topologyOf(cluster);
const host = (name: string) => topology.hosts.find((each) => each.name === name);

test('can be built', () => expect(topologyFaults(topology)).toEqual([]));

test('has the networks of the file, and its nodes with a client', () => {
  expect(topology.name).toBe('shop');
  expect(topology.networks.map(({ name }) => name)).toEqual(['outside', 'edge', 'inside']);
  const kinds = Object.fromEntries(topology.hosts.map(({ name, kind }) => [name, kind]));
  expect(kinds).toEqual({
    r1: 'router',
    l4a: 'l4',
    p1: 'l7',
    m1: 'monitor',
    w1: 'server',
    d1: 'server',
    client: 'client',
  });
});

test.for([
  ['r1', []],
  ['l4a', ['198.51.100.1']],
  ['p1', ['198.51.100.1']],
  ['w1', ['198.51.100.65']],
  ['client', ['192.0.2.1']],
] as const)('%s goes out through %s', ([name, want]) => {
  expect(host(name)?.gateways).toEqual(want);
});

test('the client stands outside, where neither directors nor proxies are', () => {
  expect(host('client')?.interfaces.map(({ network }) => network)).toEqual(['outside']);
});

test('servers run the origin on the ports on which they are asked, no other host does', () => {
  expect(host('w1')?.origin).toEqual({ ports: [8080] });
  expect(host('d1')?.origin).toEqual({ ports: [53] });
  expect(topology.hosts.filter(({ origin }) => origin).map(({ name }) => name)).toEqual([
    'w1',
    'd1',
  ]);
});

test('no VIP is configured', () => {
  const addresses = topology.hosts.flatMap(({ interfaces }) =>
    interfaces.flatMap((it) => it.addresses),
  );
  expect(addresses.filter((address) => address.startsWith('203.0.113.'))).toEqual([]);
});

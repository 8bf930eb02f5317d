import { expect, test } from 'vitest';
import type { ClusterNode } from '../model/intent.ts';
import { cluster, input, leg, node, seedMac, table } from './testing/walks.ts';
import { trace } from './trace.ts';

test('seed 3, proxy mode, value for value', () => {
  const proxy = node('p1', 'l7', leg('public', '10.0.0.12'), leg('private', '10.0.0.11'));
  const given = cluster([proxy, node('w1', 'servers', leg('private', '10.0.0.100'))], {
    l7: { mode: 'reverse-proxy', pool: 'web', protocol: 'http', stickiness: { kind: 'none' } },
  });
  const macs = {
    'client/public': seedMac('01'),
    'p1/public': seedMac('0a'),
    'p1/private': seedMac('0b'),
    'w1/private': seedMac('64'),
  };
  expect(table(input({ cluster: given, macs }))).toEqual([
    [1, '10.0.0.1', seedMac('01'), '10.0.0.10', seedMac('0a')],
    [2, '10.0.0.11', seedMac('0b'), '10.0.0.100', seedMac('64')],
    [3, '10.0.0.100', seedMac('64'), '10.0.0.11', seedMac('0b')],
    [4, '10.0.0.10', seedMac('0a'), '10.0.0.1', seedMac('01')],
  ]);
});

test('seed 3, DSR mode, value for value: the source MAC is kept', () => {
  const given = cluster(
    [
      node('l4a', 'l4', leg('public', '10.0.0.9')),
      node('w1', 'servers', leg('public', '10.0.0.100')),
    ],
    { l4: { mode: 'dsr', pool: 'web' } },
  );
  const macs = {
    'client/public': seedMac('01'),
    'l4a/public': seedMac('0a'),
    'w1/public': seedMac('64'),
  };
  expect(table(input({ cluster: given, macs, director: { dsrSourceMac: 'kept' } }))).toEqual([
    [1, '10.0.0.1', seedMac('01'), '10.0.0.10', seedMac('0a')],
    [2, '10.0.0.1', seedMac('01'), '10.0.0.10', seedMac('64')],
    [3, '10.0.0.10', seedMac('64'), '10.0.0.1', seedMac('01')],
  ]);
});

test('a tagged source MAC names hop, director and nobody: a new flow has no second candidate', () => {
  const given = cluster(
    [
      node('l4a', 'l4', leg('public', '10.0.0.9')),
      node('l4b', 'l4', leg('public', '10.0.0.8')),
      node('w1', 'servers', leg('public', '10.0.0.100')),
    ],
    { l4: { mode: 'dsr', pool: 'web' } },
  );
  const director = { dsrSourceMac: 'tagged' } as const;
  expect(
    table(input({ cluster: given, macs: {}, director, taken: { director: 'l4b' } }))[1]?.[2],
  ).toBe('02:5a:00:01:00:00');
});

test.for([
  ['xdp', '198.51.100.9', '198.51.100.100'],
  ['ipvs', '2001:db8::9', '2001:db8::100'],
] as const)(
  'an IPv6 packet in the tunnel of %s: %s',
  ([driver, sourceAddress, destinationAddress]) => {
    const both = (name: string, tier: ClusterNode['tier'], last: number) => {
      const addresses = [`198.51.100.${last}`, `2001:db8::${last}`];
      return node(name, tier, { network: 'public', addresses, device: 'public' });
    };
    const nodes = [both('l4a', 'l4', 9), both('w1', 'servers', 100)];
    const given = cluster(nodes, { vips: ['2001:db8:f::10'], l4: { mode: 'tunnel', pool: 'web' } });
    const of = input({ cluster: { ...given, l4: { ...given.l4, driver } }, macs: {} });
    const flow = { ...of.flow, sourceAddress: '2001:db8::1', destinationAddress: '2001:db8:f::10' };
    expect(trace({ ...of, flow }).hops[1]?.packet.outer).toEqual({
      protocol: 'ip6ip6',
      sourceAddress,
      destinationAddress,
    });
  },
);

import { expect, test } from 'vitest';
import { eventOf } from './ip-monitor.ts';
import { neighbourOf, parseNeighbours } from './neighbours.ts';

test.for([
  [
    '2: v0@if2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default \\    link/ether 02:00:00:00:00:01',
    'link',
  ],
  ['Deleted 7: v1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default', 'link'],
  ['192.0.2.2 dev v0 lladdr 02:00:00:00:00:02 REACHABLE ', 'neighbour'],
  ['2001:db8::2 dev v0 lladdr 02:00:00:00:00:02 router STALE', 'neighbour'],
  ['Deleted 192.0.2.77 dev v0 INCOMPLETE ', 'neighbour'],
  ['192.0.2.77 dev v0 FAILED', 'neighbour'],
  ['203.0.113.10 via 192.0.2.2 dev v0 proto bird metric 32 ', 'route'],
  [
    'Deleted 203.0.113.10 proto bird metric 32 \\\tnexthop via 192.0.2.11 dev v0 weight 1 \\\tnexthop via 192.0.2.12 dev v0 weight 1 ',
    'route',
  ],
  ['192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1 linkdown ', 'route'],
] as const)('%s', ([line, want]) => expect(eventOf(line)).toBe(want));

test('neighbours: those with a MAC that holds', () => {
  const rows = [
    { dst: '192.0.2.2', dev: 'v0', lladdr: '02:00:00:00:00:02', state: ['REACHABLE'] },
    { dst: '2001:db8::2', dev: 'v0', lladdr: '02:00:00:00:00:02', router: null, state: ['STALE'] },
    { dst: '192.0.2.77', dev: 'v0', state: ['INCOMPLETE'] },
    { dst: '192.0.2.78', dev: 'v0', lladdr: '02:00:00:00:00:78', state: ['FAILED'] },
  ];
  const mac = '02:00:00:00:00:02';
  expect(parseNeighbours(JSON.stringify(rows))).toEqual({ '192.0.2.2': mac, '2001:db8::2': mac });
  expect(parseNeighbours('')).toEqual({});
});

test.for([
  ['192.0.2.2 dev v0 lladdr 02:00:00:00:00:02 REACHABLE ', { '192.0.2.2': '02:00:00:00:00:02' }],
  [
    '2001:db8::2 dev v0 lladdr 02:00:00:00:00:02 router STALE',
    { '2001:db8::2': '02:00:00:00:00:02' },
  ],
  [
    '192.0.2.3 dev v0 lladdr 02:00:00:00:00:03 PERMANENT proto zebra',
    { '192.0.2.3': '02:00:00:00:00:03' },
  ],
  ['Deleted 192.0.2.2 dev v0 lladdr 02:00:00:00:00:02 STALE', {}],
  ['192.0.2.77 dev v0 INCOMPLETE ', {}],
  ['192.0.2.78 dev v0 lladdr 02:00:00:00:00:78 FAILED', {}],
] as const)('a line of news: %s', ([line, want]) => expect(neighbourOf(line)).toEqual(want));

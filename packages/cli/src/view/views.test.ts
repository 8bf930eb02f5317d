import {
  foresee,
  type Latch,
  type Plan,
  parseWhatIf,
  reason,
  staleMs,
  status,
  type TrafficView,
  TricadeError,
  trace,
  trafficOf,
  type WhatIf,
} from '@tricade/cluster';
import { verdict, wellSnapshot, withFeed, withReports } from '@tricade/cluster/testing';
import { expect, describe as group, test } from 'vitest';
import { describe } from '../edge.ts';
import { afterLines } from './after.ts';
import { doctorLines, hostRows } from './doctor.ts';
import { planLines } from './plan.ts';
import { statusLines } from './status.ts';
import { topLines } from './top.ts';
import { traceLines } from './trace.ts';
import { seenLines } from './trace-live.ts';

const golden = (name: string, lines: readonly string[]) =>
  expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`testdata/${name}.txt`);

const well = wellSnapshot();
const latch: Latch = {
  target: 'p1',
  kind: 'drain',
  by: 'ana',
  why: 'kernel 6.12',
  sinceMs: well.atMs,
  revision: 40,
};

/** Both directors have counted, one of them for the second time. */
function countedSnapshot() {
  const of = (packets: number) => ({ packets, bytes: packets * 900 });
  const traffic = {
    services: { shop: { ...of(31_250_000), newFlows: 41_000, seconds: 12 } },
    reals: { 'l7/p1': of(10_000_000), 'l7/p2': of(999), 'l7/p3': of(0) },
  };
  const drops = { 'no-port': 40, denied: 3 };
  const sample = { atMs: well.atMs, traffic, drops };
  const rates = { ...traffic, drops, overMs: 2_000 };
  const sources = [
    { address: '192.0.2.7', service: 'shop', events: 900 },
    { address: '2001:db8::7', reason: 'no-port', events: 4 },
  ];
  const sampled = { each: 4_096, events: 904, lost: 0, overMs: 2_000, sources };
  return withReports(well, { d1: { sample: { ...sample, rates, sampled } }, d2: { sample } });
}

group('status', () => {
  const cases = [
    ['status-healthy', well],
    [
      'status-degraded',
      withFeed(well, { health: { 'web/w1': verdict('down'), 'l7/p2': verdict('down', true) } }),
    ],
    ['status-drained', withFeed(well, { latches: { p1: latch } })],
    [
      'status-down',
      withFeed(well, { health: { 'l4/d1': verdict('down'), 'l4/d2': verdict('down') } }),
    ],
  ] as const;
  test.for(cases)('%s', ([name, snapshot]) => golden(name, statusLines(status(snapshot))));
  test('status-wide', () =>
    golden('status-wide', statusLines(status(countedSnapshot()), { wide: true })));
});

test('top', () => {
  const traffic = trafficOf(countedSnapshot(), { staleMs }) as TrafficView;
  return golden('top', topLines({ cluster: 'shop', atMs: well.atMs, traffic }, 2));
});

test('trace-live', () => {
  const packet = { sourceAddress: '192.0.2.7', sourcePort: 40_000, protocol: 6, bytes: 60 };
  const to = { destinationAddress: '203.0.113.10', destinationPort: 80 };
  const at = { ...packet, ...to, atMs: well.atMs, director: 'd1', traced: ['p1'] };
  const sent = { row: 17, real: 'p1', second: 'p3' };
  const six = { sourceAddress: '2001:db8::7', destinationAddress: '2001:db8::10' };
  return golden(
    'trace-live',
    [
      { ...at, sent, agrees: true },
      { ...at, ...six, sent: { row: 17, real: 'p2' }, agrees: false },
      { ...at, protocol: 1, sourcePort: 0, destinationPort: 0, reason: 'echo', traced: [] },
      { ...at, reason: 'denied', traced: [], tracedEnd: 'denied by 192.0.2.0/24', agrees: true },
      { ...at, sent, traced: ['p1', 'p2'] },
    ].flatMap(seenLines),
  );
});

group('what a change would do', () => {
  const live = { ...well, nowMs: well.atMs, director: { flowMemory: ['dsr'] } };
  const flow = { before: 'p1', after: 'p2', established: 'breaks' } as const;
  test.for([
    ['after-drain', 'drain p1', undefined],
    ['after-off', 'off p1', flow],
    ['after-off-router', 'off r1', undefined],
    ['after-off-monitor', 'off m1', undefined],
  ] as const)('%s', ([name, change, traced]) =>
    golden(name, afterLines(foresee(live, parseWhatIf(change) as WhatIf), traced)),
  );
});

group('trace', () => {
  const { cluster, generation } = well;
  const of = (mode: 'dsr' | 'tunnel', destinationAddress: string) =>
    trace({
      cluster: {
        ...cluster,
        services: cluster.services.map((service) => ({ ...service, l4: { mode } })),
      },
      generation,
      nowMs: well.atMs,
      macOf: (node, network) => `${node}.${network}`,
      director: { dsrSourceMac: 'own' },
      client: { name: 'client', network: cluster.networks[0]?.name ?? '' },
      flow: {
        protocol: 'tcp',
        sourceAddress: '192.0.2.200',
        sourcePort: 40_000,
        destinationAddress,
        destinationPort: cluster.services[0]?.ports[0]?.port ?? 0,
      },
    });
  const vip = cluster.services[0]?.vips[0] ?? '';
  test('there and back', () => golden('trace-dsr', traceLines(of('dsr', vip))));
  test('inside another packet', () => golden('trace-tunnel', traceLines(of('tunnel', vip))));
  test('nobody', () => golden('trace-nobody', traceLines(of('dsr', '203.0.113.99'))));
});

const generation = { number: 7, digest: 'd', ids: {}, hashKey: '' };
const change = { role: 'proxy', path: '/etc/tricade/haproxy.cfg', change: 'change' } as const;
const plan: Plan = {
  id: '3f9c0000',
  generation,
  wave: [
    { node: 'p1', changes: [change], drainFirst: true, why: reason('differs', 'proxy differs') },
    {
      node: 'p4',
      changes: [{ ...change, change: 'add' }],
      drainFirst: false,
      why: reason('fresh', 'nothing is installed there yet'),
    },
  ],
  waits: [{ node: 'l4a', why: reason('after-tier', 'l7 changes first') }],
  findings: [],
};
const wanted = ['p1', 'p2', 'p4', 'l4a'].map((node) => ({ node, generation, bundles: [] }));
const path = change.path;
const before = 'global\n  maxconn 8000\n\nbackend web\n  server w1\n  server w2\n';
const files = [
  { node: 'p1', path, before, after: before.replace('server w2', 'server w3') },
  { node: 'p4', path, before: undefined, after: before },
];

group('plan', () => {
  const view = { files, wanted, inventory: {}, file: 'cluster.yaml', all: false };
  test('changes, waits, and what is hidden', () => golden('plan', planLines(plan, view)));
  test('everything shown', () => golden('plan-all', planLines(plan, { ...view, all: true })));
  test('nothing to do', () =>
    golden('plan-nothing', planLines({ ...plan, wave: [], waits: [] }, { ...view, files: [] })));
});

test('doctor', () => {
  const rows = hostRows({
    node: {
      name: 'p1',
      tier: 'l7',
      legs: [
        { network: 'edge', addresses: ['198.51.100.21'], device: 'edge' },
        { network: 'inside', addresses: ['198.51.100.81'], device: 'eth1' },
      ],
      managed: true,
      management: { address: '198.51.100.21', port: 22 },
    },
    found: {
      facts: { name: 'p1', os: '', kernel: '', hardware: {}, devices: {}, packages: {} },
      generation,
      roles: {
        proxy: { bundleDigest: 'x', running: false, notes: ['unit failed'] },
        receiver: { bundleDigest: 'x', running: true, notes: [] },
        director: { bundleDigest: 'x', running: true, notes: [] },
      },
    } as never,
    facts: {
      os: 'Debian 12',
      kernel: '6.1.0',
      devices: {
        edge: { mac: '02:00:00:00:00:01', addresses: ['198.51.100.22/26'], mtuBytes: 1500 },
      },
      packages: { haproxy: '', curl: '7.88' },
    } as never,
    packages: ['haproxy', 'haproxy', 'curl'],
    file: 'cluster.yaml',
    networks: [{ name: 'edge', cidrs: ['198.51.100.0/26'], mtuBytes: 9_000 }],
    observed: {
      receiver: { running: false, notes: ['an MSS of 1410 for 203.0.113.10 is not there'] },
      director: { running: true, notes: [], warnings: ['connection tracking has no room'] },
    },
    drops: { denied: 3, 'no-port': 40 },
  });
  return golden('doctor', doctorLines(rows));
});

group('an error at the edge', () => {
  const error = new TricadeError('TRI-U003', 'no monitor answers', {
    node: 'm1',
    hint: 'roll out first',
    cause: new Error('no way to 198.51.100.31', { cause: new Error('ECONNREFUSED') }),
  });
  test('ours', () => golden('error', describe(error, false).split('\n')));
  test('a fault of the program', () =>
    golden('error-fault', describe(new TypeError('x is not a function'), false).split('\n')));
  test('the stack with --debug only', () => {
    expect(describe(error, false)).not.toContain(' at ');
    expect(describe(error, true)).toMatch(/ at .*\n[\s\S]*caused by Error: no way/);
  });
});

import { describe, expect, test } from 'vitest';
import { type Checked, checkLive } from './check.ts';
import { checkCodes } from './check-codes.ts';
import type { Latch } from './model/intent.ts';
import type { NodeReport } from './model/seen.ts';
import { reason } from './reason.ts';
import { applyStep, birthRows, birthStep, nextStep, wordOf } from './table.ts';
import { smallCluster } from './testing/conduct-cluster.ts';

const { cluster, generation, groups } = smallCluster({
  routers: 1,
  directors: 2,
  proxies: 3,
  rows: 12,
});
const why = reason('test', 'a test');
const even = [1, 2, 3].map((id) => ({ id, weight: 1 }));
const born = applyStep(undefined, birthStep('l7', birthRows(12, even), why));
if ('refused' in born) throw new Error(born.refused.text);
const table = born;

function report(node: string, given: Partial<NodeReport> = {}): NodeReport {
  return {
    node,
    version: { generation: 1, epoch: 1, revision: 1 },
    steps: { l7: table },
    wantsToReceive: true,
    announcing: ['198.51.100.1/32'],
    appliedAtMs: 0,
    atMs: 0,
    sample: { atMs: 0 },
    ...given,
  };
}
const leave = { steps: { l7: 1 }, grantedAtMs: 0 };
const hops = (...addresses: string[]): NodeReport =>
  report('r1', { announcing: [], sample: { atMs: 0, nextHops: { '198.51.100.1/32': addresses } } });
const well: Checked = {
  cluster,
  generation,
  groups,
  feed: {
    epoch: 1,
    revision: 1,
    health: {},
    latches: {},
    tables: { l7: table },
    receiving: { d1: leave, d2: leave },
  },
  reports: { d1: report('d1'), d2: report('d2'), r1: hops('192.0.2.11', '192.0.2.12') },
  wallMs: 0,
};
const feed = (change: Partial<Checked['feed']>): Checked => ({
  ...well,
  feed: { ...well.feed, ...change },
});
const reports = (change: Checked['reports']): Checked => ({
  ...well,
  reports: { ...well.reports, ...change },
});
const drain = (target: string): Latch => ({
  target,
  kind: 'drain',
  by: 'ops',
  why: 'work',
  sinceMs: 0,
  revision: 1,
});
const latched = { p1: drain('p1'), p2: drain('p2'), p3: drain('p3') };
const stranger = table.rows.map((word, row) => (row === 0 ? wordOf(9) : word));
const pool = {
  name: 'web',
  servers: [{ name: 'w1', address: '192.0.2.31', port: 80, weight: 0 }],
  check: cluster.monitor.check,
  balance: 'roundrobin',
} as const;

describe('a running cluster', () => {
  test('all is well', () => expect(checkLive(well)).toEqual([]));
  test('nothing is there yet', () => {
    expect(checkLive({ ...feed({ tables: {}, receiving: {} }), reports: {} })).toEqual([]);
  });
  test.each([
    [
      'TRI-P001',
      reports({ d2: report('d2', { steps: { l7: { step: 1, digest: 'f'.repeat(16) } } }) }),
    ],
    ['TRI-P002', feed({ receiving: { d1: leave } })],
    ['TRI-P003', feed({ tables: { l7: { ...table, rows: stranger } } })],
    ['TRI-P004', feed({ latches: latched })],
    ['TRI-P005', reports({ r1: hops() })],
    ['TRI-P006', feed({ tables: { l7: { ...table, step: 3 } } })],
    ['TRI-P008', { ...well, cluster: { ...cluster, pools: [pool] } }],
    ['TRI-P009', feed({ tables: { l7: { ...table, digest: '0'.repeat(16) } } })],
    ['TRI-P010', { ...well, groups: groups.map((group) => ({ ...group, size: 13 })) }],
    ['TRI-P011', feed({ receiving: { d1: leave } })],
    ['TRI-P012', feed({ receiving: {} })],
  ] as const)('%s', (code, live) => {
    const found = checkLive(live).filter((finding) => finding.code === code);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatchObject({
      effect: checkCodes[code]?.effect,
      fix: checkCodes[code]?.fix,
    });
  });
});

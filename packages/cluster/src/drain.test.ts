import { describe, expect, test } from 'vitest';
import { type DrainProgress, drainProgress, notDrainable } from './drain.ts';
import type { Latch } from './model/intent.ts';
import type { Snapshot } from './model/seen.ts';
import { reason } from './reason.ts';
import { tableDigest } from './table/digest.ts';
import { armedWord, flippedWord, wordOf } from './table/word.ts';
import { nowMs, verdict, wellSnapshot, withFeed, withReports } from './testing/snapshots.ts';

const well = wellSnapshot();
const latched = (target: string, revision = 40): Snapshot => {
  const latch: Latch = { target, kind: 'drain', by: 'ana', why: 'x', sinceMs: nowMs, revision };
  return withFeed(well, { latches: { [target]: latch } });
};
const words = (progress: DrainProgress): readonly string[] =>
  progress.waits.map(({ word }) => word);

/** p1 drained: its rows flipped to p2, acked by both directors as step 5. */
function flipped(): Snapshot {
  const rows = Uint32Array.from({ length: 6 }, (_, row) =>
    row % 3 === 0 ? flippedWord(armedWord(wordOf(1), 2)) : wordOf(1 + (row % 3)),
  );
  const table = { group: 'l7', step: 5, rows, digest: tableDigest(rows) };
  const ack = { steps: { l7: { step: 5, digest: table.digest } } };
  const drained = withFeed(latched('p1'), { tables: { l7: table } });
  return withReports(drained, { d1: ack, d2: ack });
}
const sampled = (snapshot: Snapshot, name: string, ownedSockets: number): Snapshot =>
  withReports(snapshot, { [name]: { sample: { atMs: nowMs - 200, ownedSockets } } });

test.each([
  ['r1', 'router', /^r1 is a router: .*nobody here can turn it away$/],
  ['routers/r1', 'router', /^r1 is a router/],
  ['m1', 'carries-nothing', /^m1 is a monitor: .*stopped at any time$/],
  ['p1', undefined, undefined],
  ['web/w1', undefined, undefined],
  ['nobody', undefined, undefined],
])('%s can be drained, or why not', (target, word, text) => {
  const why = notDrainable(well.cluster, target);
  expect(why?.word).toBe(word);
  if (text !== undefined) expect(why?.text).toMatch(text);
});

test('a router that is latched is out on purpose, and never said to be empty', () => {
  const progress = drainProgress(latched('r1'), 'r1');
  expect(progress).toMatchObject({ latched: true, closed: false, empty: false });
  expect(words(progress)).toEqual(['router']);
});

describe('a proxy', () => {
  test('nothing asked: in service, rows go there', () => {
    expect(drainProgress(well, 'p1')).toMatchObject({
      latched: false,
      closed: false,
      empty: false,
      waits: [{ word: 'rows', text: '2 rows of l7 still send new flows to p1' }],
    });
  });

  test('asked, its rows not moved yet', () => {
    expect(drainProgress(latched('p1'), 'p1')).toMatchObject({ latched: true, closed: false });
  });

  test('moved, but a director has not said so', () => {
    const late = withReports(flipped(), { d2: { steps: { l7: { step: 4, digest: '' } } } });
    const progress = drainProgress(late, 'p1');
    expect(progress).toMatchObject({ closed: false, empty: false });
    expect(progress.waits.map(({ text }) => text)).toEqual(['d2 has acked step 4 of 5']);
  });

  test('a director without leave to receive is not waited for', () => {
    const { receiving } = flipped().feed;
    const fenced = withFeed(flipped(), {
      receiving: { d1: receiving['d1'] ?? { steps: {}, grantedAtMs: 0 } },
    });
    const late = withReports(fenced, { d2: { steps: {} } });
    expect(drainProgress(late, 'p1').closed).toBe(true);
  });

  test('closed, with connections left', () => {
    expect(drainProgress(sampled(flipped(), 'p1', 7), 'p1')).toMatchObject({
      closed: true,
      empty: false,
      remaining: 7,
      waits: [{ word: 'flows', text: 'p1 holds 7 connections' }],
    });
  });

  test('closed and empty', () => {
    expect(drainProgress(flipped(), 'p1')).toEqual({
      target: 'p1',
      latched: true,
      closed: true,
      empty: true,
      remaining: 0,
      waits: [],
    });
  });

  const heard = (ownMs: number): Snapshot => ({
    ...flipped(),
    heard: {
      p1: { ageMs: ownMs, stepAgesMs: {} },
      d1: { ageMs: 10, stepAgesMs: { l7: 800 } },
      d2: { ageMs: 10, stepAgesMs: { l7: 300 } },
    },
  });
  test.each([
    ['a count from before the last ack proves nothing', heard(301), ['not-counted']],
    ['a count that came since does', heard(299), []],
    [
      'the sample may be older than the report that carries it',
      withReports(heard(100), {
        p1: { atMs: nowMs, sample: { atMs: nowMs - 900, ownedSockets: 0 } },
      }),
      ['not-counted'],
    ],
    ['a report of unknown age proves nothing', { ...flipped(), heard: {} }, ['not-counted']],
  ] as const)('%s', (_, given, want) => {
    const progress = drainProgress(given, 'p1');
    expect(words(progress)).toEqual(want);
    expect(progress).toMatchObject({ closed: true, empty: want.length === 0 });
  });

  test('nobody counts: not empty, unless its kernel is gone', () => {
    const uncounted = withReports(flipped(), { p1: { sample: { atMs: nowMs } } });
    expect(drainProgress(uncounted, 'p1')).toMatchObject({
      closed: true,
      empty: false,
      remaining: undefined,
    });
    const dead = withFeed(uncounted, { health: { 'l7/p1': verdict('down', true) } });
    expect(drainProgress(dead, 'p1').empty).toBe(true);
  });
});

describe('a server that directors feed', () => {
  /** w1 of a pool with a table of its own, drained: all rows are w2's. */
  const { cluster, generation } = well;
  const services = cluster.services.map(({ l7: _, ...service }) => ({
    ...service,
    l4: { mode: 'dnat', pool: 'web' } as const,
  }));
  const ids = { ...generation.ids, 'web/w1': 11, 'web/w2': 12 };
  const rows = Uint32Array.from({ length: 6 }, () => wordOf(12));
  const table = { group: 'web', step: 3, rows, digest: tableDigest(rows) };
  const ack = { steps: { web: { step: 3, digest: table.digest } } };
  const told = (
    sockets: number | undefined,
    flows: number | undefined,
    ownedRows: Readonly<Record<string, string>>,
  ) => {
    const { p1 } = well.reports;
    const reports =
      p1 === undefined ? well.reports : { ...well.reports, w1: { ...p1, node: 'w1' } };
    const made = { cluster: { ...cluster, services }, generation: { ...generation, ids }, reports };
    const fed = { ...well, ...made };
    const remembered = flows === undefined ? {} : { flows: { 'web/w1': flows } };
    const own = sockets === undefined ? {} : { ownedSockets: sockets, ownedRows };
    return drainProgress(
      withReports(withFeed(fed, { tables: { web: table } }), {
        d1: { ...ack, sample: { atMs: nowMs, ...remembered } },
        d2: ack,
        ...Object.fromEntries(
          ['p1', 'p2', 'p3'].map((name) => [name, { sample: { atMs: nowMs } }]),
        ),
        w1: { sample: { atMs: nowMs, ...own } },
      }),
      'web/w1',
    );
  };
  test.each([
    ['holds connections of its own count', 2, undefined, 2, ['flows']],
    ['holds none, and directors remember nothing', 0, undefined, 0, []],
    ['holds none, but directors remember datagrams', 0, 3, 3, ['flows']],
    ['holds some that directors do not remember', 2, 0, 2, ['flows']],
    ['is not counted by anybody', undefined, undefined, undefined, ['not-counted']],
    ['tells its rows: what directors remember is over', 0, 3, 0, [], { web: '' }],
  ] as const)(
    '%s',
    (_, sockets, flows, remaining, want, rows: Readonly<Record<string, string>> = {}) => {
      const progress = told(sockets, flows, rows);
      expect([progress.remaining, words(progress)]).toEqual([remaining, want]);
    },
  );
});

describe('a director', () => {
  test('announces until leave is taken, it has withdrawn and no router lists it', () => {
    expect(words(drainProgress(latched('d1'), 'd1'))).toEqual([
      'may-receive',
      'announces',
      'in-fib',
      'in-fib',
    ]);
    const { d2 } = well.feed.receiving;
    const without = withFeed(latched('d1'), { receiving: d2 === undefined ? {} : { d2 } });
    const withdrawn = withReports(without, { d1: { announcing: [] } });
    expect(words(drainProgress(withdrawn, 'd1'))).toEqual(['in-fib', 'in-fib']);
    const hops = { sample: { atMs: nowMs, nextHops: { '198.51.100.1/32': ['192.0.2.12'] } } };
    expect(drainProgress(withReports(withdrawn, { r1: hops, r2: hops }), 'd1')).toMatchObject({
      closed: true,
      empty: true,
    });
  });
});

test('a director that keeps its leave: the conductor says why', () => {
  const why = reason('rows-in-change', 'd1 goes on receiving until rows are settled');
  const other = { subject: 'd2', why: reason('not-acked', 'd2 has not acked') };
  const kept = drainProgress(latched('d1'), 'd1', [other, { subject: 'd1', why, etaMs: 90_000 }]);
  expect(kept.waits[0]).toEqual(why);
  expect(kept.closed).toBe(false);
});

describe('a server', () => {
  test.each(['w1', 'web/w1'])(
    '%s: every proxy applies the latch and ends its connections',
    (target) => {
      const asked = latched(target, 40);
      expect(drainProgress(asked, target)).toMatchObject({
        latched: true,
        closed: true,
        empty: true,
        remaining: 0,
      });
      const behind = withReports(asked, {
        p2: { version: { generation: 4, epoch: 2, revision: 39 } },
      });
      expect(drainProgress(behind, target)).toMatchObject({ closed: false, empty: false });
      const busy = withReports(asked, {
        p3: { sample: { atMs: nowMs, flows: { 'web/w1': 2, 'web/w2': 9 } } },
      });
      expect(drainProgress(busy, target)).toMatchObject({
        closed: true,
        empty: false,
        remaining: 2,
      });
    },
  );

  test('a proxy that does not report may still send there', () => {
    const { p2: _, ...reports } = latched('w1').reports;
    const silent = { ...latched('w1'), reports };
    expect(drainProgress(silent, 'w1').waits.map(({ text }) => text)).toEqual([
      'p2 does not report',
    ]);
    const dead = withFeed(silent, { health: { 'l7/p2': verdict('down', true) } });
    expect(drainProgress(dead, 'w1').empty).toBe(true);
  });

  test('not asked for, it is not closed', () => {
    expect(drainProgress(well, 'w1')).toMatchObject({
      latched: false,
      closed: false,
      empty: false,
    });
  });
});

test('an unknown target has nothing to close', () => {
  expect(drainProgress(well, 'nobody')).toMatchObject({
    latched: false,
    closed: false,
    empty: false,
  });
});

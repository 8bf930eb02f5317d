import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { movedByHash } from './foresee/routers.ts';
import { everybodyUp, type ForeseeInput, foresee, parseWhatIf, type WhatIf } from './foresee.ts';
import type { Cluster, L4Mode } from './model/intent.ts';
import type { FeedState } from './model/live.ts';
import { tableDigest } from './table/digest.ts';
import { armedWord, flippedWord, wordOf } from './table/word.ts';
import { verdict, wellSnapshot, withFeed, withReports } from './testing/snapshots.ts';

const well = wellSnapshot();
const everyMode: readonly L4Mode[] = ['dsr', 'tunnel', 'dnat', 'full-nat'];
const input = (snapshot = well, flowMemory = everyMode): ForeseeInput => ({
  ...snapshot,
  nowMs: snapshot.atMs,
  director: { flowMemory },
});
const of = (text: string): WhatIf => parseWhatIf(text) as WhatIf;
const first = (given: ForeseeInput, text: string) => foresee(given, of(text)).groups[0];
const third = { least: 1 / 3, most: 1 / 3 };
const none = { least: 0, most: 0 };

/** Rows 0 and 3 flipped from p1 to p2 and not cleared. */
const rows = Uint32Array.from({ length: 6 }, (_, row) =>
  row % 3 === 0 ? flippedWord(armedWord(wordOf(1), 2)) : wordOf(1 + (row % 3)),
);
const l7 = { group: 'l7', step: 5, rows, digest: tableDigest(rows) };
const ack = { steps: { l7: { step: 5, digest: l7.digest } } };
const inChange = withReports(withFeed(well, { tables: { l7 } }), { d1: ack, d2: ack });
const alone = (name: string): FeedState['receiving'] => ({
  [name]: well.feed.receiving[name] ?? { steps: {}, grantedAtMs: 0 },
});
const withMode = (mode: L4Mode): typeof well => {
  const services = well.cluster.services.map((service) => ({ ...service, l4: { mode } }));
  return { ...well, cluster: { ...well.cluster, services } as Cluster };
};

test('where one director answers ARP all flows move with it, and none with another', () => {
  const l4 = { ...well.cluster.l4, announce: { via: 'arp', holdTimeMs: 9_000 } } as const;
  const snapshot = { ...well, cluster: { ...well.cluster, l4 } };
  expect(first(input(snapshot), 'off d1')).toMatchObject({ moved: { least: 1, most: 1 } });
  expect(first(input(snapshot), 'off d2')).toMatchObject({
    moved: none,
    broken: none,
    why: { word: 'stands-by' },
  });
});

describe('a real of a table', () => {
  test('drained: its third of the rows, handed over', () => {
    expect(first(input(), 'drain p1')).toMatchObject({
      group: 'l7',
      rowsMoved: 2,
      of: 6,
      moved: third,
      broken: none,
      holds: 0,
      why: { word: 'handed-over', text: expect.stringContaining('remember') },
    });
    expect(first(input(well, []), 'drain p1')?.why.text).toContain('name the former owner');
    expect(first(input(well, ['dnat']), 'drain p1')?.why.text, 'another mode').toContain(
      'name the',
    );
  });

  test('dies: the same rows, and the flows on them', () => {
    const holding = withReports(well, { p1: { sample: { atMs: 0, ownedSockets: 40 } } });
    expect(first(input(holding), 'off p1')).toMatchObject({
      rowsMoved: 2,
      broken: third,
      holds: 40,
    });
  });

  test('dies while rows leave it: what it may still have there is a bound', () => {
    expect(first(input(inChange), 'off p1')).toMatchObject({
      rowsMoved: 1,
      broken: { least: 0, most: 1 / 3 },
    });
    expect(first(input(inChange), 'off p2')).toMatchObject({
      rowsMoved: 4,
      broken: { least: 1 / 3, most: 2 / 3 },
    });
  });

  test('the last one keeps its rows, and says so', () => {
    const health = { 'l7/p2': verdict('down'), 'l7/p3': verdict('down') };
    const found = foresee(input(withFeed(well, { health })), of('drain p1'));
    expect(found.waits.map(({ word }) => word)).toContain('last-member');
  });

  test('datagrams are best effort where directors remember nothing', () => {
    const services = well.cluster.services.map((service) => ({
      ...service,
      ports: [{ protocol: 'udp', port: 53 } as const],
    }));
    const udp = { ...well, cluster: { ...well.cluster, services } };
    expect(first(input(udp, []), 'drain p1')?.broken).toEqual({ least: 0, most: 1 / 3 });
    expect(first(input(udp), 'drain p1')?.broken).toEqual(none);
  });

  test('drained and let in again: as before', () => {
    const drained = foresee(input(), of('drain p1')).feed;
    const after = withFeed(well, drained);
    expect(first(input(after), 'drain p1')).toMatchObject({ rowsMoved: 0 });
    expect(first(input(after), 'undrain p1')).toMatchObject({ rowsMoved: 2, broken: none });
    const back = foresee(input(after), of('undrain p1')).feed.tables['l7']?.rows;
    expect(back?.map((word) => word & 0xffff)).toEqual(well.feed.tables['l7']?.rows);
  });
});

describe('a director', () => {
  test.each<readonly [string, ForeseeInput, string, object]>([
    ['drained', input(), 'drain d1', { moved: { least: 0.5, most: 0.5 }, broken: none }],
    ['dies', input(), 'off d1', { broken: none, why: { word: 'same-rows' } }],
    [
      'dies while rows are in change',
      input(inChange),
      'off d1',
      { broken: { least: 0, most: 0.5 / 3 }, why: { word: 'rows-in-change' } },
    ],
    ['the same without memory', input(inChange, []), 'off d1', { broken: none }],
    ['drained while rows are in change', input(inChange), 'drain d1', { broken: none }],
    [
      'with translations that nobody else knows',
      input(withMode('full-nat')),
      'drain d1',
      { broken: { least: 0.5, most: 0.5 }, why: { word: 'translated' } },
    ],
    [
      'with translations that others take over',
      { ...input(withMode('dnat')), director: { takesOver: ['dnat'] } },
      'off d1',
      { broken: none, why: { word: 'same-rows' } },
    ],
    [
      'the only one, drained',
      input(withFeed(well, { receiving: alone('d1') })),
      'drain d1',
      { moved: none, why: { word: 'last-director' } },
    ],
    [
      'the only one, dies',
      input(withFeed(well, { receiving: alone('d1') })),
      'off d1',
      { broken: { least: 1, most: 1 } },
    ],
    ['on, when it is', input(), 'on d1', { moved: none, why: { word: 'no-change' } }],
  ])('%s', (_, given, text, want) => {
    expect(first(given, text)).toMatchObject({ group: 'l4', ...want });
  });
});

test('directors whose kernel picks: by weight, and what they tell each other is a bound', () => {
  const ipvs = { ...input(), director: { flowMemory: everyMode, schedulers: ['mh'] } as const };
  expect(first(ipvs, 'drain p1')).toMatchObject({ unit: 'reals', moved: third, broken: none });
  expect(first(ipvs, 'off p1')).toMatchObject({ unit: 'reals', broken: third });
  expect(first(ipvs, 'off p1')).not.toHaveProperty('rowsMoved');
  expect(first(ipvs, 'off d1')?.broken).toEqual({ least: 0, most: 0.5 });
});

test('a server behind proxies: by weight', () => {
  expect(first(input(), 'drain w1')).toMatchObject({
    group: 'web',
    moved: { least: 0.5, most: 0.5 },
    broken: none,
  });
  expect(first(input(), 'off web/w1')?.broken).toEqual({ least: 0, most: 0.5 });
});

test('a router is not predicted; a monitor moves nothing', () => {
  expect(first(input(), 'off r1')?.broken).toEqual({ least: 0, most: 1 });
  expect(foresee(input(), of('off m1')).groups).toEqual([]);
});

test('everybody up: tables are born, and every group says how it was come by', () => {
  const live = everybodyUp(well.cluster, well.generation, 0);
  expect(live.feed.tables['l7']?.rows.length).toBeGreaterThan(1_000);
  const found = foresee({ ...live, director: {} }, of('drain p2'));
  expect(found.groups[0]?.moved.most).toBeCloseTo(1 / 3, 3);
  expect(found.method).toHaveLength(1);
});

test.each([
  ['drain p1', { verb: 'drain', target: 'p1' }],
  [' off  web/w1 ', { verb: 'off', target: 'web/w1' }],
  ['reboot p1', undefined],
  ['drain', undefined],
  ['drain p1 p2', undefined],
])('%j', (text, want) => expect(parseWhatIf(text)).toEqual(want));

test('hash-threshold: the bounds are what counting a whole hash space gives', () => {
  const space = 27_720;
  const owner = (hash: number, hops: readonly number[]) =>
    hops[Math.floor((hash * hops.length) / space)];
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), (count) => {
      const all = Array.from({ length: count }, (_, hop) => hop);
      const moved = all.map((gone) => {
        const left = all.filter((hop) => hop !== gone);
        let changed = 0;
        for (let hash = 0; hash < space; hash++)
          if (owner(hash, all) !== owner(hash, left)) changed++;
        return changed / space;
      });
      const { least, most } = movedByHash(count);
      expect(least).toBeCloseTo(Math.min(...moved), 6);
      expect(most).toBeCloseTo(Math.max(...moved), 6);
    }),
    { numRuns: 12 },
  );
  expect(movedByHash(1)).toEqual({ least: 1, most: 1 });
});

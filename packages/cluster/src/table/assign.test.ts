import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  birthRows,
  currentOf,
  desiredRows,
  quotas,
  type WeightedMember,
  wordOf,
} from '../table.ts';

const even = (...ids: number[]): WeightedMember[] => ids.map((id) => ({ id, weight: 100 }));
const oneTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const counts = (owners: Iterable<number>): Map<number, number> => {
  const count = new Map<number, number>();
  for (const owner of owners) count.set(owner, (count.get(owner) ?? 0) + 1);
  return count;
};
const settled = (owners: Iterable<number>): Uint32Array =>
  Uint32Array.from(owners, (id) => wordOf(id));
const moved = (before: Uint32Array, after: Uint16Array): number[] =>
  [...after.keys()].filter((row) => currentOf(before[row] ?? 0) !== after[row]);

describe('quotas', () => {
  const none = (): number => 0;
  test.each([
    ['even', even(1, 2, 3), 9, [3, 3, 3]],
    ['a remainder goes to low ids', even(1, 2, 3), 10, [4, 3, 3]],
    [
      'by weight',
      [
        { id: 1, weight: 100 },
        { id: 2, weight: 50 },
      ],
      9,
      [6, 3],
    ],
    [
      'weight 0 gets nothing',
      [
        { id: 1, weight: 0 },
        { id: 2, weight: 1 },
      ],
      9,
      [undefined, 9],
    ],
    ['more members than rows', even(1, 2, 3), 2, [1, 1, 0]],
  ] as const)('%s', (...[, members, size, want]) => {
    const got = quotas(members, size, none);
    expect(members.map(({ id }) => got.get(id))).toEqual(want);
  });
  test('a tie stays with those who hold more', () => {
    expect([...quotas(even(1, 2, 3), 10, (id) => (id === 3 ? 4 : 3))]).toEqual([
      [1, 3],
      [2, 3],
      [3, 4],
    ]);
  });
  const weighted = fc
    .array(fc.integer({ min: 1, max: 256 }), { minLength: 2, maxLength: 40 })
    .map((weights) => weights.map((weight, i) => ({ id: i + 1, weight })));
  test('all rows are given away, and whoever stays never loses by a leaving one', () => {
    fc.assert(
      fc.property(weighted, fc.integer({ min: 40, max: 5000 }), fc.nat(), (members, size, pick) => {
        const before = quotas(members, size, none);
        expect([...before.values()].reduce((a, b) => a + b)).toBe(size);
        const gone = (pick % members.length) + 1;
        const stay = members.filter(({ id }) => id !== gone);
        const after = quotas(stay, size, (id) => before.get(id) ?? 0);
        for (const { id } of stay)
          expect(after.get(id)).toBeGreaterThanOrEqual(before.get(id) ?? 0);
      }),
    );
  });
});

describe('assignment', () => {
  const size = 4096;
  const sets = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 });

  test('a second call changes nothing', () => {
    fc.assert(
      fc.property(sets, sets, (first, second) => {
        const rows = settled(desiredRows(birthRows(size, even(...first)), even(...second)));
        expect(moved(rows, desiredRows(rows, even(...second)))).toEqual([]);
      }),
    );
  });
  test('only the rows of a leaving member move, and everyone has an even share', () => {
    fc.assert(
      fc.property(sets, fc.nat(), (ids, pick) => {
        fc.pre(ids.length > 1);
        const rows = birthRows(size, even(...ids));
        const gone = ids[pick % ids.length];
        const after = desiredRows(rows, even(...ids.filter((id) => id !== gone)));
        expect(moved(rows, after).filter((row) => currentOf(rows[row] ?? 0) !== gone)).toEqual([]);
        const shares = [...counts(after).values()];
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });
  test('a joining member takes its share and nothing else moves', () => {
    const rows = birthRows(size, even(1, 2, 3));
    const after = desiredRows(rows, even(1, 2, 3, 4));
    expect(moved(rows, after)).toHaveLength(1024);
    expect(new Set(moved(rows, after).map((row) => after[row]))).toEqual(new Set([4]));
    expect(counts(after)).toEqual(
      new Map([
        [1, 1024],
        [2, 1024],
        [3, 1024],
        [4, 1024],
      ]),
    );
  });
  test('weights move the difference only', () => {
    const rows = birthRows(size, even(1, 2));
    const after = desiredRows(rows, [
      { id: 1, weight: 100 },
      { id: 2, weight: 300 },
    ]);
    expect(counts(after)).toEqual(
      new Map([
        [1, 1024],
        [2, 3072],
      ]),
    );
    expect(moved(rows, after)).toHaveLength(1024);
  });
  test('with nobody to take any, rows stay', () => {
    const rows = birthRows(16, even(1, 2));
    expect(desiredRows(rows, [{ id: 1, weight: 0 }])).toEqual(Uint16Array.from(rows, currentOf));
    expect(desiredRows(rows, [])).toEqual(Uint16Array.from(rows, currentOf));
  });
  test('a row waits where a third candidate would be needed', () => {
    const rows = Uint32Array.of(wordOf(2, 1), wordOf(2), wordOf(3, 1), wordOf(3));
    expect([...desiredRows(rows, even(3))]).toEqual([2, 3, 3, 3]);
  });
  test('a drained one gets its own rows back', () => {
    const rows = Uint32Array.of(
      wordOf(2, 1),
      wordOf(3, 1),
      wordOf(2),
      wordOf(2),
      wordOf(3),
      wordOf(3),
    );
    expect([...desiredRows(rows, even(1, 2, 3))]).toEqual([1, 1, 2, 2, 3, 3]);
  });
  test('an armed row counts for the one that it is armed for, and may be given up', () => {
    const armed = Uint32Array.of(wordOf(1, 2, true), wordOf(1, 3, true), wordOf(2), wordOf(3));
    expect([...desiredRows(armed, even(2, 3))]).toEqual([2, 3, 2, 3]);
    expect([...desiredRows(armed, even(1, 3))]).toEqual([1, 3, 1, 3]);
  });
  test('1,000 members: nothing moves beyond the removed one’s own, and the fullest has at most 1.01 of the average', () => {
    const all = even(...oneTo(1000));
    const rows = birthRows(65_537, all);
    const after = desiredRows(
      rows,
      all.filter(({ id }) => id !== 500),
    );
    expect(moved(rows, after).every((row) => currentOf(rows[row] ?? 0) === 500)).toBe(true);
    expect(Math.max(...counts(after).values()) / (65_537 / 999)).toBeLessThanOrEqual(1.01);
  });
});

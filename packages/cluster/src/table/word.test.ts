import { describe, expect, test } from 'vitest';
import {
  armedWord,
  birthRows,
  clearedWord,
  currentOf,
  elderOf,
  flippedWord,
  heirOf,
  isArmed,
  previousOf,
  rowsNaming,
  tableDigest,
  type WeightedMember,
  wordOf,
} from '../table.ts';

const even = (...ids: number[]): WeightedMember[] => ids.map((id) => ({ id, weight: 100 }));

describe('words', () => {
  test.each([
    [wordOf(3), 3, 0, false, 3, 3],
    [wordOf(3, 5), 3, 5, false, 5, 3],
    [wordOf(3, 5, true), 3, 5, true, 3, 5],
    [wordOf(32767, 32766, true), 32767, 32766, true, 32767, 32766],
  ])('%#', (...[word, current, previous, armed, elder, heir]) => {
    expect([currentOf(word), previousOf(word), isArmed(word), elderOf(word), heirOf(word)]).toEqual(
      [current, previous, armed, elder, heir],
    );
  });
  test('arm, flip, clear', () => {
    expect(flippedWord(armedWord(wordOf(1), 2))).toBe(wordOf(2, 1));
    expect(clearedWord(wordOf(2, 1))).toBe(wordOf(2));
  });
  test('rows that name a member', () => {
    const rows = Uint32Array.of(
      wordOf(1),
      wordOf(2, 1),
      wordOf(2, 1, true),
      wordOf(2),
      wordOf(1, 2),
    );
    expect(rowsNaming(rows, 1)).toEqual({ current: 2, previous: 1, armed: 1 });
    expect(rowsNaming(rows, 9)).toEqual({ current: 0, previous: 0, armed: 0 });
  });
});

describe('digest', () => {
  const rows = birthRows(300, even(1, 2, 3));
  test('is 16 hexadecimal digits', () => expect(tableDigest(rows)).toMatch(/^[0-9a-f]{16}$/));
  test('tells single words, swapped rows and lengths apart', () => {
    const changed = rows.slice();
    changed[7] = wordOf(3);
    const swapped = rows.slice().reverse();
    const all = [rows, changed, swapped, rows.slice(1), Uint32Array.of(), Uint32Array.of(0)];
    expect(new Set(all.map(tableDigest)).size).toBe(all.length);
  });
});

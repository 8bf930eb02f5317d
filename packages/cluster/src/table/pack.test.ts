import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  birthRows,
  packChanges,
  packRowSet,
  packRows,
  unpackChanges,
  unpackRowSet,
  unpackRows,
  type WeightedMember,
} from '../table.ts';

const even = (...ids: number[]): WeightedMember[] => ids.map((id) => ({ id, weight: 100 }));

describe('text', () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  test('rows come back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, fc.integer({ min: 1, max: 300 })), { maxLength: 20 }),
        (runs) => {
          const rows = Uint32Array.from(
            runs.flatMap(([value, length]) => Array<number>(length).fill(value)),
          );
          expect(unpackRows(packRows(rows))).toEqual(rows);
        },
      ),
    );
  });
  test('steps come back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { maxLength: 200 }),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        (indexes, words) => {
          const rowIndexes = indexes.sort((a, b) => a - b);
          const changes = {
            rowIndexes,
            rowWords: rowIndexes.map((row) => words[row % words.length] as number),
          };
          expect(unpackChanges(packChanges(changes))).toEqual(changes);
        },
      ),
    );
  });
  test('sets of rows come back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 3000 })), (rows) => {
        const ascending = rows.sort((a, b) => a - b);
        expect([...(unpackRowSet(packRowSet(ascending)) ?? [])]).toEqual(ascending);
      }),
    );
    expect(unpackRowSet('!')).toBeUndefined();
    expect(unpackRowSet(packRowSet([1 << 20]))).toBeUndefined();
  });
  test('a table of 65,537 rows over three members is short', () => {
    expect(packRows(birthRows(65_537, even(1, 2, 3))).length).toBeLessThan(30);
  });
  test.each([
    ['no base64', '!!'],
    ['cut off', packRows(Uint32Array.of(0xffffffff)).slice(0, 3)],
    ['half a pair', 'AQ'],
    [
      'a bomb',
      packRows(new Uint32Array(1 << 20)).replace(/.$/, '') + packRows(new Uint32Array(1 << 20)),
    ],
  ])('%s is none', (_, text) => {
    expect(unpackRows(text)).toBeUndefined();
    expect(unpackChanges(text)).toBeUndefined();
  });
  test('a run beyond the largest table is none', () => {
    expect(unpackRows(packRows(new Uint32Array((1 << 20) + 1)))).toBeUndefined();
    expect(unpackChanges(packChanges({ rowIndexes: [1 << 20], rowWords: [1] }))).toBeUndefined();
  });
});

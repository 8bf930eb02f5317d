import { describe, expect, test } from 'vitest';
import type { StepKind, Table } from '../model/live.ts';
import { reason } from '../reason.ts';
import {
  applyStep,
  armedWord,
  birthStep,
  clearedWord,
  flippedWord,
  isArmed,
  nextStep,
  type Rewrite,
  tableDigest,
  wordOf,
} from '../table.ts';

const why = reason('test', 'a test');
const settled = (owners: Iterable<number>): Uint32Array =>
  Uint32Array.from(owners, (id) => wordOf(id));
const tableOf = (rows: Uint32Array): Table =>
  applyStep(undefined, birthStep('l7', rows, why)) as Table;

describe('steps', () => {
  const start = tableOf(Uint32Array.of(wordOf(1), wordOf(1), wordOf(2), wordOf(2)));
  const after = (table: Table, kind: Exclude<StepKind, 'birth'>, rewrite: Rewrite): Table => {
    const step = nextStep(table, { kind, rewrite, why });
    if (step === undefined) throw new Error('nothing changed');
    const next = applyStep(table, step);
    if ('refused' in next) throw new Error(next.refused.text);
    return next;
  };
  const set =
    (word: number) =>
    (before: number, row: number): number =>
      row === 0 ? word : before;

  test('a drain: arm, flip, clear', () => {
    const armed = after(start, 'arm', (word) => (word === wordOf(1) ? armedWord(word, 2) : word));
    const flipped = after(armed, 'flip', (word) => (isArmed(word) ? flippedWord(word) : word));
    const clear = after(flipped, 'clear', clearedWord);
    expect([...flipped.rows]).toEqual([wordOf(2, 1), wordOf(2, 1), wordOf(2), wordOf(2)]);
    expect(clear).toMatchObject({
      step: 4,
      rows: settled([2, 2, 2, 2]),
      digest: tableDigest(settled([2, 2, 2, 2])),
    });
    expect([...start.rows]).toEqual([wordOf(1), wordOf(1), wordOf(2), wordOf(2)]);
  });
  test('no change, no step', () => {
    expect(nextStep(start, { kind: 'clear', rewrite: clearedWord, why })).toBeUndefined();
  });

  // kind, row 0 before, row 0 after
  test.each([
    ['arm', wordOf(1, 2), wordOf(1, 3, true), 'previous still owns flows'],
    ['arm', wordOf(1), wordOf(1, 1, true), 'itself'],
    ['arm', wordOf(1), wordOf(1, 2), 'not armed'],
    ['arm', wordOf(1), wordOf(3, 2, true), 'another current'],
    ['flip', wordOf(1), wordOf(2, 1), 'settled row'],
    ['share', wordOf(1), wordOf(2, 1), 'a former owner is kept'],
    ['share', wordOf(1), wordOf(2, 1, true), 'armed'],
    ['flip', wordOf(1, 2), wordOf(3, 1), 'a third one'],
    ['clear', wordOf(1, 2), wordOf(2), 'the wrong one'],
    ['down', wordOf(1, 2), wordOf(3, 1), 'would forget the previous'],
    ['down', wordOf(1), wordOf(2), 'would forget the current'],
    ['dead', wordOf(1, 2), wordOf(3, 1), 'keeps the dead'],
    ['dead', wordOf(1, 2), wordOf(1, 3), 'a new previous'],
    ['clear', wordOf(1, 2), 0, 'no real'],
  ] as const)('%s refuses %i → %i: %s', (...[kind, before, word]) => {
    const table = { ...start, rows: Uint32Array.of(before, wordOf(2)) };
    const step = nextStep(table, { kind, rewrite: set(word), why });
    expect(step && applyStep(table, step)).toHaveProperty('refused');
  });
  test.each([
    ['down', wordOf(1), wordOf(2, 1)],
    ['down', wordOf(1, 2), wordOf(2, 1)],
    ['down', wordOf(1, 2, true), wordOf(3, 1)],
    ['dead', wordOf(1), wordOf(2)],
    ['dead', wordOf(1, 2), wordOf(2)],
    ['dead', wordOf(1, 2), wordOf(3, 2)],
    ['dead', wordOf(1, 2), wordOf(1)],
    ['flip', wordOf(1, 2), wordOf(2, 1)],
    ['share', wordOf(1), wordOf(2)],
    ['share', wordOf(1, 2), wordOf(3)],
    ['clear', wordOf(1, 2, true), wordOf(1)],
  ] as const)('%s allows %i → %i', (...[kind, before, word]) => {
    const table = { ...start, rows: Uint32Array.of(before, wordOf(9)) };
    expect(after(table, kind, set(word)).rows[0]).toBe(word);
  });

  const step = nextStep(start, { kind: 'arm', rewrite: set(wordOf(1, 2, true)), why });
  if (step === undefined) throw new Error('nothing changed');
  test.each([
    ['a number skipped', { ...step, step: 3 }, 'out-of-order'],
    ['the same again', { ...step, step: 1 }, 'out-of-order'],
    ['another group', { ...step, group: 'web' }, 'out-of-order'],
    ['another digest', { ...step, digest: '0'.repeat(16) }, 'step-mismatch'],
    ['a row out of the table', { ...step, rowIndexes: [4] }, 'malformed'],
    [
      'rows not ascending',
      { ...step, rowIndexes: [0, 0], rowWords: [step.rowWords[0] ?? 0, 1] },
      'malformed',
    ],
    ['a word missing', { ...step, rowWords: [] }, 'malformed'],
    ['a second birth', birthStep('l7', start.rows, why), 'not-allowed'],
  ])('%s is refused', (...[, bad, word]) => {
    expect(applyStep(start, bad)).toMatchObject({ refused: { word } });
  });
  test('nothing comes before a birth', () => {
    expect(applyStep(undefined, step)).toMatchObject({ refused: { word: 'out-of-order' } });
    expect(applyStep(undefined, birthStep('l7', Uint32Array.of(wordOf(1, 2)), why))).toMatchObject({
      refused: { word: 'not-allowed' },
    });
    expect(applyStep(undefined, birthStep('l7', Uint32Array.of(0), why))).toMatchObject({
      refused: { word: 'malformed' },
    });
  });
});

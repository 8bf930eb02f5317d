/** Numbered changes of a table: made by the conductor, applied by everyone with the same pure function. */
import type { StepKind, Table, TableStep } from '../model/live.ts';
import { type Reason, reason } from '../reason.ts';
import { tableDigest } from './digest.ts';
import { clearedWord, currentOf, flippedWord, isArmed, previousOf, wordOf } from './word.ts';

/** A step that does not fit the table. Nothing was changed; the reader loads the snapshot. */
export interface Refused {
  readonly refused: Reason;
}

/**
 * What a step of a kind may do to one row. `down` and `dead` are the unarmed ones: a new member takes new flows at once, and flows that
 * moved between two directors meanwhile may be lost; but only `dead` and `clear` ever drop a candidate. `share` is for directors whose kernels
 * pick the reals and remember flows: there a row says who takes new flows, and nothing else.
 */
const rowRules: Readonly<
  Record<Exclude<StepKind, 'birth'>, (before: number, after: number) => boolean>
> = {
  arm: (before, after) =>
    previousOf(before) === 0 &&
    isArmed(after) &&
    currentOf(after) === currentOf(before) &&
    isPair(after),
  flip: (before, after) => previousOf(before) !== 0 && after === flippedWord(before),
  clear: (before, after) => previousOf(before) !== 0 && after === clearedWord(before),
  down: (before, after) =>
    !isArmed(after) &&
    isPair(after) &&
    previousOf(after) === currentOf(before) &&
    (previousOf(before) === 0 || isArmed(before) || currentOf(after) === previousOf(before)),
  dead: (before, after) =>
    !isArmed(after) &&
    (after === clearedWord(before) ||
      (currentOf(after) !== currentOf(before) &&
        (previousOf(after) === 0 || (isPair(after) && previousOf(after) === previousOf(before))))),
  share: (before, after) => after === wordOf(currentOf(after)) && after !== before,
};

function isPair(word: number): boolean {
  return previousOf(word) !== 0 && previousOf(word) !== currentOf(word);
}

/**
 * The table after a step. `table` undefined: none yet, so the step must be a `birth`. Refused, with nothing changed: `out-of-order` (not the
 * next number, or of another group), `malformed` (rows not ascending, not of the table, without a real), `not-allowed` (not what a step of its
 * kind may do to such a row), `step-mismatch` (another digest).
 */
export function applyStep(table: Table | undefined, step: TableStep): Table | Refused {
  if (table !== undefined && step.kind === 'birth') {
    return refuse('not-allowed', step, 'is a birth, but there is a table');
  }
  if (table === undefined && step.kind !== 'birth') {
    return refuse('out-of-order', step, 'comes before the birth of the table');
  }
  if (table !== undefined && (table.group !== step.group || step.step !== table.step + 1)) {
    return refuse('out-of-order', step, `does not follow step ${table.step} of ${table.group}`);
  }
  const { rowIndexes, rowWords } = step;
  if (rowIndexes.length !== rowWords.length || rowIndexes.length === 0 || step.step < 1) {
    return refuse('malformed', step, `has ${rowIndexes.length} rows and ${rowWords.length} words`);
  }
  const rows = table === undefined ? new Uint32Array(rowIndexes.length) : table.rows.slice();
  const fault = table === undefined ? writeBirth(rows, step) : writeRows(rows, step);
  if (fault !== undefined) return fault;
  const digest = tableDigest(rows);
  if (digest !== step.digest) {
    return refuse('step-mismatch', step, `gives ${digest}, not ${step.digest}`);
  }
  return { group: step.group, step: step.step, rows, digest };
}

function refuse(word: string, step: TableStep, what: string): Refused {
  return { refused: reason(word, `step ${step.step} of ${step.group} ${what}`) };
}

function writeBirth(rows: Uint32Array, step: TableStep): Refused | undefined {
  for (let i = 0; i < rows.length; i++) {
    const word = step.rowWords[i] as number;
    if (step.rowIndexes[i] !== i || !isWord(word))
      return refuse('malformed', step, `skips row ${i}`);
    if (previousOf(word) !== 0 || isArmed(word)) {
      return refuse('not-allowed', step, `bears row ${i} with a second candidate`);
    }
    rows[i] = word;
  }
  return undefined;
}

function writeRows(rows: Uint32Array, step: TableStep): Refused | undefined {
  const allowed = rowRules[step.kind as Exclude<StepKind, 'birth'>];
  let last = -1;
  for (const [at, row] of step.rowIndexes.entries()) {
    const word = step.rowWords[at] as number;
    if (!Number.isInteger(row) || row <= last || row >= rows.length || !isWord(word)) {
      return refuse('malformed', step, `names row ${row} after row ${last} of ${rows.length}`);
    }
    if (!allowed(rows[row] as number, word)) {
      return refuse(
        'not-allowed',
        step,
        `may not ${step.kind} row ${row} from ${rows[row]} to ${word}`,
      );
    }
    rows[row] = word;
    last = row;
  }
  return undefined;
}

function isWord(word: number): boolean {
  return Number.isInteger(word) && word >= 0 && word <= 0xffffffff && currentOf(word) !== 0;
}

/** First step of a group's table. `rows`: settled words (`birthRows`). */
export function birthStep(group: string, rows: Uint32Array, why: Reason): TableStep {
  return {
    group,
    step: 1,
    kind: 'birth',
    rowIndexes: Array.from(rows.keys()),
    rowWords: Array.from(rows),
    digest: tableDigest(rows),
    why,
  };
}

/** What a step does to each row: the new word, or the same one. */
export type Rewrite = (word: number, row: number) => number;

/** The next step of a table, or undefined where `rewrite` changes no row. The rules of its kind are `applyStep`'s to judge. */
export function nextStep(
  table: Table,
  change: {
    readonly kind: Exclude<StepKind, 'birth'>;
    readonly rewrite: Rewrite;
    readonly why: Reason;
  },
): TableStep | undefined {
  const rows = table.rows.slice();
  const rowIndexes: number[] = [];
  const rowWords: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    const before = rows[row] as number;
    const after = change.rewrite(before, row);
    if (after === before) continue;
    rows[row] = after;
    rowIndexes.push(row);
    rowWords.push(after);
  }
  if (rowIndexes.length === 0) return undefined;
  const { kind, why } = change;
  return {
    group: table.group,
    step: table.step + 1,
    kind,
    rowIndexes,
    rowWords,
    digest: tableDigest(rows),
    why,
  };
}

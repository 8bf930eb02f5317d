/**
 * Forwarding tables: rows of {current, previous} (`model/live.ts` has the layout), changed by numbered steps only. Words, assignment, steps,
 * digests and their text; who makes which step, and when, is conduct.ts.
 */
export { birthRows, desiredRows } from './table/assign.ts';
export { tableDigest } from './table/digest.ts';
export {
  maxTableRows,
  packChanges,
  packRowSet,
  packRows,
  type RowChanges,
  unpackChanges,
  unpackRowSet,
  unpackRows,
} from './table/pack.ts';
export { quotas, type WeightedMember } from './table/quota.ts';
export { applyStep, birthStep, nextStep, type Refused, type Rewrite } from './table/step.ts';
export {
  armedWord,
  clearedWord,
  currentOf,
  elderOf,
  flippedWord,
  heirOf,
  isArmed,
  previousOf,
  type RowsNaming,
  rowsNaming,
  wordOf,
} from './table/word.ts';

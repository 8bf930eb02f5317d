/** One row as one 32-bit word: bits 0–15 current, 16–30 previous (0: settled), bit 31 armed. Data planes write it in place, atomically. */
import type { MemberId } from '../model/intent.ts';

const armedBit = 0x8000_0000;

/** A row with `current` as owner of new flows and `previous` as its second candidate. */
export function wordOf(current: MemberId, previous: MemberId = 0, armed = false): number {
  return ((armed ? armedBit : 0) | (previous << 16) | current) >>> 0;
}

/** Takes new flows. */
export function currentOf(word: number): MemberId {
  return word & 0xffff;
}

/** The second candidate: who had the row before, or, armed, who is to have it next. 0: none. */
export function previousOf(word: number): MemberId {
  return (word >>> 16) & 0x7fff;
}

/** The second candidate is to become current and owns nothing yet. */
export function isArmed(word: number): boolean {
  return word >>> 31 === 1;
}

/** `{c,0}` → `{c,n}`, armed. */
export function armedWord(word: number, next: MemberId): number {
  return wordOf(currentOf(word), next, true);
}

/** `{c,n}` → `{n,c}`. */
export function flippedWord(word: number): number {
  return wordOf(previousOf(word), currentOf(word));
}

/** `{c,p}` → `{c,0}`. */
export function clearedWord(word: number): number {
  return wordOf(currentOf(word));
}

/**
 * Who owns flows that were established before the row began to change: the current of an armed or settled row, the previous of a flipped one.
 * For drivers that remember flows: an unknown old flow goes there.
 */
export function elderOf(word: number): MemberId {
  return isArmed(word) ? currentOf(word) : previousOf(word) || currentOf(word);
}

/** Who will own new flows once the row's change is through: the armed one, else the current. */
export function heirOf(word: number): MemberId {
  return isArmed(word) ? previousOf(word) : currentOf(word);
}

/** How many rows name a member, and how. */
export interface RowsNaming {
  readonly current: number;
  /** As second candidate that may still own flows. */
  readonly previous: number;
  /** As second candidate that owns nothing yet. */
  readonly armed: number;
}

/** Counts the rows that name `id`. A member named by none has no flow and its node may be stopped. */
export function rowsNaming(rows: Uint32Array, id: MemberId): RowsNaming {
  let current = 0;
  let previous = 0;
  let armed = 0;
  for (const word of rows) {
    if (currentOf(word) === id) current++;
    else if (previousOf(word) === id) isArmed(word) ? armed++ : previous++;
  }
  return { current, previous, armed };
}

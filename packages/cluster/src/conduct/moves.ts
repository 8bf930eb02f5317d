/** What each kind of step does to each row: the rules of the data plane's table, one function a kind. */
import type { MemberId } from '../model/intent.ts';
import { desiredRows } from '../table/assign.ts';
import type { WeightedMember } from '../table/quota.ts';
import {
  armedWord,
  clearedWord,
  currentOf,
  flippedWord,
  isArmed,
  previousOf,
  wordOf,
} from '../table/word.ts';

export type Ids = ReadonlySet<MemberId>;

/** The row without its dead: what is left of the pair. A dead owner without anyone to follow stays as the place that is to be filled. */
function withoutDead(word: number, dead: Ids, taking: Ids): number {
  const current = currentOf(word);
  const previous = previousOf(word);
  if (!dead.has(current)) return dead.has(previous) ? clearedWord(word) : word;
  return taking.has(previous) ? wordOf(previous) : wordOf(current);
}

/**
 * `dead`: {dead,p} → {p,0} if p takes new flows, else {n,p}; {dead,0} → {n,0}; {c,dead} → {c,0}. An armed n owns nothing, so it is never kept as
 * a previous one. Without a member that takes new flows the rows of the dead stay as they are.
 */
export function rowsWithoutDead(
  rows: Uint32Array,
  dead: Ids,
  members: readonly WeightedMember[],
): Uint32Array {
  const taking = new Set(members.map((member) => member.id));
  const left = rows.map((word) => withoutDead(word, dead, taking));
  const owners = desiredRows(left, members);
  return rows.map((word, row) => {
    const rest = left[row] as number;
    if (!dead.has(currentOf(word))) return rest;
    if (!dead.has(currentOf(rest))) return rest;
    const next = owners[row] as number;
    if (dead.has(next)) return word;
    const previous = previousOf(word);
    const keeps = !isArmed(word) && previous !== 0 && !dead.has(previous) && previous !== next;
    return wordOf(next, keeps ? previous : 0);
  });
}

/** Who may take the rows of members whose checks fail. */
export interface DownSides {
  /** Checks fail, and nobody holds the floor for them. */
  readonly down: Ids;
  /** Members that work, drained ones among them: better than one that is down. */
  readonly working: Ids;
  /** `desiredRows` for the rows as they stand. */
  readonly owners: Uint16Array;
}

/** `down`: {c,0} → {n,c}, {c,p} → {p,c} if p works, {c,n armed} → {n,c}: its live flows still find it. Else the row waits. */
export function downWord(word: number, row: number, { down, working, owners }: DownSides): number {
  const current = currentOf(word);
  if (!down.has(current)) return word;
  const previous = previousOf(word);
  if (working.has(previous)) return flippedWord(word);
  const next = owners[row] as number;
  if ((previous !== 0 && !isArmed(word)) || next === current || !working.has(next)) return word;
  return wordOf(next, current);
}

/** `flip`: armed rows to the one that they are armed for, and flipped rows back to their previous owner, where it is to have them. */
export function flipWord(word: number, owner: MemberId): number {
  const previous = previousOf(word);
  return previous !== 0 && previous === owner ? flippedWord(word) : word;
}

/** `clear` of an armed row that is not to be flipped after all: its second candidate owns nothing. */
export function disarmWord(word: number, owner: MemberId): number {
  return isArmed(word) && previousOf(word) !== owner ? clearedWord(word) : word;
}

/** `arm`: settled rows that are to have another owner. */
export function armWord(word: number, owner: MemberId): number {
  return previousOf(word) === 0 && currentOf(word) !== owner ? armedWord(word, owner) : word;
}

/** `share`: the owner alone. Former ones need no place in the row where the kernels of directors remember flows. */
export function shareWord(owner: MemberId): number {
  return wordOf(owner);
}

/** Rows that are to leave their owner but cannot yet, since the second candidate may still own flows. */
export function rowsWaiting(rows: Uint32Array, taking: Ids): number {
  let waiting = 0;
  for (const word of rows) {
    if (!taking.has(currentOf(word)) && previousOf(word) !== 0 && !isArmed(word)) waiting++;
  }
  return waiting;
}

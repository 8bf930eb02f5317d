/**
 * Which member is to own which row.
 *
 * A table has a history, so its owners need not be a pure function of the members, as in Maglev (NSDI 2016, section 3.4) or with
 * rendezvous hashing: the assignment starts from the rows that stand there and moves the least. A member that leaves gives away exactly its
 * own rows, one that joins takes its share from those that have too much, and nothing else moves; every member has its exact share
 * (quota.ts). The price is that a table must be kept and handed on, which zero-break tables are anyway.
 *
 * Rows of one owner stay together in runs where they can. The flow hash is keyed and uniform, so a run of rows is as good a sample of the
 * flows as scattered ones, and runs make tables and steps a few bytes (pack.ts).
 */
import type { MemberId } from '../model/intent.ts';
import { quotas, type WeightedMember } from './quota.ts';
import { currentOf, heirOf, isArmed, previousOf } from './word.ts';

const ids = 1 << 15;

interface Assignment {
  readonly rows: Uint32Array;
  /** Row → id that is to own it; 0: not given away yet. */
  readonly owners: Uint16Array;
  /** Rows by id. */
  readonly count: Int32Array;
  /** Rows that an id is due; -1: it takes none, and what it still has is not its surplus. */
  readonly quota: Int32Array;
}

/**
 * Row → the member that is to own it, for `rows` as they stand (all zero at birth). Deterministic; a second call on its own result changes
 * nothing. Members with weight 0 or left out get no row; with nobody left to take any, all rows stay (fail open).
 *
 * A row whose second candidate is another one can only go to that one for now: where it may not, it stays with its owner until the row is
 * cleared. Rows go back to a previous owner that has room before they go anywhere else, since that costs no arming.
 */
export function desiredRows(rows: Uint32Array, members: readonly WeightedMember[]): Uint16Array {
  const owners = new Uint16Array(rows.length);
  const count = new Int32Array(ids);
  for (let row = 0; row < rows.length; row++) {
    const heir = heirOf(rows[row] as number);
    owners[row] = heir;
    count[heir] = (count[heir] as number) + 1;
  }
  if (!members.some((member) => member.weight > 0)) return owners;
  const quota = new Int32Array(ids).fill(-1);
  for (const [id, due] of quotas(members, rows.length, (id) => count[id] as number))
    quota[id] = due;
  const assignment = { rows, owners, count, quota };
  leave(assignment, new Set(members.filter((each) => each.weight > 0).map((each) => each.id)));
  giveBack(assignment);
  releaseSurplus(assignment);
  fillDeficits(assignment, members);
  return owners;
}

/** The other one of the row's two candidates than its heir, 0 for a settled row. */
function otherOf(word: number): MemberId {
  return isArmed(word) ? currentOf(word) : previousOf(word);
}

function give(assignment: Assignment, row: number, to: MemberId): void {
  const { owners, count } = assignment;
  const from = owners[row] as number;
  count[from] = (count[from] as number) - 1;
  count[to] = (count[to] as number) + 1;
  owners[row] = to;
}

/** Rows whose heir takes no new flows: to the other candidate if it does, free if nobody else owns flows there, else they stay and wait. */
function leave(assignment: Assignment, taking: ReadonlySet<MemberId>): void {
  const { rows, owners } = assignment;
  for (let row = 0; row < rows.length; row++) {
    if (taking.has(owners[row] as number)) continue;
    const word = rows[row] as number;
    const other = otherOf(word);
    if (taking.has(other)) give(assignment, row, other);
    else if (other === 0 || isArmed(word)) give(assignment, row, 0);
  }
}

/** Rows of members with too many go back to their other candidate where that one has too few. */
function giveBack(assignment: Assignment): void {
  const { rows, owners, count, quota } = assignment;
  for (let row = 0; row < rows.length; row++) {
    const owner = owners[row] as number;
    const other = otherOf(rows[row] as number);
    if (owner === 0 || other === 0 || other === owner) continue;
    const tooMany = (count[owner] as number) > (quota[owner] as number);
    if (
      tooMany &&
      (quota[owner] as number) >= 0 &&
      (count[other] as number) < (quota[other] as number)
    ) {
      give(assignment, row, other);
    }
  }
}

/** Members that still have too many let settled rows go. */
function releaseSurplus(assignment: Assignment): void {
  const { rows, owners, count, quota } = assignment;
  for (let row = 0; row < rows.length; row++) {
    const owner = owners[row] as number;
    const due = quota[owner] as number;
    if (due >= 0 && (count[owner] as number) > due && otherOf(rows[row] as number) === 0) {
      give(assignment, row, 0);
    }
  }
}

/** Free rows go to members with too few, in proportion to what they lack where there are not enough (rows that wait are missing). */
function fillDeficits(assignment: Assignment, members: readonly WeightedMember[]): void {
  const { owners, count, quota } = assignment;
  const lacking = members
    .map(({ id }) => ({ id, lacks: (quota[id] as number) - (count[id] as number) }))
    .filter(({ lacks }) => lacks > 0);
  const lack = lacking.reduce((sum, { lacks }) => sum + lacks, 0);
  const free = count[0] as number;
  let row = 0;
  let given = 0;
  let asked = 0;
  for (const { id, lacks } of lacking) {
    asked += lacks;
    const upTo = Math.round((asked * free) / lack);
    for (; given < upTo; given++) {
      while (owners[row] !== 0) row++;
      give(assignment, row, id);
    }
  }
}

/** Words of a table at its birth: all rows settled, so the word is the owner. */
export function birthRows(size: number, members: readonly WeightedMember[]): Uint32Array {
  return new Uint32Array(desiredRows(new Uint32Array(size), members));
}

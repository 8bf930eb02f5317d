/** How many rows each member is to have. */
import type { MemberId } from '../model/intent.ts';

/** A member that takes new flows. `weight` ≥ 0; 0 takes none. */
export interface WeightedMember {
  readonly id: MemberId;
  readonly weight: number;
}

/**
 * Splits `size` rows by weight, by the highest averages of Webster and Sainte-Laguë (Balinski and Young, "Fair Representation", 1982): the one
 * rounding under which a member that leaves never costs another one a row, and one that joins never gives another one a row, whatever
 * the weights. Each share is within half a row of proportion for equal weights. Ties go to those that hold more rows than they
 * are due (`held`), so that nothing moves for a tie, then to lower ids. Exact: priorities are compared as integers.
 */
export function quotas(
  members: readonly WeightedMember[],
  size: number,
  held: (id: MemberId) => number,
): ReadonlyMap<MemberId, number> {
  const taking = members.filter((member) => member.weight > 0);
  const total = taking.reduce((sum, member) => sum + member.weight, 0);
  const quota = new Map<MemberId, number>();
  if (total === 0) return quota;
  const perWeight = largestFit(taking, size, total);
  let left = size;
  for (const { id, weight } of taking) {
    const rows = Math.floor(weight * perWeight + 0.5);
    quota.set(id, rows);
    left -= rows;
  }
  const due = (id: MemberId): number => quota.get(id) ?? 0;
  while (left > 0) {
    const next = [...taking].sort(
      (a, b) =>
        b.weight * (2 * due(a.id) + 1) - a.weight * (2 * due(b.id) + 1) ||
        Number(held(b.id) > due(b.id)) - Number(held(a.id) > due(a.id)) ||
        a.id - b.id,
    );
    for (const { id } of next.slice(0, left)) quota.set(id, due(id) + 1);
    left -= Math.min(left, next.length);
  }
  return quota;
}

/** The largest rows-per-weight (by bisection) whose rounded shares do not exceed `size`; what is left then are ties. */
function largestFit(members: readonly WeightedMember[], size: number, total: number): number {
  let low = 0;
  let high = (size + members.length) / total;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    let sum = 0;
    for (const { weight } of members) sum += Math.floor(weight * middle + 0.5);
    if (sum <= size) low = middle;
    else high = middle;
  }
  return low;
}

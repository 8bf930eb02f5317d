/** What the routers' own hash moves when a next hop comes or goes. */

import type { Name } from '../model/intent.ts';
import { answersArp, nodesOf } from '../roles.ts';
import type { Live } from './rows.ts';

/** Shares, 0–1. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export const none: Bounds = { least: 0, most: 0 };

/**
 * Share of flows that change their next hop when one of `hops` equal ones leaves (or joins: the same the other way round). Hash-threshold (RFC 2992,
 * section 2; Linux's fib_select_multipath): each hop has a region of the hash space, and all regions move. How much depends on the place
 * of the hop that leaves, which is the kernel's affair: the bounds are over all places.
 */
export function movedByHash(hops: number): Bounds {
  if (hops <= 1) return { least: hops, most: hops };
  const shares = Array.from({ length: hops }, (_, place) => 1 - stays(hops, place));
  return { least: Math.min(...shares), most: Math.max(...shares) };
}

/** As above where routers spread; where one director answers ARP for all VIPs, all flows or none: it comes first in the file, or another does. */
export function movedByNextHop(
  { cluster, feed }: Pick<Live, 'cluster' | 'feed'>,
  node: Name,
  hops: number,
): Bounds {
  if (!answersArp(cluster)) return movedByHash(hops);
  const first = nodesOf(cluster, 'l4').find(
    ({ name }) => name === node || feed.receiving[name] !== undefined,
  );
  return first?.name === node ? { least: 1, most: 1 } : none;
}

/** Share of the hash space that keeps its hop when the one at `place` leaves. */
function stays(hops: number, place: number): number {
  let share = 0;
  for (let hop = 0; hop < hops; hop++) {
    if (hop === place) continue;
    const after = hop < place ? hop : hop - 1;
    const from = Math.max(hop / hops, after / (hops - 1));
    const to = Math.min((hop + 1) / hops, (after + 1) / (hops - 1));
    share += Math.max(0, to - from);
  }
  return share;
}

/** What no honest leader would write. A refused state changes no node: the reader keeps the last good one and says so. Pure. */

import type { Answer, FeedState, Table } from '@tricade/cluster';
import { currentOf, maxTableRows, no, yes } from '@tricade/cluster';

/**
 * Whether `next` may follow `held` (undefined: nothing is held). Refused (`implausible`): a table that is gone, changed its size, went back
 * or has a row without a real; all health gone. `members`: how many members the cluster has; health of more than twice as many is refused.
 */
export function plausibleState(
  next: FeedState,
  held: FeedState | undefined,
  members?: number,
): Answer {
  const known = Object.keys(next.health).length;
  if (members !== undefined && known > 2 * members) {
    return no('implausible', `health of ${known} members in a cluster of ${members}`);
  }
  if (held !== undefined && known === 0 && Object.keys(held.health).length > 0) {
    return no('implausible', 'no member has health any more');
  }
  for (const [group, before] of Object.entries(held?.tables ?? {})) {
    const after = next.tables[group];
    if (after === undefined) return no('implausible', `the table of ${group} is gone`);
    if (after === before) continue;
    if (after.rows.length !== before.rows.length) {
      return no(
        'implausible',
        `the table of ${group} has ${after.rows.length} rows instead of ${before.rows.length}`,
      );
    }
    if (after.step < before.step)
      return no(
        'implausible',
        `the table of ${group} went back from step ${before.step} to ${after.step}`,
      );
  }
  for (const table of Object.values(next.tables)) {
    if (table === held?.tables[table.group]) continue;
    const answer = plausibleTable(table);
    if (!answer.yes) return answer;
  }
  return yes;
}

function plausibleTable(table: Table): Answer {
  if (table.rows.length === 0 || table.rows.length > maxTableRows) {
    return no('implausible', `the table of ${table.group} has ${table.rows.length} rows`);
  }
  const empty = table.rows.findIndex((word) => currentOf(word) === 0);
  return empty === -1 ? yes : no('implausible', `row ${empty} of ${table.group} names no real`);
}

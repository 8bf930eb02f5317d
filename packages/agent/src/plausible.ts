/** Whether a state fits the generation that this node runs. What does not changes nothing here; the node says so. Pure. */
import type { Answer, Cluster, FeedState, Generation, Table, TableGroup } from '@tricade/cluster';
import { allMembers, currentOf, no, previousOf, tableGroups, yes } from '@tricade/cluster';
import { plausibleState } from '@tricade/feed';

/** The whole state: refused with all that it says. */
export function fitsCluster(
  state: FeedState,
  held: FeedState | undefined,
  cluster: Cluster,
): Answer {
  return plausibleState(state, held, allMembers(cluster).length + cluster.nodes.length);
}

/** The tables of a director: refused alone, so that a table this node cannot carry does not keep health from it. */
export function fitsTables(state: FeedState, cluster: Cluster, generation: Generation): Answer {
  for (const group of tableGroups(cluster, generation)) {
    const table = state.tables[group.group];
    const answer = table === undefined ? yes : fitsGroup(table, group, generation);
    if (!answer.yes) return answer;
  }
  return yes;
}

function fitsGroup(table: Table, { group, size }: TableGroup, { ids, number }: Generation): Answer {
  if (table.rows.length !== size) {
    return no(
      'implausible',
      `the table of ${group} has ${table.rows.length} rows, generation ${number} ${size}`,
    );
  }
  const known = new Set(
    Object.entries(ids).flatMap(([member, id]) => (member.startsWith(`${group}/`) ? [id] : [])),
  );
  known.add(0);
  const stranger = table.rows.find(
    (word) => !known.has(currentOf(word)) || !known.has(previousOf(word)),
  );
  return stranger === undefined
    ? yes
    : no(
        'id-not-known',
        `the table of ${group} names a real that generation ${number} does not know`,
      );
}

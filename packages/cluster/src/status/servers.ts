/** What is known of servers: verdicts of the pools that check them. */
import { standingOf } from '../lifecycle.ts';
import type { ClusterNode, Health } from '../model/intent.ts';
import { healthOf, type Snapshot } from '../model/seen.ts';

/** One verdict per pool that checks the server; a pool with `check: none` knows nothing and asks for nothing. */
function verdictsOn({ cluster, feed }: Snapshot, { name }: ClusterNode): readonly Health[] {
  return cluster.pools
    .filter(
      ({ check, servers }) => check.kind !== 'none' && servers.some((each) => each.name === name),
    )
    .map((pool) => healthOf(feed, `${pool.name}/${name}`));
}

/** A server of pools that check nothing: nobody can know more of it. */
export function isUnchecked(snapshot: Snapshot, node: ClusterNode): boolean {
  return node.tier === 'servers' && verdictsOn(snapshot, node).length === 0;
}

/** True of a server while one of the pools that check it has no verdict yet, whatever its agent says of itself. */
export function lacksVerdict(snapshot: Snapshot, node: ClusterNode): boolean {
  return node.tier === 'servers' && verdictsOn(snapshot, node).includes('unknown');
}

/** `up`, or why nobody can say so. Servers that are down are told with their cause. */
export function serverSeen(snapshot: Snapshot, node: ClusterNode): string {
  if (isUnchecked(snapshot, node)) return 'not checked';
  return lacksVerdict(snapshot, node) ? 'not checked yet' : 'up';
}

/** Servers that take new flows, of each pool: `pool web 3/4`. */
export function poolsSeen({ cluster, feed, atMs }: Snapshot): string {
  return cluster.pools
    .map(({ name: pool, servers }) => {
      const takes = servers.filter(
        ({ name }) =>
          standingOf({ member: `${pool}/${name}`, node: name }, feed, atMs).takesNewFlows,
      );
      return `pool ${pool} ${takes.length}/${servers.length}`;
    })
    .join(', ');
}

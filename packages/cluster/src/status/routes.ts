/** What routers' tables say of VIPs: how many directors each of them really sends packets to. */
import { latchOf } from '../lifecycle.ts';
import type { Cidr, Cluster, ClusterNode } from '../model/intent.ts';
import type { NodeReport, Snapshot } from '../model/seen.ts';
import { allVipPrefixes, nodesOf, sharedLeg } from '../roles.ts';

/** Next hops of the VIP that has fewest, of all directors: `2/2 next hops`. */
export function routerSeen(cluster: Cluster, report: NodeReport | undefined): string {
  const hops = report?.sample.nextHops;
  if (hops === undefined) return 'no report yet';
  const directors = nodesOf(cluster, 'l4');
  const routers = nodesOf(cluster, 'routers');
  const want = directors.filter((director) => sharedLeg(director, routers) !== undefined).length;
  const least = Math.min(...allVipPrefixes(cluster).map((prefix) => hops[prefix]?.length ?? 0));
  return `${Number.isFinite(least) ? least : 0}/${want} next hops`;
}

/** One sentence per router and VIP that has fewer next hops than directors announce it there, or none at all. Routers out on purpose are left out. */
export function unrouted(snapshot: Snapshot): readonly string[] {
  const { cluster, feed, reports, atMs } = snapshot;
  return nodesOf(cluster, 'routers').flatMap((router) => {
    const hops = reports[router.name]?.sample.nextHops;
    const of = { member: `routers/${router.name}`, node: router.name };
    if (hops === undefined || latchOf(of, feed.latches, atMs) !== undefined) return [];
    return allVipPrefixes(cluster).flatMap((prefix) => {
      const has = hops[prefix]?.length ?? 0;
      const want = Math.max(1, announcersOf(snapshot, router, prefix));
      return has >= want ? [] : [`${router.name} has ${has} of ${want} next hops for ${prefix}`];
    });
  });
}

/** Directors that may receive, say that they announce the VIP, and stand on a network of the router. */
function announcersOf(snapshot: Snapshot, router: ClusterNode, prefix: Cidr): number {
  const { cluster, feed, reports } = snapshot;
  return nodesOf(cluster, 'l4').filter(
    (director) =>
      feed.receiving[director.name] !== undefined &&
      reports[director.name]?.announcing.includes(prefix) === true &&
      sharedLeg(director, [router]) !== undefined,
  ).length;
}

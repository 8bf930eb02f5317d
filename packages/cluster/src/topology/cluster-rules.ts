/** What the cluster as a whole needs: routers and directors that meet, VIPs that somebody finds, a monitor that reaches everything. */
import type { Catalog } from '../driver.ts';
import { canonicalPrefix, contains, parsePrefix } from '../ip.ts';
import type { ClusterNode } from '../model/intent.ts';
import { answersArp } from '../roles.ts';
import type { Ground } from './ground.ts';
import { have, names, type Problem } from './problem.ts';

/** BGP sessions run over a network in common (one hop). */
export function routersMeetDirectors(ground: Ground): Problem[] {
  const { routers, directors, cluster } = ground;
  if (cluster.l4.announce.via !== 'bgp' || routers.length === 0) return [];
  const alone = directors.filter(
    (director) => !routers.some((router) => ground.shared(router, director)),
  );
  const idle = routers.filter(
    (router) => !directors.some((director) => ground.shared(router, director)),
  );
  return [...alone, ...idle].map((node) => {
    const other = node.tier === 'l4' ? 'router' : 'director';
    const message = `"${node.name}" shares no network with any ${other}, so no BGP session can be`;
    const path = [node.tier, 'nodes', node.name];
    return { code: 'TRI-T011', severity: 'error', path, part: 'key', message };
  });
}

export function pathsForAll({ cluster, directors, routers }: Ground): Problem[] {
  const { maxPaths } = cluster.routers.ecmp;
  if (routers.length === 0 || cluster.l4.announce.via === 'vrrp' || maxPaths >= directors.length)
    return [];
  const message = `routers use ${maxPaths} next hops at most, and there are ${directors.length} directors`;
  const effect = `${directors.length - maxPaths} of ${directors.length} directors would get no traffic.`;
  const fix = `write \`maxPaths: ${directors.length}\` or more`;
  const path = ['routers', 'ecmp', 'maxPaths'];
  return [{ code: 'TRI-T015', severity: 'warning', path, message, effect, fix }];
}

/** Some daemons accept "resilient" and do not do it; here it is refused with the reason. */
export function resilientWhereAble(
  { cluster, routers }: Ground,
  catalog: Catalog | undefined,
): Problem[] {
  const { driver, ecmp } = cluster.routers;
  const drivers = catalog?.router;
  if (!drivers || !ecmp.resilient || routers.length === 0 || !Object.hasOwn(drivers, driver))
    return [];
  if (drivers[driver]?.resilientEcmp) return [];
  const able = Object.keys(drivers).filter((name) => drivers[name]?.resilientEcmp);
  const message = `router driver ${driver} cannot keep flows on their next hop when others come or go`;
  const fix =
    able.length > 0
      ? `take \`driver: ${able[0]}\`, or \`resilient: false\``
      : 'write `resilient: false`: directors share one table, so flows that move keep their proxy';
  return [
    { code: 'TRI-T016', severity: 'error', path: ['routers', 'ecmp', 'resilient'], message, fix },
  ];
}

/** Probes and the feed run between the monitors and every node. */
export function monitorsReachAll(ground: Ground): Problem[] {
  const { nodes } = ground.cluster;
  return nodes
    .filter((node) => node.tier === 'monitor')
    .flatMap((monitor) => {
      const lost = nodes.filter((node) => node !== monitor && !ground.connected(monitor, node));
      if (lost.length === 0) return [];
      const message = `"${monitor.name}" has no way to ${names(lost)}: no network in common, and no router joins theirs`;
      const path = ['monitor', 'nodes', monitor.name];
      return [{ code: 'TRI-T019', severity: 'error', path, part: 'key', message } as const];
    });
}

/** VIPs are answered by ARP where no router is: with one, it would be the only one to ask, and BGP tells it more. IPVS keeps its VIPs from answering. */
export function arpWithoutRouters(ground: Ground): Problem[] {
  const { cluster, routers } = ground;
  if (!answersArp(cluster)) return [];
  const path = ['l4', 'announce', 'via'];
  if (routers.length > 0) {
    const message = `VIPs are answered by ARP, and ${names(routers)} ${have(routers)} to be told of them by BGP`;
    const fix = 'write `via: bgp`, or leave routers out that Tricade is not to set up';
    return [{ code: 'TRI-T026', severity: 'error', path, message, fix }];
  }
  if (cluster.l4.driver !== 'ipvs') return unanswered(ground);
  const message = 'IPVS directors hold VIPs without answering for them by ARP';
  const fix = 'take `driver: nft` or `driver: xdp`';
  return [{ code: 'TRI-T026', severity: 'error', path, message, fix }];
}

/** The next director takes over all VIPs, so each must stand in the network of every one. Those in no director's network are told of elsewhere. */
function unanswered({ cluster, directors }: Ground): Problem[] {
  const standsNear = ({ legs }: ClusterNode, vip: string) =>
    cluster.networks.some(
      ({ name, cidrs }) =>
        legs.some(({ network }) => network === name) && cidrs.some((cidr) => contains(cidr, vip)),
    );
  return cluster.services.flatMap(({ name, vips }) =>
    vips.flatMap((vip) => {
      const away = directors.filter((director) => !standsNear(director, vip));
      if (away.length === 0 || away.length === directors.length) return [];
      const message = `${names(away)} ${have(away)} no leg in the network of VIP ${vip} of "${name}", and may be the one to answer for it`;
      const fix = 'give every director a leg there, or take others out';
      const path = ['services', name, 'vip'];
      return [{ code: 'TRI-T026' as const, severity: 'error' as const, path, message, fix }];
    }),
  );
}

/** Without routers all stand on one segment, and VIPs are found by ARP or ND. */
export function oneSegment(ground: Ground): Problem[] {
  const { cluster, routers, directors } = ground;
  if (routers.length > 0 || cluster.l4.announce.via === 'bgp') return [];
  const { via } = cluster.l4.announce;
  const problems: Problem[] = [];
  if (via === 'static' && directors.length > 1) {
    const message = `without routers ${names(directors)} would all answer ARP for the VIPs`;
    problems.push({
      code: 'TRI-T021',
      severity: 'error',
      path: ['l4', 'announce'],
      part: 'key',
      message,
    });
  }
  const cidrs = cluster.networks
    .filter(({ name }) =>
      directors.some(({ legs }) => legs.some(({ network }) => network === name)),
    )
    .flatMap((network) => network.cidrs);
  for (const { name, vips, listen } of cluster.services) {
    if (listen === 'transparent') {
      const message = `"${name}" listens transparently, and there is no router to route its VIP to the directors`;
      problems.push({
        code: 'TRI-T023',
        severity: 'error',
        path: ['services', name, 'listen'],
        message,
      });
    }
    for (const vip of vips) {
      if (listen === 'transparent' || cidrs.some((cidr) => contains(cidr, vip))) continue;
      const message = `VIP ${vip} of "${name}" lies in no network of the directors, and no router leads to it`;
      problems.push({
        code: 'TRI-T022',
        severity: 'error',
        path: ['services', name, 'vip'],
        message,
      });
    }
  }
  return problems;
}

/** Nodes send to VIPs too: servers call them, monitors ask by the real path, routers say what is too big (ICMP). */
export function nodesNotDenied({ cluster }: Ground): Problem[] {
  const deny = new Set(cluster.l4.guard?.deny);
  const lengths = new Set([...deny].map((cidr) => parsePrefix(cidr)?.length ?? 0));
  const isDenied = (address: string) =>
    [...lengths].some((length) => deny.has(canonicalPrefix(`${address}/${length}`) ?? ''));
  const held = cluster.nodes.filter(({ legs }) =>
    legs.some(({ addresses }) => addresses.some(isDenied)),
  );
  if (held.length === 0) return [];
  const message = `the deny list holds addresses of ${names(held)}`;
  return [{ code: 'TRI-T031', severity: 'warning', path: ['l4', 'deny'], part: 'key', message }];
}

/** A router that stands alone among others joins nothing. */
export function routersJoin({ routers }: Ground): Problem[] {
  const narrow = routers.filter(({ legs }) => legs.length === 1);
  if (narrow.length === 0) return [];
  const message = `${names(narrow)} ${have(narrow)} one leg: packets come and go by the same network`;
  const path = ['routers', 'nodes', narrow[0]?.name ?? ''];
  return [{ code: 'TRI-T024', severity: 'warning', path, part: 'key', message }];
}

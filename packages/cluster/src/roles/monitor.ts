/** Monitors: the feed's store, and how every node reaches it. */
import { ipFamily, sameFamily } from '../ip.ts';
import type { Cluster, ClusterNode, Name } from '../model/intent.ts';
import type { RedisAccess, RedisState } from '../model/role.ts';
import { managedNodes, nodeNamed, nodesOf, sharedLeg } from './nodes.ts';

export const redisPort = 6379;

function userOf(node: ClusterNode): RedisState['users'][number] {
  const kind = node.tier === 'monitor' ? 'monitor' : 'node';
  return { user: `${kind}-${node.name}`, kind, node: node.name };
}

/** How node `name` reaches the feed: over a network shared with the first monitor where there is one, in a family that the node speaks. */
export function redisAccess(cluster: Cluster, name: Name): RedisAccess {
  const node = nodeNamed(cluster, name);
  const { user } = userOf(node);
  const passwordFile = '/etc/tricade/secret/redis';
  if (cluster.state.redis !== 'managed')
    return { url: cluster.state.redis.url, user, passwordFile };
  const [first] = nodesOf(cluster, 'monitor');
  const shared = first && (first === node ? first.legs[0] : sharedLeg(first, [node]));
  const there = (shared ?? first?.legs[0])?.addresses ?? [];
  const own = node.legs.flatMap((leg) => leg.addresses);
  const address =
    there.find((each) => sameFamily(own, each) !== undefined) ?? there[0] ?? '127.0.0.1';
  const host = ipFamily(address) === 6 ? `[${address}]` : address;
  return { url: `redis://${host}:${redisPort}`, user, passwordFile };
}

/** Redis runs on the first monitor; undefined on others, and where the file names one of its own. */
export function redisState(cluster: Cluster, node: ClusterNode): RedisState | undefined {
  const [first] = nodesOf(cluster, 'monitor');
  if (cluster.state.redis !== 'managed' || first?.name !== node.name) return undefined;
  return {
    node: node.name,
    addresses: ['127.0.0.1', ...node.legs.flatMap((leg) => leg.addresses)],
    port: redisPort,
    users: managedNodes(cluster).map(userOf),
    keyPrefix: `tricade:{${cluster.name}}:`,
  };
}

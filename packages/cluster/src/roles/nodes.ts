/** Nodes of a cluster by tier and name, and the legs on which they meet. */
import type { Cluster, ClusterNode, Leg, Name, Tier } from '../model/intent.ts';

interface NodeIndex {
  readonly byName: ReadonlyMap<Name, ClusterNode>;
  readonly byTier: ReadonlyMap<Tier, readonly ClusterNode[]>;
}

/** One index per cluster: a cluster is never changed, and callers ask for names in loops over 20,000 nodes. */
const indexes = new WeakMap<Cluster, NodeIndex>();

function indexOf(cluster: Cluster): NodeIndex {
  const known = indexes.get(cluster);
  if (known !== undefined) return known;
  const index = {
    byName: new Map(cluster.nodes.map((node) => [node.name, node])),
    byTier: Map.groupBy(cluster.nodes, (node) => node.tier),
  };
  indexes.set(cluster, index);
  return index;
}

/** Nodes of one tier in the order of the file. */
export function nodesOf(cluster: Cluster, tier: Tier): readonly ClusterNode[] {
  return indexOf(cluster).byTier.get(tier) ?? [];
}

/** Throws RangeError for an unknown name: callers hold names of the same cluster. */
export function nodeNamed(cluster: Cluster, name: Name): ClusterNode {
  const node = indexOf(cluster).byName.get(name);
  if (node === undefined) throw new RangeError(`no node ${name} in cluster ${cluster.name}`);
  return node;
}

/** Nodes on which Tricade installs anything: all but unmanaged servers. */
export function managedNodes(cluster: Cluster): readonly ClusterNode[] {
  return cluster.nodes.filter((node) => node.managed);
}

/** The first leg of `node` on a network that one of `others` also has a leg on. */
export function sharedLeg(node: ClusterNode, others: readonly ClusterNode[]): Leg | undefined {
  return node.legs.find((leg) =>
    others.some((other) => other.legs.some(({ network }) => network === leg.network)),
  );
}

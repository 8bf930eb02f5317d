/** A generation for looking at a file without a cluster: numbers and ids as a first rollout would give them. */
import { type Cluster, type Generation, tableMembers } from '@tricade/cluster';
import { sha256 } from '@tricade/host';

/** Deterministic; its hash key is zero, which no rollout ever makes. */
export async function offlineGeneration(cluster: Cluster): Promise<Generation> {
  const { intentDigestText } = await import('@tricade/cluster/spec');
  const ids = Object.fromEntries(tableMembers(cluster).map((member, index) => [member, index + 1]));
  return { number: 1, digest: sha256(intentDigestText(cluster)), ids, hashKey: '0'.repeat(32) };
}

/** The cluster that the demo shows: up, rolled out, and away again whatever happens. */
import { loadCluster, payload } from '@tricade/cli';
import { labDown, labUp, topologyOf } from '@tricade/lab';
import type { Stage } from './measure.ts';

export interface StageOptions {
  /** True: the lab dies with this process, however it ends. */
  readonly tied: boolean;
  readonly onProgress?: (text: string) => void;
}

/**
 * Brings the lab of a cluster file up, with the runtime in the hosts' store as after any first rollout: only the program travels then.
 * Throws TRI-L001 where it is up already: it is somebody's, and stays.
 */
export async function raise(
  file: string,
  options: StageOptions,
): Promise<{ readonly stage: Stage; readonly hosts: number; readonly tookMs: number }> {
  const cluster = await loadCluster(file);
  const topology = topologyOf(cluster);
  const { runtime, pathOf } = await payload();
  const { tookMs } = await labUp(topology, {
    ...options,
    binds: [{ source: pathOf(runtime.sha256), target: `/opt/tricade/store/${runtime.sha256}` }],
  });
  return { stage: { cluster, file }, hosts: topology.hosts.length, tookMs };
}

/** Takes down what `raise` brought up. Idempotent. Returns how long it took, ms. */
export async function lower({ cluster }: Stage): Promise<number> {
  return (await labDown(cluster.name)).tookMs;
}

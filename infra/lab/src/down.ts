/** A lab goes away, whatever is left of it. */
import { TricadeError } from '@tricade/cluster';
import { killCgroup, removeCgroups, removeLabsCgroup, waitEmpty } from './cgroups.ts';
import { labPaths } from './paths.ts';
import { forget } from './state.ts';

/**
 * Takes a lab down and leaves nothing but its keys: processes by cgroup, cgroups deepest first, files. With the last process the kernel takes
 * mounts, namespaces, bridges away. Idempotent; works right after a kill -9 at any moment. Throws TRI-L009 where something stays.
 */
export async function labDown(lab: string): Promise<{ readonly tookMs: number }> {
  const started = performance.now();
  labPaths(lab); // the name is checked before anything is killed
  killCgroup(lab);
  const processes = await waitEmpty(lab);
  if (processes.length > 0) throw leftover(lab, `processes ${processes.join(', ')}`);
  const groups = await removeCgroups(lab);
  if (groups.length > 0) throw leftover(lab, groups.join(', '));
  removeLabsCgroup();
  forget(lab);
  return { tookMs: performance.now() - started };
}

function leftover(lab: string, what: string): TricadeError {
  return new TricadeError('TRI-L009', `lab ${lab} is down, but there still is ${what}`, {
    hint: 'take it down again; a process that cannot be killed waits for a device or a file system',
  });
}

/** Where a lab keeps its state, and how its processes are found again. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import type { LabTopology } from './model.ts';

/** Root of all labs' states; mode 0700. */
export const labRoot: string = process.env['TRICADE_LAB_DIR'] ?? '/run/tricade-lab';
/** Keys are made once: they cost more than a host's boot. */
export const labCache: string = process.env['TRICADE_LAB_CACHE'] ?? '/var/cache/tricade-lab';

export function labDirectory(lab: string): string {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(lab))
    throw new TricadeError('TRI-L004', `not a name of a lab: ${JSON.stringify(lab)}`);
  return join(labRoot, lab);
}

/** Cgroup hierarchies in use: pure v2, or hybrid (v2 beside name=systemd). */
export function cgroupRoots(): readonly string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].filter((path) =>
    existsSync(join(path, 'cgroup.procs')),
  );
}

export function cgroupsOf(lab: string, host?: string): readonly string[] {
  return cgroupRoots().map((root) =>
    join(root, 'tricade-lab', lab, ...(host === undefined ? [] : [host])),
  );
}

/** Pids in a cgroup and all below it. */
export function pidsIn(cgroup: string): readonly number[] {
  let pids: number[] = [];
  try {
    pids = readFileSync(join(cgroup, 'cgroup.procs'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(Number);
    for (const entry of readdirSync(cgroup, { withFileTypes: true }))
      if (entry.isDirectory()) pids.push(...pidsIn(join(cgroup, entry.name)));
  } catch {
    // the cgroup went away meanwhile: then it holds nothing
  }
  return pids;
}

function namespacePids(pid: number): readonly number[] {
  try {
    const line = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (line ?? '').split(/\s+/).map(Number);
  } catch {
    return [];
  }
}

/** Pid of the lab's own init: process 1 of the lab's pid namespace, undefined where the lab is not up. */
export function labInit(lab: string): number | undefined {
  const pids = cgroupsOf(lab, '_init').flatMap(pidsIn);
  return pids.find((pid) => namespacePids(pid).at(-1) === 1);
}

/** Pid of a host's systemd, undefined where the host is off. */
export function hostInit(lab: string, host: string): number | undefined {
  const pids = cgroupsOf(lab, host).flatMap(pidsIn);
  return pids.find((pid) => namespacePids(pid).at(-1) === 1);
}

/** Pid of the lab's init; throws TRI-L002 where the lab is not up. */
export function requireInit(lab: string): number {
  const pid = labInit(lab);
  if (pid === undefined)
    throw new TricadeError('TRI-L002', `lab ${lab} is not up`, {
      hint: 'bring it up first: tricade lab up FILE',
    });
  return pid;
}

export function readTopology(lab: string): LabTopology {
  const path = join(labDirectory(lab), 'topology.json');
  if (!existsSync(path))
    throw new TricadeError('TRI-L002', `lab ${lab} is not up`, {
      hint: 'bring it up first: tricade lab up FILE',
    });
  return JSON.parse(readFileSync(path, 'utf8')) as LabTopology;
}

/** Names of the labs that are up on this machine. */
export function labsUp(): readonly string[] {
  if (!existsSync(labRoot)) return [];
  return readdirSync(labRoot).filter(
    (name) => /^[a-z][a-z0-9-]*$/.test(name) && labInit(name) !== undefined,
  );
}

export function forget(lab: string): void {
  rmSync(labDirectory(lab), { recursive: true, force: true });
}

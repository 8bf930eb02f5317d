/**
 * Control groups: what finds and ends every process of a lab or host, even where its init is gone or was never written down. Pure v2,
 * and hybrid (v2 somewhere beside the v1 hierarchy `name=systemd`, which nspawn wants its hosts in as well).
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { labsCgroup } from './paths.ts';

export interface CgroupRoots {
  /** Mount point of the v2 hierarchy; undefined where there is none. */
  readonly unified: string | undefined;
  /** Mount point of v1 `name=systemd`; undefined on pure v2. */
  readonly systemd: string | undefined;
}

/** Reads the hierarchies from the text of /proc/self/mountinfo (proc(5)). */
export function parseCgroupRoots(mountinfo: string): CgroupRoots {
  const roots: { unified: string | undefined; systemd: string | undefined } = {
    unified: undefined,
    systemd: undefined,
  };
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const mountPoint = before.split(' ')[4];
    const [type, , options = ''] = after.split(' ');
    if (type === 'cgroup2') roots.unified ??= mountPoint;
    if (type === 'cgroup' && options.split(',').includes('name=systemd')) {
      roots.systemd ??= mountPoint;
    }
  }
  return roots;
}

/** The hierarchies of this machine, v2 first. */
export function cgroupRoots(): string[] {
  const { unified, systemd } = parseCgroupRoots(readFileSync('/proc/self/mountinfo', 'utf8'));
  return [unified, systemd].filter((root) => root !== undefined);
}

/** Folders of the cgroup of a lab (`part` left out) or of a host or helper in it, in every hierarchy, v2 first. */
export function cgroupFolders(lab: string, part = ''): string[] {
  return cgroupRoots().map((root) => join(root, labsCgroup(), lab, part));
}

/** Makes the cgroups; those that are there are fine. */
export function makeCgroups(lab: string, part: string): string[] {
  const folders = cgroupFolders(lab, part);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  return folders;
}

/** Ids of all processes in a cgroup and those below it, as this process's pid namespace shows them. */
export function processesIn(folder: string): number[] {
  return subtree(folder).flatMap((group) =>
    read(join(group, 'cgroup.procs'))
      .split('\n')
      .filter((line) => line !== '')
      .map(Number)
      .filter((pid) => pid > 0),
  );
}

/** Ends every process of a lab or host at once (SIGKILL); none is fine. Does not wait. */
export function killCgroup(lab: string, part = ''): void {
  for (const folder of cgroupFolders(lab, part)) {
    const kill = join(folder, 'cgroup.kill');
    if (existsSync(kill)) write(kill, '1');
    // On v1, and before Linux 5.14. `waitEmpty` comes back for what forks meanwhile.
    else for (const pid of processesIn(folder)) end(pid);
  }
}

/** Waits until no process is left, killing again on the way. Resolves to the ids of those left when the time is over. */
export async function waitEmpty(lab: string, part = '', timeoutMs = 5_000): Promise<number[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = cgroupFolders(lab, part).flatMap(processesIn);
    if (left.length === 0 || performance.now() > deadline) return left;
    killCgroup(lab, part);
    await delay(5);
  }
}

/** Removes the folders, deepest first; absent is fine. Resolves to those that were still busy when the time was over. */
export async function removeCgroups(lab: string, part = '', timeoutMs = 2_000): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  const folders = cgroupFolders(lab, part);
  for (;;) {
    const left = folders.filter((folder) => !removeTree(folder));
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(5);
  }
}

/** Removes the cgroup above all labs where no lab is left in it. */
export function removeLabsCgroup(): void {
  for (const root of cgroupRoots()) rmdir(join(root, labsCgroup()));
}

/** Stops or continues all processes of a host, whatever they do about it. */
export function freeze(lab: string, part: string, frozen: boolean): void {
  const [unified] = cgroupFolders(lab, part);
  if (unified) writeFileSync(join(unified, 'cgroup.freeze'), frozen ? '1' : '0');
}

export function isFrozen(lab: string, part: string): boolean {
  const [unified] = cgroupFolders(lab, part);
  return unified !== undefined && read(join(unified, 'cgroup.freeze')).trim() === '1';
}

function removeTree(folder: string): boolean {
  for (const group of subtree(folder).reverse()) rmdir(group);
  return !existsSync(folder);
}

/** The folder and all below it, parents first; nothing where it is absent. */
function subtree(folder: string): string[] {
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((it) => it.isDirectory());
    return [folder, ...below.flatMap(({ name }) => subtree(join(folder, name)))];
  } catch {
    return [];
  }
}

function rmdir(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // gone, or busy: the caller looks
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch {
    // gone since
  }
}

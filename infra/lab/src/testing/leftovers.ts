/** What is left of labs on this machine, for tests that want nothing to be. */
import { existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupRoots } from '../cgroups.ts';
import { labDirectory, labsCgroup } from '../paths.ts';

/** A sentence each: cgroups, processes, mounts and files of all labs under this root but their keys. Empty: nothing. */
export function leftovers(lab: string): string[] {
  return [
    ...cgroupRoots()
      .map((root) => join(root, labsCgroup(), lab))
      .filter(existsSync),
    ...pids().flatMap((pid) => traces(pid).map((what) => `process ${pid}: ${what}`)),
    ...(existsSync(labDirectory(lab)) ? readdirSync(labDirectory(lab)) : [])
      .filter((name) => name !== 'keys')
      .map((name) => `file ${name}`),
  ];

  function traces(pid: number): string[] {
    const place = labDirectory(lab);
    return [
      read(pid, 'cgroup').includes(`/${labsCgroup()}/${lab}/`) ? 'in a cgroup of the lab' : '',
      read(pid, 'mountinfo').includes(`${place}/`) ? 'sees a mount of the lab' : '',
      read(pid, 'cmdline').includes(`${place}/inner`) ? 'runs in the lab' : '',
    ].filter((what) => what !== '');
  }
}

/** A namespace that is held open: `net:[…]`. */
export interface HeldNamespace {
  readonly identity: string;
  readonly fd: number;
}

/** Mount, net and pid namespaces of a process; the caller closes them. */
export function holdNamespaces(pid: number): HeldNamespace[] {
  return ['mnt', 'net', 'pid'].map((kind) => {
    const path = `/proc/${pid}/ns/${kind}`;
    return { identity: readlinkSync(path), fd: openSync(path, 'r') };
  });
}

export function processesInNamespaces(namespaces: readonly HeldNamespace[]): number[] {
  const identities = namespaces.map(({ identity }) => identity);
  return pids().filter((pid) =>
    ['mnt', 'net', 'pid'].some((kind) => identities.includes(link(`/proc/${pid}/ns/${kind}`))),
  );
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Of all processes but those that have ended and wait for their parent to notice. */
function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => !/^State:\s*Z/m.test(read(pid, 'status')));
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** What is known of a lab from what it left on this machine. Nothing is believed that can be looked up: a lab is up where its init runs. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { TricadeError } from '@tricade/cluster';
import { cgroupFolders, processesIn } from './cgroups.ts';
import type { LabHost, LabTopology } from './model.ts';
import { labPaths, labRoot } from './paths.ts';

export { labDirectory } from './paths.ts';

/** cgroup of the lab's own init. Hosts have one each beside it; their names begin with a letter. */
export const initCgroup = '_init';

/** A read-only piece of the machine that every host sees at a place of its own. */
export interface Bind {
  readonly source: string;
  readonly target: string;
}

/** What a lab was brought up with. */
export interface LabSetup {
  readonly topology: LabTopology;
  /** Wall clock, ms since 1970. */
  readonly startedAtMs: number;
  /** Absolute paths; see `LabUpOptions`. */
  readonly node: string;
  readonly guest: string;
  readonly layer?: string;
  readonly binds: readonly Bind[];
  /** True: the switch side of directors', proxies' and servers' cables runs XDP. See `cableBatch`. */
  readonly xdpPeers: boolean;
}

/** Pid of the lab's own init: process 1 of the lab's pid namespace; undefined where the lab is not up. */
export function labInit(lab: string): number | undefined {
  return initIn(lab, initCgroup);
}

/** Pid of a host's systemd; undefined where the host is off. */
export function hostInit(lab: string, host: string): number | undefined {
  return initIn(lab, host);
}

/** The process in a cgroup that is process 1 of a pid namespace (proc(5): the last number of NSpid). */
function initIn(lab: string, part: string): number | undefined {
  const [folder] = cgroupFolders(lab, part);
  return folder === undefined ? undefined : processesIn(folder).find(isInit);
}

function isInit(pid: number): boolean {
  try {
    return /^NSpid:.*\s1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Pid of the lab's init; throws TRI-L002 where the lab is not up. */
export function requireInit(lab: string): number {
  const pid = labInit(lab);
  if (pid === undefined) throw notUp(lab);
  return pid;
}

/** Throws TRI-L002 where the lab is not up. */
export function readSetup(lab: string): LabSetup {
  const { setup } = labPaths(lab);
  if (!existsSync(setup)) throw notUp(lab);
  return JSON.parse(readFileSync(setup, 'utf8')) as LabSetup;
}

/** The topology of a lab; throws TRI-L002 where it is not up. */
export function readTopology(lab: string): LabTopology {
  return readSetup(lab).topology;
}

/** A host of a lab; throws TRI-L004 with the names there are where it has no such one. */
export function requireHost(lab: string, name: string): LabHost {
  const { hosts } = readTopology(lab);
  const host = hosts.find((each) => each.name === name);
  if (host === undefined)
    throw new TricadeError('TRI-L004', `lab ${lab} has no host ${name}`, {
      hint: `hosts: ${hosts.map((each) => each.name).join(', ')}`,
    });
  return host;
}

export function writeSetup(setup: LabSetup): void {
  const path = labPaths(setup.topology.name).setup;
  writeFileSync(`${path}.new`, JSON.stringify(setup), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** True once `labUp` has finished; false while it works, and where it was killed. */
export function isReady(lab: string): boolean {
  return existsSync(labPaths(lab).ready);
}

/** Names of the labs that are up on this machine. */
export function labsUp(): readonly string[] {
  if (!existsSync(labRoot())) return [];
  return readdirSync(labRoot()).filter(
    (name) => /^[a-z][a-z0-9-]*$/.test(name) && labInit(name) !== undefined,
  );
}

/** Removes all files of a lab but its keys. */
export function forget(lab: string): void {
  const paths = labPaths(lab);
  for (const path of [
    paths.ready,
    paths.setup,
    `${paths.setup}.new`,
    paths.console,
    paths.inner,
    `${paths.root}/captures`,
  ])
    rmSync(path, { recursive: true, force: true });
}

function notUp(lab: string): TricadeError {
  return new TricadeError('TRI-L002', `lab ${lab} is not up`, {
    hint: 'bring it up first: tricade lab up FILE',
  });
}

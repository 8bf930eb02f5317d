/** Commands inside a lab: in a host, or in the lab's own network. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { TricadeError } from '@tricade/cluster';
import { makeCgroups } from './cgroups.ts';
import { type CommandOptions, type CommandResult, runCommand, shellWord } from './command.ts';
import { hostInit, readTopology, requireHost, requireInit } from './state.ts';

/** `code`: exit status, 128 + n for signal n. */
export type LabExecResult = CommandResult;

/**
 * argv that enters a host as root: all its namespaces, its cgroup, the capabilities of its own units and no more, a clean environment. What
 * runs there ends with the process that started it. Throws TRI-L002, TRI-L004 for a host that does not exist, TRI-L010 for one that is off.
 */
export function enterHost(lab: string, host: string): readonly string[] {
  requireInit(lab);
  requireHost(lab, host);
  const pid = hostInit(lab, host);
  if (pid === undefined)
    throw new TricadeError('TRI-L010', `host ${host} is off`, {
      node: host,
      hint: `see: tricade lab status ${lab}`,
    });
  const enter = `nsenter -t ${pid} -m -u -i -n -p -r -w`.split(' ');
  const limit = `setpriv --pdeathsig KILL --bounding-set ${boundingSet(pid)} --`.split(' ');
  return [...inCgroup(makeCgroups(lab, `${host}/exec`)), ...enter, ...limit, ...environment()];
}

/** argv that enters the lab's own network (bridges, management), files and users of the machine. */
export function enterNetwork(lab: string): readonly string[] {
  return ['nsenter', '-t', String(requireInit(lab)), '-n', '--'];
}

/** argv that enters all of the lab's namespaces but stands outside its hosts. */
export function enterLab(lab: string): readonly string[] {
  return ['nsenter', '-t', String(requireInit(lab)), '-m', '-u', '-i', '-n', '-p', '--'];
}

/** Pids of the init of every host of a lab, for nsenter(1); undefined: off. */
export function labHosts(lab: string): Readonly<Record<string, number | undefined>> {
  requireInit(lab);
  const { hosts } = readTopology(lab);
  return Object.fromEntries(hosts.map(({ name }) => [name, hostInit(lab, name)]));
}

/** Starts argv in a host; the caller owns the child. */
export function labSpawn(
  lab: string,
  host: string,
  argv: readonly string[],
  stdio: StdioOptions = 'pipe',
): ChildProcess {
  const [command = 'nsenter', ...rest] = [...enterHost(lab, host), ...argv];
  return spawn(command, rest, { stdio });
}

export interface LabExecOptions {
  readonly input?: string | Uint8Array;
  /** Default 60,000; 0: none. On expiry it is ended and TRI-L005 thrown. */
  readonly timeoutMs?: number;
  /** `inherit`: this process's own stdin, stdout and stderr; no time limit unless one is given. Default `pipe`. */
  readonly stdio?: 'pipe' | 'inherit';
  /** Called for each whole line of stdout as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs argv in a host to its end. A non-zero exit is a value. */
export async function labExec(
  lab: string,
  host: string,
  argv: readonly string[],
  options: LabExecOptions = {},
): Promise<LabExecResult> {
  return runCommand([...enterHost(lab, host), ...argv], commandOptions(options));
}

/** Runs argv in the lab, outside its hosts, to its end. */
export async function inLab(
  lab: string,
  argv: readonly string[],
  options: LabExecOptions = {},
): Promise<LabExecResult> {
  return runCommand([...enterLab(lab), ...argv], commandOptions(options));
}

function commandOptions({ input, timeoutMs, ...rest }: LabExecOptions): CommandOptions {
  const limit = timeoutMs ?? (rest.stdio === 'inherit' ? 0 : 60_000);
  return { ...rest, timeoutMs: limit, ...(input !== undefined && { stdin: input }) };
}

/** argv before a command that shall begin in the given cgroups and end with the one who asked for it. */
export function inCgroup(folders: readonly string[]): string[] {
  const join = folders.map((folder) => `echo $$ >${shellWord(`${folder}/cgroup.procs`)} || exit 1`);
  return ['sh', '-c', [...join, 'exec setpriv --pdeathsig KILL -- "$@"'].join('\n'), 'sh'];
}

function environment(): string[] {
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/lab';
  const term = `TERM=${process.env['TERM'] ?? 'dumb'}`;
  return ['env', '-i', 'HOME=/root', 'USER=root', 'LANG=C.UTF-8', term, path];
}

/** The capabilities that a process and its children can ever have, as setpriv(1) takes them. */
function boundingSet(pid: number): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mask = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const bits = Array.from({ length: 64 }, (_, bit) => bit);
  const kept = bits.filter((bit) => (mask >> BigInt(bit)) & 1n);
  return ['-all', ...kept.map((bit) => `+cap_${bit}`)].join(',');
}

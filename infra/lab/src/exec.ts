/** Commands inside a lab: in a host, or in the lab's own network. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { TricadeError } from '@tricade/cluster';
import { hostInit, readTopology, requireInit } from './state.ts';

export interface LabExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** argv that enters a host as root: all its namespaces. Throws TRI-L004 for a host that does not exist or is off. */
export function enterHost(lab: string, host: string): readonly string[] {
  requireInit(lab);
  const pid = hostInit(lab, host);
  if (pid === undefined) {
    const known = readTopology(lab).hosts.some((each) => each.name === host);
    throw new TricadeError(
      'TRI-L004',
      known ? `host ${host} is off` : `lab ${lab} has no host ${host}`,
      { hint: `see: tricade lab status ${lab}` },
    );
  }
  return ['nsenter', '-t', String(pid), '-m', '-u', '-i', '-n', '-p', '--'];
}

/** argv that enters the lab's own network (bridges, management), files and users of the machine. */
export function enterNetwork(lab: string): readonly string[] {
  return ['nsenter', '-t', String(requireInit(lab)), '-n', '--'];
}

/** argv that enters all of the lab's namespaces but stands outside its hosts. */
export function enterLab(lab: string): readonly string[] {
  return ['nsenter', '-t', String(requireInit(lab)), '-m', '-u', '-i', '-n', '-p', '--'];
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

/** Runs argv in a host to its end. A non-zero exit is a value. */
export function labExec(
  lab: string,
  host: string,
  argv: readonly string[],
  options: { readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<LabExecResult> {
  return collect([...enterHost(lab, host), ...argv], options);
}

/** Runs argv in the lab, outside its hosts, to its end. */
export function inLab(
  lab: string,
  argv: readonly string[],
  options: { readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<LabExecResult> {
  return collect([...enterLab(lab), ...argv], options);
}

function collect(
  argv: readonly string[],
  options: { readonly input?: string; readonly timeoutMs?: number },
): Promise<LabExecResult> {
  return new Promise((resolve, reject) => {
    const [command = '', ...rest] = argv;
    const child = spawn(command, rest, {
      stdio: 'pipe',
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 137, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}

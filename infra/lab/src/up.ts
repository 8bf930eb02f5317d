/** A lab comes up, and goes down again whatever happened before. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import type { LabSetup } from './inside.ts';
import { keyPair } from './keys.ts';
import { type LabTopology, managementAddress } from './model.ts';
import { cgroupsOf, forget, hostInit, labDirectory, labInit, labRoot, pidsIn } from './state.ts';

export interface LabUpOptions {
  /** True: the lab dies with the process that started it. */
  readonly tied?: boolean;
  /** Root of a read-only layer under every host (files that hosts have from the start), or undefined. */
  readonly layer?: string;
  readonly timeoutMs?: number;
  readonly onProgress?: (text: string) => void;
}

/** Brings a lab up and waits until every host answers SSH. TRI-L001 where it is up already; TRI-L003 where it fails, and then it is down again. */
export async function labUp(
  topology: LabTopology,
  options: LabUpOptions = {},
): Promise<{ readonly tookMs: number }> {
  const started = performance.now();
  const lab = topology.name;
  if (process.getuid?.() !== 0)
    throw new TricadeError('TRI-L006', 'a lab needs root', { hint: 'run it as root' });
  if (labInit(lab) !== undefined)
    throw new TricadeError('TRI-L001', `lab ${lab} is up already`, {
      hint: `use it, or: tricade lab down ${lab}`,
    });
  await labDown(lab);
  const directory = labDirectory(lab);
  mkdirSync(labRoot, { recursive: true, mode: 0o700 });
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(directory, 'topology.json'), JSON.stringify(topology));
  const path = join(directory, 'setup.json');
  writeFileSync(path, JSON.stringify(await setupOf(topology, options)), { mode: 0o600 });
  chmodSync(path, 0o600);
  try {
    start(lab, directory, options);
    await ready(lab, directory, options);
    options.onProgress?.(`${topology.hosts.length} hosts booting`);
    await sshAnswers(topology, options);
  } catch (cause) {
    const log = tail(join(directory, 'init.log'));
    await labDown(lab);
    throw new TricadeError(
      'TRI-L003',
      `lab ${lab} did not come up${log === '' ? '' : `:\n${log}`}`,
      { cause, hint: 'tricade doctor names what this machine lacks' },
    );
  }
  return { tookMs: performance.now() - started };
}

async function setupOf(topology: LabTopology, options: LabUpOptions): Promise<LabSetup> {
  const operator = await keyPair('operator');
  const pairs = await Promise.all(
    topology.hosts.map(async (host) => [host.name, await keyPair(`host-${host.name}`)] as const),
  );
  return {
    lab: topology.name,
    node: process.execPath,
    guest: join(import.meta.dirname, 'guest'),
    layer: options.layer ?? '',
    keys: Object.fromEntries(pairs),
    authorizedKey: operator.publicKey,
  };
}

/** One set of namespaces holds all: when its init dies, the kernel takes processes, mounts and devices away. */
function start(lab: string, directory: string, options: LabUpOptions): void {
  const enter = cgroupsOf(lab, '_init')
    .map((path) => `mkdir -p ${path}; echo $$ > ${path}/cgroup.procs`)
    .join('\n');
  const inside = join(import.meta.dirname, 'inside.ts');
  const init = `hostname lab-${lab}; "${process.execPath}" --conditions=source "${inside}" up "${directory}" && : > "${directory}/ready" || { : > "${directory}/failed"; exit 1; }; sleep infinity & wait`;
  writeFileSync(join(directory, 'init.sh'), `${init}\n`);
  const tied = options.tied === true ? 'setpriv --pdeathsig KILL ' : '';
  const script = `${enter}\nexec ${tied}unshare --mount --net --pid --ipc --uts --fork --kill-child --mount-proc --propagation private bash "${directory}/init.sh"`;
  const log = openSync(join(directory, 'init.log'), 'a');
  // tied: the parent-death signal follows the thread that forked, so no session of its own in between
  const child =
    options.tied === true
      ? spawn('bash', ['-c', script], { stdio: ['ignore', log, log] })
      : spawn('setsid', ['bash', '-c', script], { detached: true, stdio: ['ignore', log, log] });
  child.unref();
  closeSync(log);
}

async function ready(lab: string, directory: string, options: LabUpOptions): Promise<void> {
  const deadline = performance.now() + (options.timeoutMs ?? 30_000);
  while (!existsSync(join(directory, 'ready'))) {
    if (existsSync(join(directory, 'failed')) || performance.now() > deadline)
      throw new Error(`${lab}: its hosts could not be started`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Every host's sshd greets, asked from within the lab's network namespace. */
async function sshAnswers(topology: LabTopology, options: LabUpOptions): Promise<void> {
  const pid = labInit(topology.name);
  const addresses = topology.hosts.map((_, index) => managementAddress(index));
  const child = spawn(
    'nsenter',
    [
      '-t',
      String(pid),
      '-n',
      process.execPath,
      join(import.meta.dirname, 'await-ssh.ts'),
      String(options.timeoutMs ?? 30_000),
      ...addresses,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let silent = '';
  child.stdout.on('data', (chunk: Buffer) => {
    silent += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) {
    const names = topology.hosts
      .filter((_, index) => silent.includes(`${addresses[index]}\n`))
      .map((host) => host.name);
    const log = names[0] === undefined ? '' : hostConsole(topology.name, names[0]);
    throw new Error(`no SSH from ${names.join(', ')}${log === '' ? '' : `:\n${log}`}`);
  }
}

/** Last lines of a host's console; '' where there are none. */
export function hostConsole(lab: string, host: string): string {
  const pid = labInit(lab);
  return pid === undefined
    ? ''
    : tail(`/proc/${pid}/root${labDirectory(lab)}/h/${host}/console.log`);
}

function tail(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-12).join('\n');
  } catch {
    return '';
  }
}

/** Takes a lab down and leaves nothing: processes by cgroup, directories deepest first, files. Idempotent; right after a kill -9 at any moment. */
export async function labDown(lab: string): Promise<{ readonly tookMs: number }> {
  const started = performance.now();
  const cgroups = cgroupsOf(lab);
  const deadline = started + 10_000;
  for (;;) {
    for (const cgroup of cgroups)
      if (existsSync(join(cgroup, 'cgroup.kill'))) writeFileSync(join(cgroup, 'cgroup.kill'), '1');
    const left = cgroups.flatMap(pidsIn);
    for (const pid of left) kill(pid);
    if (left.length === 0 && cgroups.every(removeTree)) break;
    if (performance.now() > deadline)
      throw new TricadeError(
        'TRI-L005',
        `lab ${lab} does not go down: ${left.length} processes stay`,
      );
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (const cgroup of cgroups) removeTree(join(cgroup, '..'));
  forget(lab);
  return { tookMs: performance.now() - started };
}

/** Pids come from the lab's own cgroups, so no other process can be meant. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** Removes a cgroup and all below it, deepest first; false while one is still busy. */
function removeTree(path: string): boolean {
  if (!existsSync(path)) return true;
  try {
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory() && !removeTree(join(path, entry.name))) return false;
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Which hosts are on. */
export function labStatus(
  lab: string,
  topology: LabTopology,
): readonly { readonly host: string; readonly on: boolean; readonly address: string }[] {
  return topology.hosts.map((host, index) => ({
    host: host.name,
    on: hostInit(lab, host.name) !== undefined,
    address: managementAddress(index),
  }));
}

/** A booted machine: systemd in namespaces of its own, without a network but its loopback. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Machine {
  /** Resolves when it has powered itself off, or was stopped. */
  readonly off: Promise<void>;
  /** Kills whatever runs in it and removes its namespaces and cgroups. Idempotent. */
  stop(): Promise<void>;
}

export interface MachineOptions {
  readonly name: string;
  /** The root to boot. */
  readonly root: string;
  /** A Unix socket that 127.0.0.1:`port` of the machine leads to. */
  readonly proxySocket: string;
  readonly proxyPort: number;
}

/**
 * A machine that makes network namespaces and boots hosts in them needs every right but these: the clock, devices, the kernel. CAP_SYS_BOOT
 * ends no more than the machine's own process namespace, and its hosts reboot by it.
 */
const denied = ['CAP_SYS_TIME', 'CAP_MKNOD', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO'];

/** `bpf` is what directors need; another kernel is the one thing that CAP_SYS_BOOT would allow besides. */
const systemCalls = 'bpf ~kexec_load ~kexec_file_load';

/** Passes connections on from a port in another network namespace to a Unix socket, which no namespace hides. */
const bridge = `
  const net = require('node:net');
  const [socket, port] = process.argv.slice(1);
  net.createServer((from) => {
    const to = net.connect(socket);
    from.pipe(to).pipe(from);
    from.on('error', () => to.destroy());
    to.on('error', () => from.destroy());
  }).listen(Number(port), '127.0.0.1');`;

/** Boots a root. It dies with this process. */
export function boot(options: MachineOptions): Machine {
  const { name, root, proxySocket, proxyPort } = options;
  const groups = groupsOf(name);
  for (const folder of groups) mkdirSync(folder);
  execFileSync('ip', ['netns', 'add', name]);
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  const tied = ['setpriv', '--pdeathsig', 'KILL'];
  const inNetwork = ['nsenter', `--net=/run/netns/${name}`, ...tied];
  const passing = start([
    ...[...inNetwork, process.execPath],
    ...['-e', bridge, proxySocket, String(proxyPort)],
  ]);
  const joined = groups.map((folder) => `echo $$ >${folder}/cgroup.procs`).join('; ');
  const joining = ['sh', '-c', `${joined}; exec "$@"`, 'sh'];
  const nspawn = start([...joining, ...tied, ...nspawnCommand(name, root)]);
  const stop = async (): Promise<void> => {
    for (const child of [nspawn, passing]) await kill(child);
    await removeTraces(name);
  };
  let stopping: Promise<void> | undefined;
  return {
    off: once(nspawn, 'exit').then(() => undefined),
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

const prefix = 'tricade-fresh-';

/** The name of the machine that this process boots; it tells whose a leftover is. */
export const machineName: string = `${prefix}${process.pid}`;

/** Removes what machines left in `base` and in the kernel whose process was killed. */
export async function removeLeftovers(base: string): Promise<void> {
  const traces = [base, '/run/netns', ...cgroupRoots()].flatMap((folder) =>
    globSync(`${folder}/${prefix}*`),
  );
  const names = new Set(traces.map((path) => basename(path, '.sock')));
  for (const name of names) {
    const pid = name.slice(prefix.length);
    if (!/^\d+$/.test(pid) || existsSync(`/proc/${pid}`)) continue;
    await removeTraces(name);
    rmSync(join(base, name), { recursive: true, force: true });
    rmSync(join(base, `${name}.sock`), { force: true });
  }
}

async function removeTraces(name: string): Promise<void> {
  await removeGroups(groupsOf(name));
  if (existsSync(`/run/netns/${name}`)) execFileSync('ip', ['netns', 'delete', name]);
}

const groupsOf = (name: string): string[] => cgroupRoots().map((folder) => join(folder, name));

function nspawnCommand(name: string, root: string): string[] {
  return [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    `--directory=${root}`,
    `--machine=${name}`,
    `--network-namespace-path=/run/netns/${name}`,
    '--register=no',
    '--keep-unit',
    '--capability=all',
    `--drop-capability=${denied.join(',')}`,
    `--system-call-filter=${systemCalls}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=pipe',
  ];
}

function start(command: readonly string[]): ChildProcess {
  const [program = '', ...args] = command;
  const vfs = { SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' };
  return spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...vfs } });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** cgroup v2, alone or beside v1's systemd hierarchy. */
function cgroupRoots(): string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].filter((folder) =>
    existsSync(join(folder, 'cgroup.procs')),
  );
}

/** Kills what is left in the groups, then removes them from the inside out; the kernel takes a moment to let go. */
async function removeGroups(groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    const killer = join(group, 'cgroup.kill');
    if (existsSync(killer)) writeFileSync(killer, '1');
  }
  const deadline = performance.now() + 5_000;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      for (const group of groups) removeTree(group);
      return;
    } catch (cause) {
      last = cause;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('the cgroups of the machine stay busy', { cause: last });
}

function removeTree(group: string): void {
  if (!existsSync(group)) return;
  const inner = globSync('**/', { cwd: group }).sort((a, b) => b.length - a.length);
  for (const folder of inner) rmdirSync(join(group, folder));
  if (existsSync(group)) rmdirSync(group);
}

/** A node of a small network on this machine: network, mount and process namespaces, whose /etc, /run and /var/lib are its own. Needs root. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type {
  Connection,
  FileWrite,
  Host,
  RunOptions,
  RunResult,
} from '../../packages/cluster/src/index.ts';

const execFileAsync = promisify(execFile);

/** Everything that a node writes lies on a tmpfs over the machine's own folders, and goes with its last process. */
const prepare = `set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/over/etc /run/over/etc.work /run/over/lib /run/over/lib.work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/over/etc,workdir=/run/over/etc.work /etc
mount -t overlay overlay -o lowerdir=/var/lib,upperdir=/run/over/lib,workdir=/run/over/lib.work /var/lib
mount -t sysfs sysfs /sys
mount -t bpf bpf /sys/fs/bpf
mount -t tmpfs tmpfs /opt
cat > /run/systemctl
chmod 755 /run/systemctl
mount --bind /run/systemctl "$(command -v systemctl)"
ip link set lo up
echo ready
exec sleep infinity`;

/** Runs what a unit's file says, without systemd: `systemctl start|reload|stop UNIT`. */
export const systemctl: string = `#!/bin/sh
unit=/etc/systemd/system/$2
lines() { sed -n "s/^$1=//p" "$unit"; }
each() { lines "$1" | { while read -r line; do sh -c "$line" </dev/null || exit 1; done; }; }
case $1 in
  start)
    mkdir -p /run/tricade
    each ExecStartPre || exit 1
    if grep -q '^Type=simple' "$unit"; then
      setsid sh -c "exec $(lines ExecStart)" </dev/null >>"/run/$2.log" 2>&1 &
      echo $! >"/run/$2.pid"
      each ExecStartPost
    else
      each ExecStart
    fi ;;
  reload) each ExecReload ;;
  restart) "$0" stop "$2"; "$0" start "$2" ;;
  stop)
    if [ -f "/run/$2.pid" ]; then
      pid=$(cat "/run/$2.pid"); rm "/run/$2.pid"; kill "$pid"
      # Nobody reaps here: ended is a zombie, too.
      while grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$pid/status" 2>/dev/null; do sleep 0.02; done
    fi
    each ExecStop ;;
esac
`;

export class NamespaceNode implements Host {
  readonly name: string;
  /** Process id that names the namespaces, e.g. for `ip link set DEV netns PID`. */
  readonly pid: number;
  readonly #init: ChildProcess;

  private constructor(name: string, init: ChildProcess, pid: number) {
    this.name = name;
    this.#init = init;
    this.pid = pid;
  }

  /** Rejects where namespaces cannot be made. */
  static async start(name: string): Promise<NamespaceNode> {
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const command = ['--pdeathsig', 'KILL', 'unshare', ...namespaces, 'sh', '-c', prepare];
    const init = spawn('setpriv', command, { stdio: ['pipe', 'pipe', 'inherit'] });
    init.stdin?.end(systemctl);
    const [first] = (await once(init.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    if (!first.toString().startsWith('ready')) throw new Error(`${name} does not start: ${first}`);
    const children = await readFile(`/proc/${init.pid}/task/${init.pid}/children`, 'utf8');
    return new NamespaceNode(name, init, Number(children.trim()));
  }

  get #enter(): readonly string[] {
    return ['-t', `${this.pid}`, '-n', '-m', '-p'];
  }

  /** Starts a program that lives until the node ends. */
  spawn(command: string, args: readonly string[]): ChildProcess {
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    return spawn('nsenter', [...this.#enter, command, ...args], { stdio: [...stdio] });
  }

  async run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const child = spawn('nsenter', [...this.#enter, 'sh', '-c', script], {
      timeout: options.timeoutMs ?? 60_000,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => {});
    child.stdin.end((options.stdin as string | Uint8Array | undefined) ?? '');
    const [code] = (await once(child, 'close')) as [number | null];
    const text = (all: Buffer[]) => Buffer.concat(all).toString();
    return { code: code ?? 137, stdout: text(out), stderr: text(err) };
  }

  /** As `run`, but a non-zero exit is an error. */
  async must(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(script);
    if (code !== 0) throw new Error(`${this.name}: ${script}: ${stderr}`);
    return stdout;
  }

  #path(path: string): string {
    return `/proc/${this.pid}/root${path}`;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return readFile(this.#path(path)).catch(() => undefined);
  }

  async write(files: readonly FileWrite[]): Promise<void> {
    for (const { path, content, mode } of files) {
      const target = this.#path(path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(`${target}.new`, content, { mode });
      await rename(`${target}.new`, target);
    }
  }

  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) await rm(this.#path(path), { force: true });
  }

  async connect(path: string): Promise<Connection> {
    const socket = connectSocket(this.#path(path));
    await once(socket, 'connect');
    // A peer that resets the connection closes it, which is told.
    socket.on('error', () => undefined);
    return {
      write: (text) => void socket.write(text),
      onData: (listener) => void socket.on('data', (chunk) => listener(chunk.toString())),
      onClose: (listener) => void socket.on('close', () => listener()),
      close: () => void socket.destroy(),
    };
  }

  /** Ends the node with all that runs in it. */
  async close(): Promise<void> {
    if (this.#init.exitCode !== null || this.#init.signalCode !== null) return;
    const closed = once(this.#init, 'exit');
    this.#init.kill('SIGKILL');
    await closed;
  }
}

/** A cable: `device` of `node`, the other end a port of the switch with the node's name. */
export async function plug(
  node: NamespaceNode,
  lan: NamespaceNode,
  { device, mac, addresses }: { device: string; mac: string; addresses: readonly string[] },
): Promise<void> {
  const port = `${node.name}-${device}`.slice(0, 15);
  // From outside: process ids are ours, not the node's.
  const cable = `ip link add ${device} address ${mac} type veth peer name ${port} netns ${lan.pid}`;
  await execFileAsync('nsenter', ['-t', `${node.pid}`, '-n', 'sh', '-c', cable]);
  await node.must(`ip link set ${device} up`);
  await lan.must(
    `ip link show br0 >/dev/null 2>&1 || { ip link add br0 type bridge; ip link set br0 up; }; ip link set ${port} master br0 up`,
  );
  for (const address of addresses) {
    await node.must(`ip addr add ${address} dev ${device}${address.includes(':') ? ' nodad' : ''}`);
  }
}

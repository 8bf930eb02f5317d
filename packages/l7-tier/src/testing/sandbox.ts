/**
 * A machine for tests: namespaces of its own (mounts, network, processes) on this one, with the real programs. /etc and /var/lib are overlays, /run is
 * empty; loopback is up. Needs root. systemd does not run there: `systemctl` is a script that runs the ExecStart and ExecReload lines of units.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { dirname } from 'node:path';
import type { Bundle, Connection, FileWrite, Host, RunOptions, RunResult } from '@tricade/cluster';

const systemctl = `#!/bin/sh
verb=$1; unit=$(basename "$2"); file=/etc/systemd/system/$unit; pid=/run/units/$unit
mkdir -p /run/units /run/tricade
active() { [ -f "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; }
lines() { sed -n "s/^$1=//p" "$file"; }
case $verb in
start) active && exit 0
  lines ExecStartPre | while read -r line; do eval "$line" || exit 1; done || exit 1
  ulimit -n "$(lines LimitNOFILE)"; mkdir -p "/var/lib/$(lines StateDirectory)"
  daemon=$(lines PIDFile)
  if [ -n "$daemon" ]; then setsid sh -c "exec $(lines ExecStart)" >>/run/journal 2>&1 </dev/null || exit 1
    for i in $(seq 100); do [ -s "$daemon" ] && break; sleep 0.02; done; cp "$daemon" "$pid"
  else setsid sh -c "exec $(lines ExecStart)" >>/run/journal 2>&1 </dev/null & echo $! >"$pid"; fi ;;
reload) active || exit 1; MAINPID=$(cat "$pid")
  lines ExecReload | while read -r line; do eval "$line" || exit 1; done ;;
stop) active && kill "$(cat "$pid")"; rm -f "$pid" ;;
is-active) active ;;
*) exit 1 ;;
esac
`;

const setup = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
for d in etc var/lib; do
  mkdir -p /run/overlay/$d/upper /run/overlay/$d/work
  mount -t overlay overlay -o lowerdir=/$d,upperdir=/run/overlay/$d/upper,workdir=/run/overlay/$d/work /$d
done
rm -rf /etc/tricade /var/lib/tricade; mkdir -p /etc/tricade /var/lib/tricade /etc/systemd/system /run/bin
cat >/run/bin/systemctl; chmod +x /run/bin/systemctl
ip link set lo up
echo ready
exec sleep infinity </dev/null`;

export interface Sandbox extends Host {
  /** A program inside, with its streams; it ends with the sandbox. */
  spawn(command: string, args: readonly string[]): ChildProcess;
  /** Checks, puts in place, activates or starts: the order of the installer, without its store. Rejects where a step fails. */
  install(bundle: Bundle): Promise<void>;
  /** Path → SHA-256 of every file of Tricade's. */
  files(): Promise<Record<string, string>>;
}

export async function sandbox(): Promise<Sandbox> {
  const holder = spawn(
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', setup],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  holder.stdin.end(systemctl);
  await Promise.race([
    once(holder.stdout, 'data'),
    once(holder, 'exit').then(() => Promise.reject(new Error('the sandbox does not start'))),
  ]);
  const [inner] = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').split(
    ' ',
  );
  return new Namespaces(holder, Number(inner));
}

class Namespaces implements Sandbox {
  readonly name = 'sandbox';
  readonly #holder: ChildProcess;
  readonly #pid: number;

  constructor(holder: ChildProcess, pid: number) {
    this.#holder = holder;
    this.#pid = pid;
  }

  spawn(command: string, args: readonly string[]): ChildProcess {
    const enter = ['-t', String(this.#pid), '-m', '-n', '-p', '--', command, ...args];
    const PATH = `/run/bin:${process.env.PATH}`;
    return spawn('nsenter', enter, {
      env: { ...process.env, PATH },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const child = this.spawn('sh', ['-c', script]);
    const { stdin } = options;
    child.stdin?.end(typeof stdin === 'string' || stdin instanceof Uint8Array ? stdin : undefined);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? 255, stdout, stderr }));
    });
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return readFile(this.#at(path)).catch(() => undefined);
  }

  async write(files: readonly FileWrite[]): Promise<void> {
    for (const { path, content, mode } of files) {
      await mkdir(dirname(this.#at(path)), { recursive: true });
      await writeFile(this.#at(`${path}.new`), content, { mode });
      await rename(this.#at(`${path}.new`), this.#at(path));
    }
  }

  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) await rm(this.#at(path), { force: true });
  }

  async connect(socketPath: string): Promise<Connection> {
    const socket = connectSocket(this.#at(socketPath)).setEncoding('utf8');
    await once(socket, 'connect');
    socket.on('error', () => socket.destroy());
    return {
      write: (text) => void socket.write(text),
      onData: (listener) => void socket.on('data', (text) => listener(String(text))),
      onClose: (listener) => void socket.on('close', listener),
      close: () => void socket.end(),
    };
  }

  async install(bundle: Bundle): Promise<void> {
    const texts = bundle.files.flatMap(({ path, mode, content }) =>
      'text' in content ? [{ path, mode, content: content.text }] : [],
    );
    await this.write(texts.map((file) => ({ ...file, path: `/run/stage${file.path}` })));
    for (const check of bundle.checks) await this.#must(`export STAGE=/run/stage; ${check}`);
    await this.write(texts);
    for (const [key, value] of Object.entries(bundle.sysctls))
      await this.#must(`echo '${value}' >/proc/sys/${key.replaceAll('.', '/')}`);
    for (const unit of bundle.units) {
      const { code } = await this.run(`systemctl is-active ${unit}`);
      if (code === 0) for (const script of bundle.activate) await this.#must(script);
      else await this.#must(`rm -f /run/tricade/*.sock; systemctl start ${unit}`);
    }
    await this.#must(
      'for i in $(seq 200); do ls /run/tricade/*.sock /run/tricade/*/*.sock 2>/dev/null | grep -q . && exit; sleep 0.05; done; exit 1',
    );
  }

  async files(): Promise<Record<string, string>> {
    const { stdout } = await this.run(
      'find /etc/tricade /etc/systemd/system /var/lib/tricade -type f -exec sha256sum {} +',
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    return Object.fromEntries(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  }

  async close(): Promise<void> {
    if (this.#holder.exitCode !== null) return;
    const gone = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await gone;
  }

  #at(path: string): string {
    return `/proc/${this.#pid}/root${path}`;
  }

  async #must(script: string): Promise<void> {
    const { code, stdout, stderr } = await this.run(script);
    if (code !== 0) throw new Error(`exit ${code}: ${stdout}${stderr}`);
  }
}

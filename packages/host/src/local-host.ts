/** This machine as a host: what the agent uses on its own node. */
import { spawn } from 'node:child_process';
import { chown, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Connection, FileWrite, Host, RunOptions, RunResult } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { checkPaths } from './paths.ts';
import { carriedScript, defaultTimeoutMs, exitStatus, lineSplitter } from './shell.ts';

export interface LocalHostOptions {
  /** Default `local`. */
  readonly name?: string;
  /** Folder taken for `/` by files and sockets, and handed to scripts as $TRICADE_ROOT; default the real root. */
  readonly root?: string;
  /** Environment of scripts besides the process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** This machine. With `root`, everything it reads and writes lies below that folder. */
export function localHost(options: LocalHostOptions = {}): Host {
  return new LocalHost(options);
}

class LocalHost implements Host {
  readonly name: string;
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor({ name = 'local', root = '', env = {} }: LocalHostOptions) {
    this.name = name;
    this.#root = root.replace(/\/+$/, '');
    this.#env = { ...process.env, ...env, TRICADE_ROOT: this.#root };
  }

  run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const { command, head } = carriedScript(script);
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const { onLine } = options;
    return new Promise((resolve, reject) => {
      // A group of its own, so that a timeout ends what the script has started too.
      const child = spawn('sh', ['-c', command], { env: this.#env, cwd: '/', detached: true });
      const kept: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
      const lines = [
        lineSplitter(onLine ?? (() => {})),
        lineSplitter(onLine ?? (() => {})),
      ] as const;
      const timer = Number.isFinite(timeoutMs)
        ? setTimeout(() => {
            reject(this.#tooLong(timeoutMs));
            if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
          }, timeoutMs)
        : undefined;
      child.stdout.on('data', (chunk: Buffer) => {
        kept.out.push(chunk);
        if (onLine) lines[0].push(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        kept.err.push(chunk);
        if (onLine) lines[1].push(chunk);
      });
      child.on('error', (cause) => reject(this.#fault('sh does not start', cause)));
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        for (const splitter of lines) splitter.end();
        const [stdout, stderr] = [kept.out, kept.err].map((all) => Buffer.concat(all).toString());
        resolve({
          code: exitStatus(code, signal ?? undefined),
          stdout: stdout ?? '',
          stderr: stderr ?? '',
        });
      });
      // A script may end without reading its input.
      child.stdin.on('error', () => {});
      feed(child.stdin, head, options.stdin).catch((cause: unknown) => {
        reject(this.#fault('the input of a script broke off', cause));
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      });
    });
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    checkPaths([path], this.name);
    return readFile(this.#at(path)).catch((cause: NodeJS.ErrnoException) => {
      if (isAbsent(cause)) return undefined;
      throw this.#fault(`${path} cannot be read`, cause);
    });
  }

  async write(files: readonly FileWrite[]): Promise<void> {
    checkPaths(
      files.map(({ path }) => path),
      this.name,
    );
    for (const file of files) {
      await this.#put(file).catch((cause: unknown) => {
        throw this.#fault(`${file.path} cannot be written`, cause);
      });
    }
  }

  async remove(paths: readonly string[]): Promise<void> {
    checkPaths(paths, this.name);
    for (const path of paths) {
      await rm(this.#at(path), { force: true }).catch((cause: unknown) => {
        throw this.#fault(`${path} cannot be removed`, cause);
      });
    }
  }

  connect(socketPath: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket({ path: this.#at(socketPath) });
      socket.once('connect', () => resolve(socketConnection(socket)));
      socket.once('error', (cause) => {
        const message = `${socketPath} on ${this.name} does not answer`;
        reject(new TricadeError('TRI-S009', message, { node: this.name, cause }));
      });
    });
  }

  async close(): Promise<void> {}

  #at(path: string): string {
    return this.#root === '' ? path : join(this.#root, path);
  }

  async #put({ path, content, mode, owner }: FileWrite): Promise<void> {
    const final = this.#at(path);
    const bytes = Buffer.from(content as Uint8Array);
    const ids = owner === undefined ? undefined : await this.#ids(owner);
    if (await isSame(final, bytes, { mode, ids })) return;
    const folder = dirname(final);
    await mkdir(folder, { recursive: true });
    const besides = join(folder, `.${final.slice(folder.length + 1)}.${process.pid}.tricade-put`);
    try {
      const handle = await open(besides, 'w', mode);
      try {
        await handle.writeFile(bytes);
        await handle.chmod(mode);
        if (ids) await chown(besides, ids.uid, ids.gid);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(besides, final);
    } catch (cause) {
      await rm(besides, { force: true });
      throw cause;
    }
    await syncFolder(folder);
  }

  /** `user:group` → numbers, by the host's own tables. */
  async #ids(owner: string): Promise<{ uid: number; gid: number }> {
    const [user = '', group = user] = owner.split(':');
    const find = async (table: string, name: string) => {
      if (/^\d+$/.test(name)) return Number(name);
      const text = await readFile(this.#at(`/etc/${table}`), 'utf8');
      const line = text.split('\n').find((row) => row.startsWith(`${name}:`));
      if (line === undefined) throw new Error(`${name} is not in /etc/${table}`);
      return Number(line.split(':')[2]);
    };
    return { uid: await find('passwd', user), gid: await find('group', group) };
  }

  #tooLong(timeoutMs: number): TricadeError {
    const message = `a script on ${this.name} did not end within ${timeoutMs / 1000} s`;
    return new TricadeError('TRI-S007', message, { node: this.name });
  }

  #fault(what: string, cause: unknown): TricadeError {
    return new TricadeError('TRI-S008', `${what} on ${this.name}`, { node: this.name, cause });
  }
}

async function isSame(
  path: string,
  bytes: Buffer,
  { mode, ids }: { mode: number; ids: { uid: number; gid: number } | undefined },
): Promise<boolean> {
  const now = await lstat(path).catch(() => undefined);
  if (!now?.isFile() || (now.mode & 0o7777) !== mode || now.size !== bytes.length) return false;
  if (ids && (now.uid !== ids.uid || now.gid !== ids.gid)) return false;
  return bytes.equals(await readFile(path));
}

/** A rename is on disk only once its folder is (fsync(2)). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAbsent(cause: NodeJS.ErrnoException): boolean {
  return cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
}

async function feed(
  input: NodeJS.WritableStream,
  head: Buffer,
  stdin: RunOptions['stdin'] = '',
): Promise<void> {
  const parts = typeof stdin === 'string' || stdin instanceof Uint8Array ? [stdin] : stdin;
  input.write(head);
  for await (const part of parts) {
    if (!input.writable) return;
    if (part.length === 0 || input.write(part)) continue;
    await new Promise<void>((resolve) => {
      input.once('drain', resolve);
      input.once('close', resolve);
    });
  }
  input.end();
}

function socketConnection(socket: Socket): Connection {
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  return {
    write: (text) => void socket.write(text),
    onData: (listener) => void socket.on('data', listener),
    onClose: (listener) => void socket.once('close', () => listener()),
    close: () => void socket.destroy(),
  };
}

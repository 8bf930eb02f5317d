/** A host in memory: files, and commands that a test scripts. Fast, deterministic, and held to the same contract as the real ones. */
import type { Connection, FileWrite, Host, RunOptions, RunResult } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { checkPaths } from './paths.ts';
import { defaultTimeoutMs, lineSplitter } from './shell.ts';

/** Answers a script it knows; undefined for one that it does not. May read and change `files`. */
export type MemoryCommand = (
  script: string,
  context: { readonly stdin: Buffer; readonly files: Map<string, MemoryFile> },
) => Partial<RunResult> | undefined | Promise<Partial<RunResult> | undefined>;

export interface MemoryFile {
  readonly content: Buffer;
  readonly mode: number;
  readonly owner: string;
}

export interface MemoryHostOptions {
  /** Default `memory`. */
  readonly name?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Asked in order; the first that answers wins. A script that nobody knows exits 127. */
  readonly commands?: readonly MemoryCommand[];
  /** Unix socket path → what it answers to a text. */
  readonly sockets?: Readonly<Record<string, (text: string) => string>>;
}

export interface MemoryHost extends Host {
  /** All files by path; tests look here. */
  readonly files: Map<string, MemoryFile>;
  /** Scripts run so far. */
  readonly ran: readonly string[];
}

/** A host in memory. */
export function memoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const { name = 'memory', commands = [], sockets = {} } = options;
  const files = new Map<string, MemoryFile>(
    Object.entries(options.files ?? {}).map(([path, text]) => [path, file(text, 0o644)]),
  );
  const ran: string[] = [];
  return {
    name,
    files,
    ran,
    async run(script, runOptions = {}) {
      ran.push(script);
      const stdin = await collect(runOptions.stdin);
      const working = answer(commands, script, { stdin, files });
      return speak(await within(working, runOptions, name), runOptions);
    },
    async read(path) {
      checkPaths([path], name);
      const found = files.get(path);
      return found && new Uint8Array(found.content);
    },
    async write(batch: readonly FileWrite[]) {
      checkPaths(
        batch.map(({ path }) => path),
        name,
      );
      for (const { path, content, mode, owner } of batch)
        files.set(path, file(content, mode, owner));
    },
    async remove(paths) {
      checkPaths(paths, name);
      for (const path of paths) files.delete(path);
    },
    async connect(path) {
      const reply = sockets[path];
      if (reply) return talk(reply);
      throw new TricadeError('TRI-S009', `${path} on ${name} does not answer`, { node: name });
    },
    async close() {},
  };
}

function file(content: string | Uint8Array, mode: number, owner = 'root:root'): MemoryFile {
  return { content: Buffer.from(content as Uint8Array), mode, owner };
}

async function answer(
  commands: readonly MemoryCommand[],
  script: string,
  context: Parameters<MemoryCommand>[1],
): Promise<RunResult> {
  for (const command of commands) {
    const result = await command(script, context);
    if (result) return { code: 0, stdout: '', stderr: '', ...result };
  }
  return {
    code: 127,
    stdout: '',
    stderr: 'sh: not found: this host in memory was not told the script\n',
  };
}

async function within<T>(
  work: Promise<T>,
  { timeoutMs = defaultTimeoutMs }: RunOptions,
  node: string,
) {
  if (!Number.isFinite(timeoutMs)) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `a script on ${node} did not end within ${timeoutMs / 1000} s`;
    timer = setTimeout(() => reject(new TricadeError('TRI-S007', message, { node })), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function speak(result: RunResult, { onLine }: RunOptions): RunResult {
  for (const text of onLine ? [result.stdout, result.stderr] : []) {
    const lines = lineSplitter((line) => onLine?.(line));
    lines.push(Buffer.from(text));
    lines.end();
  }
  return result;
}

async function collect(stdin: RunOptions['stdin'] = ''): Promise<Buffer> {
  if (typeof stdin === 'string' || stdin instanceof Uint8Array) return Buffer.from(stdin as string);
  const parts: Uint8Array[] = [];
  for await (const part of stdin) parts.push(part);
  return Buffer.concat(parts);
}

function talk(reply: (text: string) => string): Connection {
  const dataListeners: ((text: string) => void)[] = [];
  const closeListeners: (() => void)[] = [];
  return {
    write: (text) => {
      const answered = reply(text);
      queueMicrotask(() => {
        for (const listener of dataListeners) listener(answered);
      });
    },
    onData: (listener) => void dataListeners.push(listener),
    onClose: (listener) => void closeListeners.push(listener),
    close: () => {
      for (const listener of closeListeners.splice(0)) listener();
    },
  };
}

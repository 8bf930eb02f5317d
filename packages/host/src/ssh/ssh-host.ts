/** A host over SSH: one connection, reused; opened again when it is lost. */
import type { Connection, FileWrite, Host, RunOptions, RunResult } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import type { Client, ClientChannel } from 'ssh2';
import { sha256 } from '../digest.ts';
import { checkPaths } from '../paths.ts';
import { carriedScript, defaultTimeoutMs, exitStatus, lineSplitter, quote } from '../shell.ts';
import { differing, putFiles, unknownOwnerStatus } from './put.ts';
import { lost, openSession, type SshTarget } from './session.ts';

/** Batches below this are sent whole: asking for digests first would cost more than it saves. */
const askFirstBytes = 128 * 1024;
/** sshd's MaxSessions is 10 by default; two stay free for people. */
const maxChannels = 8;
const absentStatus = 44;

/**
 * A host over SSH. Nothing happens before the first call; then one connection is made and kept.
 * Every call throws TRI-S001 … S006 and S011 where the connection cannot be made or is lost. Users other than root need `sudo -n`.
 */
export function sshHost(target: SshTarget): Host {
  return new SshHost(target);
}

interface Output {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

class SshHost implements Host {
  readonly name: string;
  readonly #target: SshTarget;
  #client: Promise<Client> | undefined;
  #channels = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(target: SshTarget) {
    this.name = target.name;
    this.#target = target;
  }

  async run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const { code, stdout, stderr } = await this.#script(script, options);
    return { code, stdout: stdout.toString('utf8'), stderr };
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    checkPaths([path], this.name);
    const file = quote(path);
    const script = `[ -e ${file} ] || exit ${absentStatus}; exec cat -- ${file}`;
    const { code, stdout, stderr } = await this.#script(script);
    if (code === absentStatus) return undefined;
    if (code !== 0) throw this.#fileFault(`${path} cannot be read`, stderr);
    return stdout;
  }

  async write(files: readonly FileWrite[]): Promise<void> {
    if (files.length === 0) return;
    checkPaths(
      files.map(({ path }) => path),
      this.name,
    );
    const bytes = files.reduce((total, { content }) => total + content.length, 0);
    const needed =
      bytes < askFirstBytes ? files : differing(files, await this.#digests(files), sha256);
    const kept = files.filter((file) => !needed.includes(file));
    if (kept.length > 0) await this.#setModes(kept);
    if (needed.length === 0) return;
    const { script, stdin } = putFiles(needed);
    const { code, stderr } = await this.#script(script, { stdin });
    if (code === 0) return;
    const what = code === unknownOwnerStatus ? 'the owner of a file is unknown' : 'writing failed';
    throw this.#fileFault(what, stderr);
  }

  async remove(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    checkPaths(paths, this.name);
    const { code, stderr } = await this.#script(`rm -f -- ${paths.map(quote).join(' ')}`);
    if (code !== 0) throw this.#fileFault('removing failed', stderr);
  }

  async connect(socketPath: string): Promise<Connection> {
    const client = await this.#connected();
    return new Promise((resolve, reject) => {
      client.openssh_forwardOutStreamLocal(socketPath, (cause, channel) => {
        if (!cause) return resolve(socketConnection(channel));
        const message = `${socketPath} on ${this.name} does not answer`;
        reject(new TricadeError('TRI-S009', message, { node: this.name, cause }));
      });
    });
  }

  async close(): Promise<void> {
    const opening = this.#client;
    this.#client = undefined;
    const client = await opening?.catch(() => undefined);
    if (!client) return;
    await new Promise<void>((resolve) => {
      client.once('close', () => resolve());
      client.end();
    });
  }

  #connected(): Promise<Client> {
    if (this.#client) return this.#client;
    const opening = openSession(this.#target);
    const forget = () => {
      if (this.#client === opening) this.#client = undefined;
    };
    opening.then((client) => client.once('close', forget), forget);
    this.#client = opening;
    return opening;
  }

  async #script(script: string, options: RunOptions = {}): Promise<Output> {
    const { command, head } = carriedScript(script);
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    // Ended on the host too, should the connection be gone by then.
    const limit = Number.isFinite(timeoutMs)
      ? `timeout -s KILL ${Math.ceil(timeoutMs / 1000) + 1} `
      : '';
    const sudo = this.#target.user === 'root' ? '' : 'sudo -n -- ';
    const client = await this.#connected();
    await this.#takeChannel();
    try {
      const line = `exec ${sudo}${limit}sh -c ${quote(command)}`;
      const channel = await this.#openPatiently(client, line);
      const output = await this.#drive(channel, head, { ...options, timeoutMs });
      this.#refuseSudo(output);
      return output;
    } finally {
      this.#channels -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #takeChannel(): Promise<void> {
    while (this.#channels >= maxChannels) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#channels += 1;
  }

  /** sshd counts a session until it has cleaned up behind it, some milliseconds longer than we do; a refused one has run nothing. */
  async #openPatiently(client: Client, command: string): Promise<ClientChannel> {
    for (let attempt = 1; ; attempt += 1) {
      const opened = await this.#open(client, command);
      if (opened !== 'refused') return opened;
      const message = `${this.name} opens no more sessions on this connection`;
      if (attempt === 50) throw new TricadeError('TRI-S006', message, { node: this.name });
      await new Promise((resolve) => setTimeout(resolve, 5 * attempt));
    }
  }

  #open(client: Client, command: string): Promise<ClientChannel | 'refused'> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(lost(this.#target));
      client.once('close', gone);
      client.exec(command, (cause, channel) => {
        client.off('close', gone);
        if (!cause) resolve(channel);
        else if ('reason' in cause) resolve('refused');
        else reject(lost(this.#target, cause));
      });
    });
  }

  #drive(
    channel: ClientChannel,
    head: Buffer,
    options: RunOptions & { timeoutMs: number },
  ): Promise<Output> {
    const { timeoutMs, onLine } = options;
    return new Promise((resolve, reject) => {
      const kept: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
      const outLines = lineSplitter(onLine ?? (() => {}));
      const errLines = lineSplitter(onLine ?? (() => {}));
      let exit: { code: number | null; signal?: string } | undefined;
      const timer = Number.isFinite(timeoutMs)
        ? setTimeout(() => {
            reject(this.#tooLong(timeoutMs));
            channel.close();
          }, timeoutMs)
        : undefined;
      channel.on('data', (chunk: Buffer) => {
        kept.out.push(chunk);
        if (onLine) outLines.push(chunk);
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        kept.err.push(chunk);
        if (onLine) errLines.push(chunk);
      });
      channel.on('exit', (code: number | null, signal?: string) => {
        exit = signal === undefined ? { code } : { code, signal };
      });
      channel.on('close', () => {
        clearTimeout(timer);
        if (!exit) return reject(lost(this.#target));
        outLines.end();
        errLines.end();
        const stderr = Buffer.concat(kept.err).toString('utf8');
        resolve({
          code: exitStatus(exit.code, exit.signal),
          stdout: Buffer.concat(kept.out),
          stderr,
        });
      });
      // A script that ends without reading its input closes the channel: no fault of the writer.
      channel.on('error', () => {});
      feed(channel, head, options.stdin).catch((cause: unknown) => {
        reject(new TricadeError('TRI-S008', `input for ${this.name} broke off`, { cause }));
        channel.close();
      });
    });
  }

  async #digests(files: readonly FileWrite[]): Promise<Map<string, string>> {
    const paths = files.map(({ path }) => quote(path)).join(' ');
    const { stdout } = await this.#script(`sha256sum -- ${paths} 2>/dev/null`);
    const lines = stdout.toString('utf8').split('\n');
    return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  }

  async #setModes(files: readonly FileWrite[]): Promise<void> {
    const lines = files.map(({ path, mode, owner }) => {
      const chown = owner === undefined ? '' : `chown -- ${quote(owner)} ${quote(path)}; `;
      return `${chown}chmod ${mode.toString(8)} -- ${quote(path)}`;
    });
    const { code, stderr } = await this.#script(`set -e\n${lines.join('\n')}`);
    if (code !== 0) throw this.#fileFault('setting owner or mode failed', stderr);
  }

  #refuseSudo({ code, stderr }: Output): void {
    if (this.#target.user === 'root' || code === 0 || !/^sudo: /m.test(stderr)) return;
    const message = `sudo refuses ${this.#target.user} on ${this.name}: ${stderr.trim()}`;
    throw new TricadeError('TRI-S010', message, { node: this.name });
  }

  #tooLong(timeoutMs: number): TricadeError {
    const message = `a script on ${this.name} did not end within ${timeoutMs / 1000} s`;
    return new TricadeError('TRI-S007', message, { node: this.name });
  }

  #fileFault(what: string, stderr: string): TricadeError {
    const said = stderr.trim().split('\n').slice(-3).join('; ');
    return new TricadeError('TRI-S008', `${what} on ${this.name}: ${said}`, { node: this.name });
  }
}

/** Script, then input, at the speed at which the host takes it. A closed channel ends it quietly. */
async function feed(
  channel: ClientChannel,
  head: Buffer,
  stdin: RunOptions['stdin'] = '',
): Promise<void> {
  const parts = typeof stdin === 'string' || stdin instanceof Uint8Array ? [stdin] : stdin;
  channel.write(head);
  for await (const part of parts) {
    if (!channel.writable) return;
    if (part.length === 0 || channel.write(part)) continue;
    await new Promise<void>((resolve) => {
      channel.once('drain', resolve);
      channel.once('close', () => resolve());
    });
  }
  channel.end();
}

function socketConnection(channel: ClientChannel): Connection {
  channel.setEncoding('utf8');
  channel.on('error', () => {});
  return {
    write: (text) => void channel.write(text),
    onData: (listener) => void channel.on('data', listener),
    onClose: (listener) => void channel.once('close', () => listener()),
    close: () => channel.close(),
  };
}

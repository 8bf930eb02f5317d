/** A real sshd on loopback with keys and a home of its own (nobody's .bashrc), for tests. Needs root (privilege separation) and OpenSSH. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LoopbackSshd {
  readonly port: number;
  /** Private key that it lets in as root (and as any user). */
  readonly privateKey: string;
  /** Its public host keys, `ssh-ed25519 AAAA…`. */
  readonly hostKeys: { readonly ed25519: string; readonly rsa: string };
  /** A scratch folder that goes with it. */
  readonly folder: string;
  /** Commands begun so far. */
  commands(): number;
  /** Ends every open connection; the listener stays. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** Starts it; listening when the promise resolves. */
export async function loopbackSshd(): Promise<LoopbackSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'tricade-sshd-'));
  const port = await freePort();
  const key = (name: string, type: string) => {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', join(folder, name)]);
    return readFileSync(join(folder, `${name}.pub`), 'utf8').trim();
  };
  const hostKeys = { ed25519: key('host-ed25519', 'ed25519'), rsa: key('host-rsa', 'rsa') };
  key('user', 'ed25519');
  mkdirSync('/run/sshd', { recursive: true });
  writeFileSync(join(folder, 'sshd_config'), config(folder, port));
  const args = ['-D', '-e', '-f', join(folder, 'sshd_config')];
  const daemon = spawn('/usr/sbin/sshd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const log = await listening(daemon);
  return {
    port,
    privateKey: readFileSync(join(folder, 'user'), 'utf8'),
    hostKeys,
    folder,
    commands: () => log().match(/Starting session: /g)?.length ?? 0,
    cutAll: () => {
      for (const pid of children(daemon.pid)) process.kill(pid, 'SIGKILL');
    },
    stop: async () => {
      for (const pid of children(daemon.pid)) process.kill(pid, 'SIGKILL');
      const ended = new Promise((resolve) => daemon.once('close', resolve));
      daemon.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function config(folder: string, port: number): string {
  return `ListenAddress 127.0.0.1:${port}
HostKey ${folder}/host-ed25519
HostKey ${folder}/host-rsa
AuthorizedKeysFile ${folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
LogLevel VERBOSE
SetEnv HOME=${folder}
`;
}

/** Resolves once it listens, with a function that gives the log so far. */
function listening(daemon: ChildProcess): Promise<() => string> {
  let log = '';
  return new Promise((resolve, reject) => {
    daemon.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8');
      if (log.includes('Server listening')) resolve(() => log);
    });
    daemon.once('exit', () => reject(new Error(`sshd did not start: ${log}`)));
  });
}

function children(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

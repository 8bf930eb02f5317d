/** A real redis-server on a Unix socket in a temporary directory: no port, nothing on disk, ended with its test. */

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

export interface RedisServer {
  /** `unix:///…`, for `FeedAccess.url`. */
  readonly url: string;
  /** One command, without credentials, over a connection of its own; answers the raw reply. */
  command(...words: readonly string[]): Promise<string>;
  /** SIGKILL: what a crash is. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface RedisServerOptions {
  /** Lines of an aclfile. */
  readonly acl?: readonly string[];
}

/** Starts Debian's redis-server and waits until it answers (about 50 ms). */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'feed-'));
  const socket = join(folder, 'redis.sock');
  const aclFile = join(folder, 'users.acl');
  if (options.acl !== undefined) await writeFile(aclFile, `${options.acl.join('\n')}\n`);
  const args = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  if (options.acl !== undefined) args.push('--aclfile', aclFile);
  let server = await launch(args, socket);
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode !== null || server.signalCode !== null || !server.kill('SIGKILL')) return;
    await ended;
    await rm(socket, { force: true });
  };
  return {
    url: `unix://${socket}`,
    command: (...words) => command(socket, words),
    kill,
    restart: async () => {
      server = await launch(args, socket);
    },
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(args: readonly string[], socket: string): Promise<ChildProcess> {
  const server = spawn('redis-server', [...args], { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => server.once('error', reject));
  const answers = until(
    () =>
      command(socket, ['PING']).then(
        () => true,
        () => false,
      ),
    { withinMs: 5_000 },
  );
  await Promise.race([answers, failed]);
  return server;
}

/** RESP over a Unix socket, for one command: enough for PING, FLUSHALL and the like. */
function command(socket: string, words: readonly string[]): Promise<string> {
  const text = `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => connection.write(text));
    connection.once('data', (data) => {
      connection.destroy();
      resolve(data.toString());
    });
    connection.once('error', reject);
  });
}

/**
 * What stands on both sides of a proxy in tests, as a program: `origin PORT NAME` answers HTTP with its name, `echo PORT` echoes bytes,
 * `load ADDRESS PORT KEEPALIVE CONNECTIONS` asks until its input ends and prints what happened as JSON, `hold ADDRESS PORT` sends its input over one
 * connection and prints what comes back.
 */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';

export interface LoadResult {
  readonly requests: number;
  readonly failures: readonly string[];
  /** Answers by server. */
  readonly byServer: Readonly<Record<string, number>>;
  /** When the last request that a server answered was sent: ms since 1970. */
  readonly lastSentMs: Readonly<Record<string, number>>;
  /** Answers with `Connection: close`. */
  readonly closes: number;
}

function origin(port: number, name: string): void {
  const server = createServer((_, response) => response.end(name));
  server.keepAliveTimeout = 60_000;
  server.listen(port, '0.0.0.0', () => console.log('ready'));
}

function echo(port: number): void {
  createTcpServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(port, () =>
    console.log('ready'),
  );
}

async function load(
  target: { host: string; port: number },
  keepAlive: boolean,
  connections: number,
): Promise<void> {
  const agent = new Agent({ keepAlive, maxSockets: connections });
  const result = {
    requests: 0,
    failures: [] as string[],
    byServer: {} as Record<string, number>,
    lastSentMs: {} as Record<string, number>,
    closes: 0,
  };
  let isOver = false;
  process.stdin.on('end', () => {
    isOver = true;
  });
  process.stdin.resume();
  const one = async () => {
    const sentMs = Date.now();
    const { body, status, close } = await ask(target, agent);
    result.requests += 1;
    if (status !== 200) throw new Error(`status ${status}`);
    result.byServer[body] = (result.byServer[body] ?? 0) + 1;
    result.lastSentMs[body] = Math.max(sentMs, result.lastSentMs[body] ?? 0);
    if (close) result.closes += 1;
  };
  const worker = async () => {
    while (!isOver) await one().catch((error: Error) => result.failures.push(error.message));
  };
  console.log('ready');
  await Promise.all(Array.from({ length: connections }, worker));
  console.log(JSON.stringify(result));
  process.exit(0);
}

function ask(
  target: { host: string; port: number },
  agent: Agent,
): Promise<{ body: string; status: number; close: boolean }> {
  return new Promise((resolve, reject) => {
    request({ ...target, agent, timeout: 5_000 }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({
          body,
          status: response.statusCode ?? 0,
          close: response.headers.connection === 'close',
        }),
      );
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

async function hold(host: string, port: number): Promise<void> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  process.stdin.pipe(socket).pipe(process.stdout);
  socket.on('close', () => process.exit(0));
}

const [, script, role = '', first = '', second = '', third, fourth] = process.argv;
if (script?.endsWith('peer.ts')) {
  if (role === 'origin') origin(Number(first), second);
  if (role === 'echo') echo(Number(first));
  if (role === 'load')
    await load({ host: first, port: Number(second) }, third === 'true', Number(fourth));
  if (role === 'hold') await hold(first, Number(second));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = (name: string): string => join(import.meta.dirname, name);
let children: ChildProcess[] = [];
let port = 0;
let url = '';

function start(name: string, ...argv: readonly string[]): ChildProcess {
  const stdio = ['pipe', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, [program(name), ...argv], { stdio: [...stdio] });
  children.push(child);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { port: number };
  server.close();
  return address.port;
}

async function answers(): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    const response = await fetch(`${url}/healthz`).catch(() => undefined);
    if (response) return;
    if (Date.now() > deadline) throw new Error('the origin does not answer');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeEach(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  children = [];
});

describe('origin', () => {
  test('says who answered and what it saw', async () => {
    start('origin.ts', 'w1', String(port));
    await answers();
    const response = await fetch(`${url}/a/b?c`, { headers: { 'x-forwarded-for': '192.0.2.9' } });
    expect(response.headers.get('x-server')).toBe('w1');
    const want = { server: 'w1', path: '/a/b', forwardedFor: '192.0.2.9', client: '127.0.0.1' };
    expect(await response.json()).toEqual(want);
  });

  test('fails and heals when told so on loopback', async () => {
    start('origin.ts', 'w1', String(port));
    await answers();
    const health = async (): Promise<number> => (await fetch(`${url}/healthz`)).status;
    expect(await health()).toBe(200);
    await fetch(`${url}/fail`, { method: 'POST' });
    expect(await health()).toBe(503);
    await fetch(`${url}/heal`, { method: 'POST' });
    expect(await health()).toBe(200);
  });

  test('is slow when asked', async () => {
    start('origin.ts', 'w1', String(port));
    await answers();
    const begin = performance.now();
    await fetch(`${url}/slow?ms=150`);
    expect(performance.now() - begin).toBeGreaterThan(145);
  });
});

interface LoadResult {
  readonly long: {
    connections: number;
    broken: { why: string }[];
    answers: number;
    maxStallMs: number;
  };
  readonly short: { sent: number; ok: number; failed: unknown[] };
  readonly failures: { count: number; firstAtMs?: number; lastAtMs?: number };
  readonly servers: Record<string, Record<string, number>>;
}

async function load(...argv: readonly string[]): Promise<LoadResult> {
  const child = start('load.ts', ...argv);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '') as LoadResult;
}

describe('load', () => {
  test('counts what a good server answers', async () => {
    start('origin.ts', 'w1', String(port));
    await answers();
    const { long, short, failures, servers } = await load(`${url}/`, '3', '5', '20');
    expect(failures.count).toBe(0);
    // 5 connections, a request every 500 ms for 3 s; 20/s until 2 s before the end.
    expect(long.answers).toBeGreaterThanOrEqual(25);
    expect(long.answers).toBeLessThanOrEqual(30);
    expect(short.ok).toBe(20);
    const total = Object.values(servers).flatMap((bucket) => Object.entries(bucket));
    const sum = (kind: string): number =>
      total.filter(([member]) => member === `${kind}:w1`).reduce((all, [, n]) => all + n, 0);
    expect([sum('k'), sum('n')]).toEqual([long.answers, short.ok]);
  }, 20_000);

  test('ended by a line, it waits for what was asked: answers that never come are failures', async () => {
    const origin = start('origin.ts', 'w1', String(port));
    await answers();
    const child = start('load.ts', `${url}/`, '60', '5', '20');
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    origin.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 700));
    child.stdin?.write('end\n');
    await once(child, 'close');
    const { long, short } = JSON.parse(text.trim().split('\n').at(-1) ?? '') as LoadResult;
    expect(long.broken.map(({ why }) => why)).toEqual(Array(5).fill('no answer'));
    expect(short.failed.length).toBeGreaterThan(5);
    expect(short.ok + short.failed.length).toBe(short.sent);
  }, 20_000);

  test('notes every connection that a killed server breaks, and when', async () => {
    const origin = start('origin.ts', 'w1', String(port));
    await answers();
    const killed = new Promise<number>((resolve) => {
      setTimeout(() => {
        origin.kill('SIGKILL');
        resolve(Date.now());
      }, 1_000);
    });
    const { long, short, failures } = await load(`${url}/`, '4', '5', '20');
    expect(new Set(long.broken.map(({ why }) => why)).size).toBeGreaterThan(0);
    expect(long.broken.length).toBeGreaterThanOrEqual(5);
    expect(short.failed.length).toBeGreaterThan(0);
    expect(short.ok + short.failed.length).toBe(short.sent);
    expect(failures.firstAtMs).toBeGreaterThan((await killed) - 100);
  }, 20_000);

  test('an answer that never comes is a stall and a broken connection', async () => {
    start('origin.ts', 'w1', String(port));
    await answers();
    const { long } = await load(`${url}/slow?ms=60000`, '3', '2', '0');
    expect(long.broken.map(({ why }) => why)).toEqual(['no answer', 'no answer']);
    expect(long.maxStallMs).toBeGreaterThan(2_500);
  }, 20_000);

  test('a refusal is not an answer', async () => {
    start('origin.ts', 'w1', String(port));
    await answers();
    await fetch(`${url}/fail`, { method: 'POST' });
    const { long, short } = await load(`${url}/healthz`, '3', '2', '10');
    expect(long.answers + short.ok).toBe(0);
    expect(long.broken[0]?.why).toBe('HTTP/1.1 503');
  }, 20_000);
});

describe('hold', () => {
  test('the report is whole, although a pipe has no room for all of it', async () => {
    // Answers the first line of each connection and ends it with the second one.
    const echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (line) => {
        socket.write(line);
        socket.once('data', () => socket.destroy());
      });
    }).listen(port, '127.0.0.1');
    const words = [program('hold.ts'), '1500', '60000', '0', '0', `127.0.0.1:${port}`];
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    // Whoever reads is busy elsewhere when the report comes.
    const late = '"$@" | { read -r first; echo "$first"; sleep 1; cat; }';
    const child = spawn('sh', ['-c', late, 'sh', process.execPath, ...words], {
      stdio: [...stdio],
    });
    children.push(child);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (chunk.startsWith('ready')) child.stdin.write('end\n');
      text += chunk;
    });
    await once(child, 'close');
    echo.close();
    const report = JSON.parse(text.split('\n')[1] ?? '') as Record<string, { broken: unknown[] }>;
    expect(report[`127.0.0.1:${port}`]?.broken).toHaveLength(1_500);
  }, 20_000);
});

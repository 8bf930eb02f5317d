import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Attempt } from './attempt.ts';
import { probeTcp } from './tcp.ts';
import { freePort, listen, until } from './testing/listener.ts';

test.each(['127.0.0.1', '::1'])('a port that listens on %s', async (address) => {
  const server = await listen((socket) => socket.resume(), address);
  const attempt = await probeTcp(server, 1_000);
  expect(attempt).toMatchObject({ ok: true, detail: 'connected', unreachable: false });
  expect(attempt.tookMs).toBeLessThan(1_000);
  await until(() => server.accepted() === 1);
  await until(() => server.resets() === 1);
  await server.close();
});

test('a refusal is a failure of a kernel that answers', async () => {
  expect(await probeTcp(await freePort(), 1_000)).toMatchObject({
    ok: false,
    detail: 'connection refused',
    unreachable: false,
  });
});

/** Listens with the shortest queue and stands still: once the queue is full the kernel drops further handshakes. */
const deaf = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  console.log(this.address().port);
  process.kill(process.pid, 'SIGSTOP');
})`;

test('no answer within the time', async () => {
  const child = spawn(process.execPath, ['--eval', deaf], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const endpoint = { address: '127.0.0.1', port: Number(line.toString()) };
  const attempts: Attempt[] = [];
  while (attempts.at(-1)?.ok !== false && attempts.length < 10)
    attempts.push(await probeTcp(endpoint, 50));
  child.kill('SIGKILL');
  expect(attempts.at(-1)).toMatchObject({
    ok: false,
    detail: 'no connection within 50 ms',
    unreachable: false,
  });
  expect(attempts.at(-1)?.tookMs).toBeGreaterThanOrEqual(49);
});

test('what lies unread when the time is over counts: this process was late, not the target', async () => {
  const server = await listen((socket) => socket.resume());
  const attempt = probeTcp(server, 30);
  const endMs = performance.now() + 60;
  while (performance.now() < endMs); // The event loop stands still, as in a starved process.
  expect(await attempt).toMatchObject({ ok: true });
  await server.close();
});

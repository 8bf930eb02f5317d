import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { judgeAnswer, probeHttp } from './http.ts';
import { freePort, listen } from './testing/listener.ts';

const probe = { path: '/healthz', statuses: [[200, 399]] } as const;
const answer = (text: string) => (socket: Socket) =>
  void socket.once('data', () => socket.write(text));

describe('a server that', () => {
  test.each([
    ['answers 200', answer('HTTP/1.1 200 OK\r\n\r\n'), true, 'HTTP 200 on /healthz'],
    ['answers 302 by HTTP/1.0', answer('HTTP/1.0 302 Found\r\n\r\n'), true, 'HTTP 302 on /healthz'],
    ['answers 503', answer('HTTP/1.1 503 Busy\r\n\r\n'), false, 'HTTP 503 on /healthz'],
    [
      'speaks before it is asked',
      (socket) => void socket.write('SSH-2.0-x\r\n'),
      false,
      'not an HTTP answer',
    ],
    ['answers without a status', answer('HTTP/1.1 OK\r\n'), false, 'not an HTTP answer'],
    ['answers endlessly', answer(`HTTP/1.1 ${'9'.repeat(5_000)}`), false, 'not an HTTP answer'],
    [
      'closes',
      (socket) => void socket.once('data', () => socket.end()),
      false,
      'closed without an answer',
    ],
    [
      'closes too soon',
      (socket) => void socket.once('data', () => socket.end('HTTP/1.')),
      false,
      'closed within an answer',
    ],
    [
      'resets',
      (socket) => void socket.once('data', () => socket.resetAndDestroy()),
      false,
      'connection reset',
    ],
    ['says nothing', (socket) => void socket.resume(), false, 'no answer within 80 ms'],
    ['does not come to the point', answer('HTTP/1.1 20'), false, 'no status line within 80 ms'],
  ] satisfies [string, (socket: Socket) => void, boolean, string][])(
    '%s',
    async (...[, serve, ok, detail]) => {
      const server = await listen(serve);
      expect(await probeHttp(server, probe, 80)).toMatchObject({ ok, detail, unreachable: false });
      await server.close();
    },
  );

  test('is not there', async () => {
    const attempt = await probeHttp(await freePort(), probe, 1_000);
    expect(attempt).toMatchObject({ ok: false, detail: 'connection refused', unreachable: false });
  });

  test('dribbles its status line', async () => {
    const server = await listen((socket) => {
      socket.once('data', async () => {
        for (const letter of 'HTTP/1.1 204 No Content\r\n') {
          socket.write(letter);
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
    });
    expect(await probeHttp(server, probe, 2_000)).toMatchObject({ ok: true });
    await server.close();
  });
});

test.each([
  ['127.0.0.1', undefined, 'Host: 127.0.0.1'],
  ['::1', undefined, 'Host: [::1]'],
  ['127.0.0.1', 'shop.example', 'Host: shop.example'],
])('asks %s for %s', async (address, host, line) => {
  let asked = '';
  const server = await listen((socket) => {
    socket.once('data', (data) => {
      asked = data.toString();
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
    });
  }, address);
  await probeHttp(server, { ...probe, ...(host === undefined ? {} : { host }) }, 1_000);
  expect(asked.split('\r\n')).toEqual(
    expect.arrayContaining(['GET /healthz HTTP/1.1', line, 'Connection: close']),
  );
  await server.close();
});

test('nothing is judged before it can be', () => {
  const status = 'HTTP/1.1 200 OK\r';
  for (let length = 0; length <= status.length; length++)
    expect(judgeAnswer(status.slice(0, length), probe)).toBeUndefined();
  expect(judgeAnswer(`${status}\n`, probe)).toMatchObject({ ok: true });
});

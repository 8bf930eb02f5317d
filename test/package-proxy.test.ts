import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPackageProxy, type PackageProxy } from '../infra/setup/fresh/package-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'tricade-proxy-'));
const ownSocket = join(folder, 'proxy.sock');
const source = createServer((asked, answer) => answer.end(`you asked for ${asked.url}`));
/** As a proxy, the source tells where a tunnel should lead. */
source.on('connect', (asked: IncomingMessage, client: Socket) => {
  client.write('HTTP/1.1 200 OK\r\n\r\n');
  client.once('data', () => client.end(`HTTP/1.1 200 OK\r\n\r\nvia ${asked.url}`));
});
let proxy: PackageProxy;
let port: number;

beforeAll(async () => {
  source.listen(0, '127.0.0.1');
  await once(source, 'listening');
  port = (source.address() as AddressInfo).port;
  proxy = await openPackageProxy({ path: ownSocket, hosts: new Set(['localhost']) });
});
afterAll(() => {
  proxy.close();
  source.close();
  rmSync(folder, { recursive: true });
});

async function get(
  path: string,
  socketPath = ownSocket,
): Promise<{ status: number | undefined; body: string }> {
  const asked = request({ socketPath, path, agent: false }).end();
  const [reply] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: reply.statusCode, body: await text(reply) };
}

async function tunnel(
  target: string,
  socketPath = ownSocket,
): Promise<{ status: number | undefined; body: string }> {
  const asked = request({ socketPath, method: 'CONNECT', path: target, agent: false }).end();
  const [reply, socket] = (await once(asked, 'connect')) as [IncomingMessage, Socket];
  if (reply.statusCode !== 200) return { status: reply.statusCode, body: '' };
  socket.write('GET /through HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  return { status: 200, body: (await text(socket)).split('\r\n\r\n')[1] ?? '' };
}

describe('the way out of a fresh machine', () => {
  test('apt: a file of a package source', async () => {
    const want = { status: 200, body: 'you asked for /a/file' };
    expect(await get(`http://localhost:${port}/a/file`)).toEqual(want);
  });

  test('npm: a tunnel to a package source', async () => {
    const { status, body } = await tunnel(`localhost:${port}`);
    expect([status, body.includes('you asked for /through')]).toEqual([200, true]);
  });

  test('any other host is refused, and told', async () => {
    expect((await get('http://other.example/')).status).toBe(403);
    expect((await tunnel('third.example:443')).status).toBe(403);
    expect((await get('/not/a/proxy/request')).status).toBe(403);
    expect([...proxy.refused]).toEqual(['other.example', 'third.example']);
  });

  test('a source that does not answer is a bad gateway', async () => {
    expect((await get('http://localhost:1/')).status).toBe(502);
  });

  test('a machine that has a proxy of its own: everything takes it', async () => {
    const path = join(folder, 'chained.sock');
    const upstream = new URL(`http://127.0.0.1:${port}`);
    const chained = await openPackageProxy({ path, hosts: new Set(['a.example']), upstream });
    const file = await get('http://a.example/x', path);
    expect(file.body).toBe('you asked for http://a.example/x');
    expect((await tunnel('a.example:443', path)).body).toBe('via a.example:443');
    expect((await tunnel('b.example:443', path)).status).toBe(403);
    chained.close();
  });
});

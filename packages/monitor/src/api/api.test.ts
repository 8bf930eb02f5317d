import { mkdtemp, rm, stat } from 'node:fs/promises';
import { type IncomingMessage, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackRows } from '@tricade/cluster';
import { until } from '@tricade/feed/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Monitor } from '../monitor.ts';
import { Bench } from '../testing/bench.ts';
import { type OpenApi, openApi } from './open-api.ts';
import { routes } from './routes.ts';
import { serveApi } from './server.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown>;
}

const within = { withinMs: 10_000 };
const bench = new Bench();
const servers: Server[] = [];
let folder = '';
let leader: Monitor;
let standby: Monitor;

const socketOf = (name: string): string => join(folder, `${name}.sock`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-'));
  bench.agents();
  const first = await bench.monitor('m1');
  await until(() => first.leads, within);
  const second = await bench.monitor('m2');
  for (const [name, monitor] of [
    ['m1', first],
    ['m2', second],
  ] as const)
    servers.push(
      await serveApi({
        monitor,
        feed: monitor.feed,
        nowMs: Date.now,
        listen: { socket: socketOf(name) },
      }),
    );
  leader = first;
  standby = second;
  await until(() => leader.hears && standby.hears, within);
  await until(async () => (await leader.snapshot()).feed.tables['l7'] !== undefined, within);
}, 30_000);

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly text?: string;
  readonly to?: string;
}

function open(
  path: string,
  { method = 'GET', headers = {}, text, to = 'm1' }: Asked = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        socketPath: socketOf(to),
        path,
        method,
        headers: { 'content-type': 'application/json', ...headers },
      },
      resolve,
    );
    asking.once('error', reject);
    asking.end(text);
  });
}

async function ask(path: string, asked: Asked = {}): Promise<Answer> {
  const response = await open(path, asked);
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return {
    status: response.statusCode ?? 0,
    type: response.headers['content-type'] ?? '',
    body: JSON.parse(text) as Record<string, unknown>,
  };
}

const post = (path: string, body: unknown, to = 'm1'): Promise<Answer> =>
  ask(path, { method: 'POST', text: JSON.stringify(body), to });
const drop = (path: string, to = 'm1'): Promise<Answer> => ask(path, { method: 'DELETE', to });
const good = { target: 'p1', kind: 'drain', by: 'ana', why: 'new disk' };

function expectProblem(answer: Answer, status: number, word: string): void {
  expect(answer.body).toMatchObject({
    type: `urn:tricade:${word}`,
    status,
    detail: expect.stringMatching(/.+/),
    title: word.replaceAll('-', ' '),
  });
  expect(answer.status).toBe(status);
  expect(answer.type).toContain('application/problem+json');
}

describe('reads', () => {
  test('the socket is for its owner alone', async () => {
    expect((await stat(socketOf('m1'))).mode & 0o777).toBe(0o600);
  });

  test.each(['m1', 'm2'])('probes of %s', async (to) => {
    expect(await ask('/livez', { to })).toMatchObject({ status: 200, body: { live: true } });
    expect(await ask('/readyz', { to })).toMatchObject({
      status: 200,
      body: { ready: true, leader: 'm1', leads: to === 'm1' },
    });
  });

  test('state: the whole snapshot, rows packed', async () => {
    const { body } = await ask('/state');
    expect(body).toMatchObject({
      cluster: { name: 'small' },
      leader: { name: 'm1' },
      waits: expect.any(Array),
      events: expect.any(Array),
    });
    const { feed } = body as { feed: { tables: Record<string, { rows: string; step: number }> } };
    const { tables } = (await leader.snapshot()).feed;
    expect(unpackRows(feed.tables['l7']?.rows ?? '')).toEqual(tables['l7']?.rows);
  });

  test('status: what people see', async () => {
    expect((await ask('/status')).body).toMatchObject({
      cluster: 'small',
      leader: 'm1',
      rows: expect.any(Array),
      verdict: { word: expect.any(String) },
    });
  });

  test('tables: shares add up', async () => {
    const [group] = (await ask('/tables')).body as unknown as {
      size: number;
      shares: { current: number }[];
    }[];
    expect(group?.shares.reduce((sum, { current }) => sum + current, 0)).toBe(group?.size);
  });

  test.each(['p1', 'l7/p1', 'web/w1', 'd1'])('drains/%s', async (target) => {
    // Before the birth of the tables no row sends anything to it.
    await expect
      .poll(async () => (await ask(`/drains/${target}`)).body, { timeout: 10_000 })
      .toMatchObject({ target, closed: false, conductor: expect.any(Array) });
  });

  test.each(['nobody', 'web/w9', 'l4/p1', 'monitor/m1/x', '__proto__'])(
    'drains/%s is unknown',
    async (target) => {
      expectProblem(await ask(`/drains/${target}`), 404, 'unknown-target');
    },
  );

  test('no such route', async () => expectProblem(await ask('/nothing'), 404, 'not-found'));
});

describe('latches', () => {
  test.each([
    ['no object', [good], /^the body must be a JSON object$/],
    ['no target', { ...good, target: undefined }, /^target /],
    ['an empty reason', { ...good, why: '' }, /^why /],
    ['a number', { ...good, by: 7 }, /^by /],
    ['too long', { ...good, why: 'x'.repeat(201) }, /^why /],
    ['an escape', { ...good, why: 'a\u001b[2Jb' }, /^why .*control characters$/],
    ['a bidirectional override', { ...good, by: 'ana\u202e' }, /^by /],
    [
      'an unknown kind',
      { ...good, kind: 'reboot' },
      /^kind must be one of drain, maintenance, force-up, force-down$/,
    ],
    ['a time that is over', { ...good, untilMs: 5 }, /^untilMs /],
    ['no time', { ...good, untilMs: 'tomorrow' }, /^untilMs /],
    ['no time at all', { ...good, untilMs: null }, /^untilMs /],
  ] as const)('refused: %s', async (_, body, detail) => {
    const answer = await post('/latches', body);
    expectProblem(answer, 400, 'bad-latch');
    expect(answer.body['detail']).toMatch(detail);
    expect((await leader.snapshot()).feed.latches).toEqual({});
  });

  test('a body that is no JSON object, and one that is too long', async () => {
    for (const text of ['{"target":', 'null', '"p1"', '7'])
      expectProblem(await ask('/latches', { method: 'POST', text }), 400, 'bad-request');
    expectProblem(
      await ask('/latches', {
        method: 'POST',
        text: JSON.stringify({ ...good, why: 'x'.repeat(70_000) }),
      }),
      413,
      'too-large',
    );
    expectProblem(
      await ask('/latches', {
        method: 'POST',
        text: 'target=p1',
        headers: { 'content-type': 'text/plain' },
      }),
      400,
      'bad-latch',
    );
  });

  test('a router or a monitor cannot be drained, and may be marked', async () => {
    expectProblem(await post('/latches', { ...good, target: 'r1' }), 422, 'router');
    expectProblem(await post('/latches', { ...good, target: 'm1' }), 422, 'carries-nothing');
    const marked = await post('/latches', { ...good, target: 'r1', kind: 'maintenance' });
    expect(marked.status).toBe(200);
    expect((await drop('/latches/r1')).status).toBe(200);
  });

  test('an unknown target', async () => {
    expectProblem(await post('/latches', { ...good, target: 'p9' }), 404, 'unknown-target');
  });

  test('one that does not lead names the leader, for setting and lifting', async () => {
    const answer = await post('/latches', good, 'm2');
    expectProblem(answer, 409, 'not-leader');
    expect(answer.body['leader']).toBe('m1');
    expectProblem(await drop('/latches/p1', 'm2'), 409, 'not-leader');
  });

  test('set, seen in the state, lifted', async () => {
    const set = await post('/latches', { ...good, untilMs: Date.now() + 60_000 });
    expect(set).toMatchObject({ status: 200, body: { revision: expect.any(Number) } });
    const { body } = await ask('/state');
    expect(body).toMatchObject({
      feed: { latches: { p1: { by: 'ana', kind: 'drain', revision: set.body['revision'] } } },
    });
    expect((await ask('/drains/p1')).body).toMatchObject({ latched: true });
    expect((await drop('/latches/p1')).status).toBe(200);
    expectProblem(await drop('/latches/p1'), 404, 'no-latch');
    expectProblem(await drop('/latches/constructor'), 404, 'no-latch');
  });

  test('a member with a slash', async () => {
    expect((await post('/latches', { ...good, target: 'web/w1' })).status).toBe(200);
    expect((await drop('/latches/web/w1')).status).toBe(200);
  });
});

describe('the change lock', () => {
  const ana = { holder: 'ana', what: 'apply shop.yaml', token: 'ana-0123456789abcdef' };
  const bob = { holder: 'bob', what: 'drain', token: 'bob-0123456789abcdef' };

  test('one holder at a time; whoever else changes something is told who', async () => {
    expect(await post('/lock', ana)).toMatchObject({ status: 200, body: { held: true } });
    expect((await post('/lock', ana)).status).toBe(200);
    const other = await post('/lock', bob);
    expectProblem(other, 409, 'locked');
    expect(other.body).toMatchObject({
      holder: 'ana',
      what: 'apply shop.yaml',
      sinceMs: expect.any(Number),
    });
    expect(JSON.stringify(other.body)).not.toContain(ana.token);
    expectProblem(await post('/latches', { ...good, by: 'bob' }), 409, 'locked');
    expectProblem(await post('/lock', bob, 'm2'), 409, 'locked');
    expectProblem(await drop(`/lock/${bob.token}`), 404, 'no-lock');
    expect((await post('/latches', good)).status).toBe(200);
    expect((await drop('/latches/p1')).status).toBe(200);
    expect(await drop(`/lock/${ana.token}`)).toMatchObject({ status: 200, body: { held: false } });
    expectProblem(await drop(`/lock/${ana.token}`), 404, 'no-lock');
    expect((await post('/lock', bob)).status).toBe(200);
    expect((await drop(`/lock/${bob.token}`)).status).toBe(200);
  });

  test('its holder goes on through the other monitor', async () => {
    expect((await post('/lock', ana, 'm1')).status).toBe(200);
    expect((await post('/lock', ana, 'm2')).status).toBe(200);
    expectProblem(await post('/lock', { ...ana, token: bob.token }, 'm2'), 409, 'locked');
    expect((await drop(`/lock/${ana.token}`, 'm2')).status).toBe(200);
    expect((await post('/lock', bob, 'm1')).status).toBe(200);
    expect((await drop(`/lock/${bob.token}`, 'm1')).status).toBe(200);
  });

  test.each([
    null,
    'ana',
    {},
    { holder: 'ana' },
    { holder: '', what: 'x' },
    { holder: 'a\n', what: 'x', token: '0123456789abcdef' },
    { holder: 'ana', what: 'x' },
    { holder: 'ana', what: 'x', token: 'short' },
  ])('refused: %j', async (body) => {
    const answer = await post('/lock', body);
    expect(answer.status).toBe(400);
    expect(answer.type).toContain('application/problem+json');
  });
});

describe('events', () => {
  interface Told {
    readonly id: string;
    readonly kind: string;
    readonly text: string;
  }

  /** Reads events until `enough` of them hold, then hangs up. */
  async function events(
    enough: (told: readonly Told[]) => boolean,
    lastId?: string,
  ): Promise<readonly Told[]> {
    const response = await open(
      '/events',
      lastId === undefined ? {} : { headers: { 'last-event-id': lastId } },
    );
    expect(response.headers['content-type']).toContain('text/event-stream');
    let text = '';
    for await (const chunk of response) {
      text += String(chunk);
      const told = text.split('\n\n').slice(0, -1).map(parse);
      if (enough(told)) return told;
    }
    throw new Error('the stream ended');
  }

  function parse(block: string): Told {
    const fields = new Map(
      block
        .split('\n')
        .map((each) => [each.slice(0, each.indexOf(': ')), each.slice(each.indexOf(': ') + 2)]),
    );
    const event = JSON.parse(fields.get('data') ?? '') as Told;
    expect(fields.get('id')).toBe(event.id);
    expect(fields.get('event')).toBe(event.kind);
    return event;
  }

  test('the past, oldest first, then each as it comes; Last-Event-ID goes on behind it', async () => {
    const past = await events((told) => told.length >= 3);
    expect(past[0]?.text).toBe('m1 leads in epoch 1');
    const from = past[1]?.id ?? '';
    const later = events((told) => told.some(({ text }) => text === 'p2 is being drained'), from);
    await post('/latches', { ...good, target: 'p2' });
    const told = await later;
    await drop('/latches/p2');
    expect(told[0]?.id).toBe(past[2]?.id);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  });
});

describe('over loopback TCP', () => {
  test('reads only, and only for who asks for this machine', async () => {
    const server = await serveApi({
      monitor: leader,
      feed: bench.hub.open('small'),
      nowMs: Date.now,
      listen: { port: 0 },
    });
    servers.push(server);
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const status = (method: string, path: string, host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const asking = request(
          { host: '127.0.0.1', port, path, method, headers: { host } },
          (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        );
        asking.once('error', reject);
        asking.end();
      });
    expect(await status('GET', '/status', `127.0.0.1:${port}`)).toBe(200);
    expect(await status('GET', '/status', 'localhost')).toBe(200);
    expect(await status('GET', '/status', 'attacker.example')).toBe(403);
    for (const route of routes.filter(({ method }) => method !== 'get'))
      expect(
        await status(route.method.toUpperCase(), route.path.replace('*', ''), 'localhost'),
      ).toBe(404);
  });
});

test('the OpenAPI document lists every route, and is served', async () => {
  const { paths } = openApi();
  const listed = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  const wanted = routes.map(({ method, path }) => `${method} ${path.replace(/\*(\w+)$/, '{$1}')}`);
  expect(listed.sort()).toEqual([...wanted, 'get /events', 'get /openapi.json'].sort());
  for (const operations of Object.values(paths))
    for (const operation of Object.values(operations))
      expect(operation.summary).toMatch(/\.$|\}\.$/);
  expect((await ask('/openapi.json')).body as unknown as OpenApi).toEqual(
    JSON.parse(JSON.stringify(openApi())),
  );
});

test('nobody leads: not ready, and changes are refused for the moment', async () => {
  const alone = new Bench();
  alone.hub.setUp(false);
  const monitor = await alone.monitor('m1');
  alone.lines.get('m1')?.cut();
  const listen = { socket: socketOf('alone') };
  const server = await serveApi({ monitor, feed: monitor.feed, nowMs: Date.now, listen });
  servers.push(server);
  expectProblem(await ask('/readyz', { to: 'alone' }), 503, 'not-ready');
  expectProblem(await post('/latches', good, 'alone'), 503, 'no-leader');
  expectProblem(
    await post('/lock', { holder: 'ana', what: 'x', token: '0123456789abcdef' }, 'alone'),
    503,
    'unreachable',
  );
  expect((await ask('/livez', { to: 'alone' })).status).toBe(200);
  await alone.close();
});

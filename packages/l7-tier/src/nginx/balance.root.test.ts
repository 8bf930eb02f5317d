/** Which server a request gets: ways of balancing, weights, cookies and states, picked by the real nginx on a machine of its own. */
import { once } from 'node:events';
import type { Balance, ProxyLive, ProxyPool, ProxyState } from '@tricade/cluster';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { server } from '../testing/peers.ts';
import { type Sandbox, sandbox } from '../testing/sandbox.ts';
import { frontend, pool, proxy } from '../testing/states.ts';
import { nginxDriver as driver } from './driver.ts';

const vip = '203.0.113.10';
const at = { generation: 1, epoch: 1, revision: 1 };
const ports: Readonly<Record<string, number>> = {
  roundrobin: 81,
  leastconn: 82,
  random: 83,
  source: 84,
  cookie: 85,
  v6: 86,
};
const servers = [8_001, 8_002, 8_003].map((port) => ({
  name: `w${port - 8_000}`,
  address: '127.0.0.1',
  port,
  weight: 100,
}));
const ways: readonly Balance[] = ['roundrobin', 'leastconn', 'random', 'source'];
const pools: readonly ProxyPool[] = [
  ...ways.map((balance) => ({ ...pool(balance, []), balance, servers })),
  { ...pool('cookie', []), servers, stickiness: { kind: 'cookie', name: 'to' } },
  { ...pool('v6', []), servers: [{ name: 'w6', address: '::1', port: 8_006, weight: 100 }] },
];
const state: ProxyState = {
  ...proxy(
    pools.map((each) =>
      frontend(each.pool, [], { pool: each.pool, binds: [{ vip, port: ports[each.pool] ?? 0 }] }),
    ),
    pools,
  ),
  health: { addresses: ['127.0.0.21'], port: 9_000 },
};

let host: Sandbox;
beforeAll(async () => {
  host = await sandbox();
  await host.run(`ip addr add ${vip}/32 dev lo`);
  await Promise.all(servers.map(({ port, name }) => server(host, port, name)));
  const code =
    'require("http").createServer((_, answer) => answer.end("w6")).listen(8006, "::1", () => console.log("ready"))';
  const child = host.spawn(process.execPath, ['-e', code]);
  await once(child.stdout ?? child, 'data');
  await host.install(driver.render(state));
});
afterAll(() => host?.close());
beforeEach(() => steer({}));

async function steer(app: ProxyLive['pools'][string]): Promise<void> {
  const live = Object.fromEntries(pools.map((each) => [each.pool, app]));
  await driver.steer(host, state, { draining: false, pools: live }, at);
}

/** Answers to so many requests, each over a connection of its own, as counts by server. */
async function answers(way: string, count: number, options = ''): Promise<Record<string, number>> {
  const { stdout } = await host.run(
    `curl -s --noproxy '*' -m 5 -H 'Connection: close' ${options} 'http://${vip}:${ports[way]}/[1-${count}]'`,
  );
  const counts: Record<string, number> = {};
  for (const [name] of stdout.matchAll(/w\d/g)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

test.for(ways.filter((way) => way !== 'source'))(
  '%s: shares by weight, nothing to drained ones or those of weight 0',
  async (way) => {
    await steer({ w1: { state: 'ready', weight: 256 }, w2: { state: 'ready', weight: 20 } });
    const { w1 = 0, w2 = 0, w3 = 0 } = await answers(way, 280);
    expect(w1 + w2 + w3).toBe(280);
    expect([w1 > w3, w3 > w2, w2 > 0]).toEqual([true, true, true]);
    await steer({ w1: { state: 'drain', weight: 100 }, w2: { state: 'ready', weight: 0 } });
    expect(await answers(way, 20)).toEqual({ w3: 20 });
  },
);

test('source: a client stays, and a server that goes moves only its own clients', async () => {
  const clients = Array.from({ length: 12 }, (_, n) => `127.0.1.${n + 1}`);
  const placed = async () => {
    const found = await Promise.all(
      clients.map((client) => answers('source', 3, `--interface ${client}`)),
    );
    return found.map((counts) => Object.keys(counts).join());
  };
  const before = await placed();
  expect([...new Set(before)].sort()).toEqual(['w1', 'w2', 'w3']);
  await steer({ w2: { state: 'maint', weight: 100 } });
  const during = await placed();
  expect(during).not.toContain('w2');
  const others = (at: number) => before[at] !== 'w2';
  expect(during.filter((_, at) => others(at))).toEqual(before.filter((_, at) => others(at)));
  await steer({});
  expect(await placed()).toEqual(before);
});

test('a cookie keeps a client with a drained server, not with one in maintenance', async () => {
  const first = await answers('cookie', 1, '-c /run/jar');
  const [name = ''] = Object.keys(first);
  const again = () => answers('cookie', 5, '-b /run/jar -c /run/jar');
  expect(await again()).toEqual({ [name]: 5 });
  await steer({ [name]: { state: 'drain', weight: 100 } });
  expect(await again()).toEqual({ [name]: 5 });
  await steer({ [name]: { state: 'maint', weight: 100 } });
  const moved = await again();
  expect(moved[name]).toBeUndefined();
  expect(Object.values(moved)).toEqual([5]);
});

test('no server that takes requests: 503', async () => {
  const gone = { state: 'maint', weight: 100 } as const;
  await steer({ w1: gone, w2: gone, w3: gone });
  const { stdout } = await host.run(
    `curl -s --noproxy '*' -m 5 -o /dev/null -w '%{http_code}' http://${vip}:${ports['roundrobin']}/`,
  );
  expect(stdout).toBe('503');
});

test('a server of IPv6', async () => {
  expect(await answers('v6', 2)).toEqual({ w6: 2 });
});

test('more requests under way than the proxy takes: 503, and its health port answers', async () => {
  const silent = await server(host, 8_004, 'w4');
  const one = {
    ...state,
    pools: [
      {
        ...pool('v6', []),
        servers: [{ name: 'w4', address: '127.0.0.1', port: 8_004, weight: 100 }],
      },
    ],
    frontends: [frontend('v6', [], { pool: 'v6', binds: [{ vip, port: ports['v6'] ?? 0 }] })],
    maxConnections: 1,
  };
  await host.install(driver.render(one));
  await silent.freeze();
  const status = (url: string) =>
    host.run(`curl -s --noproxy '*' -m 2 -o /dev/null -w '%{http_code}' ${url}`);
  const waiting = status(`http://${vip}:${ports['v6']}/`);
  const held = async () => (await driver.sample(host, one)).flows?.['v6/w4'];
  await expect.poll(held).toBe(1);
  expect((await status(`http://${vip}:${ports['v6']}/`)).stdout).toBe('503');
  expect((await status('http://127.0.0.21:9000/healthz')).stdout).toBe('200');
  await waiting;
});

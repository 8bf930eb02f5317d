/** What clients feel: drains, reloads and dying servers under requests, with the real nginx on a machine of its own. */
import type { ProxyLive, ProxyState } from '@tricade/cluster';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { load, server } from '../testing/peers.ts';
import { type Sandbox, sandbox } from '../testing/sandbox.ts';
import { frontend, pool, proxy } from '../testing/states.ts';
import { proxyDigest } from '../wanted-servers.ts';
import { nginxDriver as driver } from './driver.ts';

const vip = '203.0.113.10';
const at = { generation: 1, epoch: 1, revision: 1 };
const serverAt = (port: number) => ({
  name: `w${port - 8_000}`,
  address: '127.0.0.1',
  port,
  weight: 100,
});
const state: ProxyState = {
  ...proxy(
    [
      frontend('web', [vip]),
      frontend('all', [], {
        listen: 'transparent',
        binds: [{ vip: '198.51.100.0/24', port: 8_000 }],
      }),
    ],
    [{ ...pool('app', []), servers: [serverAt(8_001), serverAt(8_002)] }],
  ),
  health: { addresses: ['127.0.0.21'], port: 9_000 },
};
const withThird: ProxyState = {
  ...state,
  pools: [{ ...pool('app', []), servers: [serverAt(8_001), serverAt(8_002), serverAt(8_003)] }],
};
const calm: ProxyLive = { draining: false, pools: {} };
const liveOf = (
  states: Readonly<Record<string, 'ready' | 'drain' | 'maint' | 'dead'>>,
): ProxyLive => ({
  draining: false,
  pools: {
    app: Object.fromEntries(
      Object.entries(states).map(([name, word]) => [name, { state: word, weight: 100 }]),
    ),
  },
});
const web = { address: vip, port: 80, connections: 8 };

let host: Sandbox;
const steer = (live: ProxyLive, of = state) => driver.steer(host, of, live, at);
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const get = async (url: string) => {
  const { stdout } = await host.run(`curl -s --noproxy '*' -m 3 -w '%{http_code}' ${url}`);
  return stdout;
};

beforeEach(async () => {
  host = await sandbox();
  await host.run(`ip addr add ${vip}/32 dev lo; ip route add local 198.51.100.0/24 dev lo`);
  await Promise.all([server(host, 8_001, 'w1'), server(host, 8_002, 'w2')]);
  await host.install(driver.render(state));
});
afterEach(() => host.close());

/** Waits until the load has gone through the proxy for a while: requests counted by the proxy itself. */
async function untilServed(more: number): Promise<void> {
  const served = async () => (await driver.sample(host, state)).counters?.['app/w2'] ?? 0;
  const goal = (await served()) + more;
  const deadline = Date.now() + 30_000;
  while ((await served()) < goal) {
    if (Date.now() > deadline) throw new Error('no requests');
    await after(10);
  }
}

describe('a server', () => {
  test('drained: no new request after some milliseconds, what it has under way goes on', async () => {
    await steer(calm);
    const running = await load(host, { ...web, keepAlive: true });
    await untilServed(100);
    const saidMs = Date.now();
    expect(await steer(liveOf({ w1: 'drain' }))).toBe(proxyDigest(state, liveOf({ w1: 'drain' })));
    const tookMs = Date.now() - saidMs;
    await untilServed(200);
    const result = await running.end();
    const lateMs = (result.lastSentMs.w1 ?? 0) - saidMs;
    console.info(
      `drain: acked after ${tookMs} ms, last new request ${lateMs} ms after it was said`,
    );
    expect(result.failures).toEqual([]);
    expect(result.byServer.w1).toBeGreaterThan(10);
    expect(lateMs).toBeLessThan(100);
    expect((await driver.sample(host, state)).flows).toEqual({ 'app/w1': 0, 'app/w2': 0 });
  });

  test('killed: only what it was answering is lost, before anybody’s verdict', async () => {
    const third = await server(host, 8_003, 'w3');
    await host.install(driver.render(withThird));
    const running = await load(host, { ...web, keepAlive: true });
    await untilServed(100);
    await third.kill();
    await untilServed(300);
    const { errors } = await driver.sample(host, withThird);
    const result = await running.end();
    expect(result.byServer.w3).toBeGreaterThan(10);
    console.info(`server killed: ${result.failures.length} of ${result.requests} requests failed`);
    expect(result.failures).toEqual([]);
    expect(errors?.['app/w3']).toBeGreaterThan(10);
    expect(errors?.['app/w2']).toBe(0);
  });

  test('dead: what waits for its answer is asked of another at once', async () => {
    const silent = await server(host, 8_003, 'w3');
    await host.install(driver.render(withThird));
    await steer(liveOf({ w1: 'maint', w2: 'maint' }), withThird);
    await silent.freeze();
    const waiting = get(`http://${vip}/`);
    const held = async () => (await driver.sample(host, withThird)).flows?.['app/w3'];
    await expect.poll(held, { timeout: 3_000 }).toBe(1);
    const saidMs = Date.now();
    const live = liveOf({ w2: 'maint', w3: 'dead' });
    expect(await steer(live, withThird)).toBe(proxyDigest(withThird, live));
    expect(await waiting).toBe('w1200');
    expect(Date.now() - saidMs).toBeLessThan(1_000);
    await expect.poll(held, { timeout: 1_000 }).toBe(0);
    expect(await steer(live, withThird)).toBe(proxyDigest(withThird, live));
  });
});

describe('the proxy', () => {
  test('drained: clients are told to close, new ones are still served, its health stays good', async () => {
    await steer({ ...calm, draining: true });
    const running = await load(host, { ...web, keepAlive: true });
    await untilServed(50);
    const result = await running.end();
    expect(result.failures).toEqual([]);
    expect(result.closes).toBe(result.requests);
    expect(await get('http://127.0.0.21:9000/healthz')).toMatch(/200$/);
    await steer(calm);
    const again = await load(host, { ...web, keepAlive: true });
    await untilServed(50);
    expect((await again.end()).closes).toBe(0);
  });

  test.for([true, false])(
    'reloaded under requests (keep-alive %s): none is lost, drains survive',
    async (keepAlive) => {
      const acked = await steer(liveOf({ w1: 'drain' }));
      const running = await load(host, { ...web, keepAlive });
      const startedMs = performance.now();
      for (let round = 0; round < 5; round += 1) {
        await untilServed(100);
        await host.install(driver.render(state));
      }
      await untilServed(100);
      const result = await running.end();
      const rate = (1_000 * result.requests) / (performance.now() - startedMs);
      const each = `${keepAlive ? 'requests' : 'connections'} (${rate.toFixed(0)} a second)`;
      console.info(
        `reloads: 5 under ${result.requests} ${each}, ${result.failures.length} failures`,
      );
      expect(result.failures).toEqual([]);
      expect(Object.keys(result.byServer)).toEqual(['w2']);
      expect(await steer(liveOf({ w1: 'drain' }))).toBe(acked);
    },
  );

  test('started again: drains survive', async () => {
    await steer(liveOf({ w1: 'drain' }));
    await host.run(
      'systemctl stop tricade-nginx.service; while ss -Htln sport = :80 | grep -q .; do sleep 0.02; done',
    );
    expect((await driver.observe(host, state)).running).toBe(false);
    await expect(steer(liveOf({ w2: 'drain' }))).rejects.toMatchObject({ code: 'TRI-H010' });
    await host.install(driver.render(state));
    const answers = await Promise.all([1, 2, 3, 4].map(() => get(`http://${vip}/`)));
    expect(answers).toEqual(Array(4).fill('w1200'));
  });

  test('counts what a replaced worker still holds', async () => {
    const silent = await server(host, 8_003, 'w3');
    await host.install(driver.render(withThird));
    await steer(liveOf({ w1: 'maint', w2: 'maint' }), withThird);
    await silent.freeze();
    const waiting = get(`http://${vip}/`);
    const sample = () => driver.sample(host, withThird);
    await expect.poll(async () => (await sample()).flows?.['app/w3']).toBe(1);
    await host.install(driver.render(withThird));
    const { flows, ownedSockets } = await sample();
    expect([flows?.['app/w3'], ownedSockets]).toEqual([1, 1]);
    expect((await driver.observe(host, withThird)).notes).toContain(
      'replaced workers that finish their connections: 1',
    );
    await waiting;
  });

  test('a file that passes the check but cannot start: refused, the old one goes on', async () => {
    await server(host, 8_080, 'in-the-way');
    const binds = [{ vip: '0.0.0.0', port: 8_080 }];
    const clash = { ...state, frontends: [...state.frontends, frontend('clash', [], { binds })] };
    await expect(host.install(driver.render(clash))).rejects.toThrow(
      /did not take the new file; the old workers go on: bind\(\) to 0.0.0.0:8080 failed/,
    );
    expect(await get(`http://${vip}/`)).toMatch(/^w[12]200$/);
  });

  test('serves a prefix that is configured nowhere, and only that', async () => {
    expect(await get('http://198.51.100.77:8000/')).toMatch(/^w[12]200$/);
    expect(await get('http://127.0.0.1:8000/')).toBe('000');
  });
});

test('steering 1,000 servers, beside a reload', async () => {
  const more = Array.from({ length: 100 }, (_, n) =>
    pool(
      `p${n}`,
      Array.from({ length: 10 }, (_, m) => `127.1.${n}.${m + 1}`),
    ),
  );
  const many = { ...state, pools: [...state.pools, ...more] };
  await host.install(driver.render(many));
  const all = (word: 'drain' | 'ready'): ProxyLive => ({
    draining: false,
    pools: Object.fromEntries(
      many.pools.map((each) => [
        each.pool,
        Object.fromEntries(each.servers.map(({ name, weight }) => [name, { state: word, weight }])),
      ]),
    ),
  });
  const timed = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return (performance.now() - started).toFixed(0);
  };
  const steered = (live: ProxyLive) =>
    timed(async () => expect(await steer(live, many)).toBe(proxyDigest(many, live)));
  await steered(all('ready'));
  const whole = await steered(all('drain'));
  const one = await steered({ ...all('drain'), draining: true });
  const reload = await timed(() => host.run(driver.render(many).activate.join('\n')));
  console.info(`1,002 servers: all changed ${whole} ms, one ${one} ms; a reload ${reload} ms`);
});

/** What clients feel: drains, reloads and dying servers under requests, with the real HAProxy on a machine of its own. */
import type { ProxyLive, ProxyState } from '@tricade/cluster';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hold, load, server } from '../testing/peers.ts';
import { type Sandbox, sandbox } from '../testing/sandbox.ts';
import { frontend, pool, proxy } from '../testing/states.ts';
import { proxyDigest } from '../wanted-servers.ts';
import { haproxyDriver as driver } from './driver.ts';

const vip = '203.0.113.10';
const at = { generation: 1, epoch: 1, revision: 1 };
const servers = [8_001, 8_002].map((port, n) => ({
  name: `w${n + 1}`,
  address: '127.0.0.1',
  port,
  weight: 100,
}));
const app = { ...pool('app', []), servers };
const mail = {
  ...pool('mail', [], { protocol: 'tcp' }),
  servers: [{ name: 'm1', address: '127.0.0.1', port: 8_025, weight: 100 }],
};
const state: ProxyState = {
  ...proxy(
    [
      frontend('web', [vip]),
      frontend('mail', [], { protocol: 'tcp', pool: 'mail', binds: [{ vip, port: 25 }] }),
      frontend('all', [], {
        listen: 'transparent',
        binds: [{ vip: '198.51.100.0/24', port: 8_000 }],
      }),
    ],
    [app, mail],
  ),
  health: { addresses: ['127.0.0.21'], port: 9_000 },
};
const calm: ProxyLive = { draining: false, pools: {} };
const drainOf = (name: string): ProxyLive => ({
  draining: false,
  pools: { app: { [name]: { state: 'drain', weight: 100 } } },
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
  await Promise.all([
    server(host, 8_001, 'w1'),
    server(host, 8_002, 'w2'),
    server(host, 8_025, 'echo'),
  ]);
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
  test('drained: no new request after some milliseconds, its connections stay', async () => {
    const mailing = await hold(host, vip, 25);
    await mailing.echo('before');
    await steer(calm);
    const running = await load(host, { ...web, keepAlive: true });
    await untilServed(100);
    const live: ProxyLive = {
      ...drainOf('w1'),
      pools: { ...drainOf('w1').pools, mail: { m1: { state: 'drain', weight: 100 } } },
    };
    const saidMs = Date.now();
    expect(await steer(live)).toBe(proxyDigest(state, live));
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
    await mailing.echo('after');
    expect((await driver.sample(host, state)).flows).toEqual({
      'app/w1': 0,
      'app/w2': 0,
      'mail/m1': 1,
    });
    await mailing.close();
  });

  test('killed: only what it was answering is lost, before anybody’s verdict', async () => {
    const first = await server(host, 8_003, 'w3');
    const more = {
      ...state,
      pools: [
        {
          ...app,
          servers: [
            ...servers,
            { ...servers[0], name: 'w3', port: 8_003 } as (typeof servers)[number],
          ],
        },
        mail,
      ],
    };
    await host.install(driver.render(more));
    const running = await load(host, { ...web, keepAlive: true });
    await untilServed(100);
    await first.kill();
    await untilServed(300);
    const { errors } = await driver.sample(host, more);
    const result = await running.end();
    expect(result.byServer.w3).toBeGreaterThan(10);
    console.info(`server killed: ${result.failures.length} of ${result.requests} requests failed`);
    expect(result.failures.length).toBeLessThanOrEqual(web.connections);
    expect(errors?.['app/w3']).toBeGreaterThan(10);
    expect(errors?.['app/w2']).toBe(0);
  });

  test('dead: what waits for its answer ends at once, what others answer goes on', async () => {
    const silent = await server(host, 8_003, 'w3');
    const w3 = { name: 'w3', address: '127.0.0.1', port: 8_003, weight: 100 };
    const more = { ...state, pools: [{ ...app, servers: [...servers, w3] }, mail] };
    await host.install(driver.render(more));
    const only = (name: string): ProxyLive['pools'] => ({
      app: Object.fromEntries(
        [...servers, w3].map((each) => [
          each.name,
          { state: each.name === name ? 'ready' : 'maint', weight: 100 },
        ]),
      ),
    });
    await steer({ draining: false, pools: only('w3') }, more);
    const mailing = await hold(host, vip, 25);
    await mailing.echo('before');
    await silent.freeze();
    const waiting = get(`http://${vip}/`);
    const held = async () => (await driver.sample(host, more)).flows?.['app/w3'];
    await expect.poll(held, { timeout: 3_000 }).toBe(1);
    const saidMs = Date.now();
    const { app: others } = only('w1');
    const live: ProxyLive = {
      draining: false,
      pools: { app: { ...others, w3: { state: 'dead', weight: 100 } } },
    };
    expect(await steer(live, more)).toBe(proxyDigest(more, live));
    expect(await waiting).toMatch(/^(.*50[23]|000)$/s);
    expect(Date.now() - saidMs).toBeLessThan(1_000);
    expect(await held()).toBe(0);
    await mailing.echo('after');
    await mailing.close();
    expect(await get(`http://${vip}/`)).toBe('w1200');
    expect(await steer(live, more)).toBe(proxyDigest(more, live));
  });

  test('on another port in a new generation: reached there, though the live file says otherwise', async () => {
    await steer(drainOf('w1'));
    await server(host, 8_012, 'moved');
    const moved = {
      ...state,
      pools: [
        {
          ...app,
          servers: servers.map((each) => (each.name === 'w2' ? { ...each, port: 8_012 } : each)),
        },
        mail,
      ],
    };
    await host.install(driver.render(moved));
    expect(await get(`http://${vip}/`)).toBe('moved200');
    expect(await driver.steer(host, moved, drainOf('w1'), at)).toBe(
      proxyDigest(moved, drainOf('w1')),
    );
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
      const acked = await steer(drainOf('w1'));
      const running = await load(host, { ...web, keepAlive });
      for (let round = 0; round < 5; round += 1) {
        await untilServed(100);
        await host.install(driver.render(state));
      }
      await untilServed(100);
      const result = await running.end();
      console.info(
        `reloads: 5 under ${result.requests} requests, ${result.failures.length} failures`,
      );
      expect(result.failures).toEqual([]);
      expect(Object.keys(result.byServer)).toEqual(['w2']);
      expect(await steer(drainOf('w1'))).toBe(acked);
    },
  );

  test('started again: drains survive', async () => {
    await steer(drainOf('w1'));
    await host.run(
      'systemctl stop tricade-proxy.service; while ss -Htln sport = :80 | grep -q .; do sleep 0.02; done',
    );
    expect((await driver.observe(host, state)).running).toBe(false);
    await expect(steer(drainOf('w2'))).rejects.toMatchObject({ code: 'TRI-H010' });
    await host.install(driver.render(state));
    const answers = await Promise.all([1, 2, 3, 4].map(() => get(`http://${vip}/`)));
    expect(answers).toEqual(Array(4).fill('w1200'));
  });

  test('counts what a replaced worker still holds', async () => {
    const mailing = await hold(host, vip, 25);
    await mailing.echo('before');
    await host.install(driver.render(state));
    await mailing.echo('after');
    const { flows, ownedSockets } = await driver.sample(host, state);
    expect([flows?.['mail/m1'], ownedSockets]).toEqual([1, 1]);
    await mailing.close();
  });

  test('a file that passes the check but cannot start: refused, the old one goes on', async () => {
    await server(host, 8_080, 'in-the-way');
    const binds = [{ vip: '0.0.0.0', port: 8_080 }];
    const clash = { ...state, frontends: [...state.frontends, frontend('clash', [], { binds })] };
    await expect(host.install(driver.render(clash))).rejects.toThrow(/could not start a worker/);
    expect(await get(`http://${vip}/`)).toMatch(/^w[12]200$/);
    expect((await driver.observe(host, state)).notes.join()).toMatch(/the last 1 reloads failed/);
  });

  test('serves a prefix that is configured nowhere, and only that', async () => {
    expect(await get('http://198.51.100.77:8000/')).toMatch(/^w[12]200$/);
    expect(await get('http://127.0.0.1:8000/')).toBe('000');
  });
});

test('steering 1,000 servers', async () => {
  const many = {
    ...state,
    pools: [
      app,
      mail,
      ...Array.from({ length: 100 }, (_, n) =>
        pool(
          `p${n}`,
          Array.from({ length: 10 }, (_, m) => `127.1.${n}.${m + 1}`),
        ),
      ),
    ],
  };
  await host.install(driver.render(many));
  const all = (kind: 'drain' | 'ready'): ProxyLive => ({
    draining: false,
    pools: Object.fromEntries(
      many.pools.map((each) => [
        each.pool,
        Object.fromEntries(each.servers.map(({ name, weight }) => [name, { state: kind, weight }])),
      ]),
    ),
  });
  await driver.steer(host, many, all('ready'), at);
  const timed = async (live: ProxyLive) => {
    const started = performance.now();
    expect(await driver.steer(host, many, live, at)).toBe(proxyDigest(many, live));
    return (performance.now() - started).toFixed(1);
  };
  const [whole, none] = [await timed(all('drain')), await timed(all('drain'))];
  const one = await timed({ ...all('drain'), draining: true });
  console.info(
    `1,003 servers: all changed ${whole} ms, nothing changed ${none} ms, one changed ${one} ms`,
  );
});

/** Proxy states for tests. */
import {
  type Check,
  type ProxyFrontend,
  type ProxyPool,
  type ProxyState,
  proxyTimeouts,
} from '@tricade/cluster';

const check: Check = {
  kind: 'http',
  target: '/',
  statuses: [[200, 399]],
  intervalMs: 2_000,
  fastIntervalMs: 500,
  downIntervalMs: 5_000,
  timeoutMs: 1_000,
  rise: 2,
  fall: 3,
};

export function pool(
  name: string,
  addresses: readonly string[],
  more: Partial<ProxyPool> = {},
): ProxyPool {
  const servers = addresses.map((address, at) => ({
    name: `w${at + 1}`,
    address,
    port: 8080,
    weight: 100,
  }));
  return {
    pool: name,
    balance: 'roundrobin',
    protocol: 'http',
    servers,
    check,
    stickiness: { kind: 'none' },
    ...more,
  };
}

export function frontend(
  service: string,
  vips: readonly string[],
  more: Partial<ProxyFrontend> = {},
): ProxyFrontend {
  const binds = vips.map((vip) => ({ vip, port: 80 }));
  return {
    service,
    mode: 'reverse-proxy',
    protocol: 'http',
    listen: 'configured',
    binds,
    pool: 'app',
    ...more,
  };
}

export function proxy(
  frontends: readonly ProxyFrontend[],
  pools: readonly ProxyPool[],
): ProxyState {
  const health = { addresses: ['192.0.2.21'], port: 9_000 };
  return { node: 'p1', health, frontends, pools, maxConnections: 2_000, timeouts: proxyTimeouts };
}

const v4 = ['192.0.2.31', '192.0.2.32', '192.0.2.33'];
const v6 = ['2001:db8::31', '2001:db8::32'];

/** Golden cases: name → state. */
export const states: Readonly<Record<string, ProxyState>> = {
  http: proxy([frontend('web', ['203.0.113.10'])], [pool('app', v4)]),
  'http-two-families': proxy(
    [frontend('web', ['203.0.113.10', '2001:db8::10'])],
    [pool('app', [...v4, ...v6], { balance: 'leastconn' })],
  ),
  tcp: proxy(
    [
      frontend('mail', ['203.0.113.11'], {
        protocol: 'tcp',
        pool: 'mail',
        binds: [{ vip: '203.0.113.11', port: 25 }],
      }),
    ],
    [pool('mail', v4, { protocol: 'tcp', balance: 'random' })],
  ),
  cookie: proxy(
    [frontend('web', ['203.0.113.10'])],
    [pool('app', v4, { stickiness: { kind: 'cookie', name: 'app_server' } })],
  ),
  source: proxy(
    [frontend('web', ['203.0.113.10'])],
    [pool('app', v4, { stickiness: { kind: 'source' } })],
  ),
  vipless: proxy(
    [
      frontend('web', ['203.0.113.10/32', '2001:db8:1::/64'], { listen: 'transparent' }),
      frontend('all', ['198.51.100.0/24', '203.0.113.20'], {
        listen: 'transparent',
        binds: [
          { vip: '198.51.100.0/24', port: 8000 },
          { vip: '203.0.113.20', port: 8000 },
        ],
      }),
    ],
    [pool('app', v4)],
  ),
  'many-services': proxy(
    ['a', 'b', 'c', 'd'].map((name, at) =>
      frontend(name, [`203.0.113.${at + 1}`], { pool: `app-${name}` }),
    ),
    ['a', 'b', 'c', 'd'].map((name, at) =>
      pool(
        `app-${name}`,
        Array.from({ length: 25 }, (_, n) => `192.0.2.${at * 30 + n + 1}`),
      ),
    ),
  ),
  patient: {
    ...proxy([frontend('web', ['203.0.113.10'])], [pool('app', v4)]),
    maxConnections: 50_000,
    timeouts: {
      connectMs: 1_500,
      queueMs: 30_000,
      requestMs: 5_000,
      keepAliveMs: 250,
      clientMs: 90_000,
      serverMs: 300_000,
      tunnelMs: 24 * 3_600_000,
      closeMs: 1_000,
    },
  },
  'no-servers': proxy([frontend('web', ['203.0.113.10'])], [pool('app', [])]),
};

/** So many services of three servers each. */
export function manyServices(count: number): ProxyState {
  const names = Array.from({ length: count }, (_, at) => `s${at}`);
  const address = (at: number) => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
  return proxy(
    names.map((name, at) => frontend(name, [address(at)], { pool: name })),
    names.map((name, at) =>
      pool(name, [address(3 * at), address(3 * at + 1), address(3 * at + 2)]),
    ),
  );
}

/** What the driver contract is held against: the same proxies for each driver. */
import type { ProxyLive, ProxyPool, ProxyState } from '@tricade/cluster';
import type { DriverCase, Ground } from '@tricade/cluster/testing';
import { sandbox } from './sandbox.ts';
import { frontend, pool, proxy } from './states.ts';

const addresses = ['127.0.0.31', '127.0.0.32', '127.0.0.33'];
const all: ProxyLive = { draining: false, pools: {} };
const changed: ProxyLive = {
  draining: true,
  pools: {
    app: {
      w1: { state: 'drain', weight: 100 },
      w2: { state: 'maint', weight: 10 },
      w3: { state: 'ready', weight: 256 },
    },
  },
};

/** A proxy of one service with three servers, for the driver contract. `spoils`: how the name of the file ends that one line spoils. */
function caseOf(name: string, app: ProxyPool, spoils: string): DriverCase<ProxyState, ProxyLive> {
  const vips = ['203.0.113.10', ...(name === 'http' ? ['2001:db8::10'] : [])];
  const health = { addresses: ['127.0.0.21'], port: 9_000 };
  const state = { ...proxy([frontend('web', vips, { protocol: app.protocol })], [app]), health };
  const without = {
    ...state,
    pools: [{ ...app, servers: app.servers.filter(({ name: server }) => server !== 'w2') }],
  };
  return {
    name,
    state,
    live: all,
    changed,
    without: { state: without, live: changed, words: ['127.0.0.32'], follows: /LimitNOFILE=/ },
    spoil: (bundle) => ({
      ...bundle,
      files: bundle.files.map((file) =>
        'text' in file.content && file.path.endsWith(spoils)
          ? { ...file, content: { text: `${file.content.text}bogus\n` } }
          : file,
      ),
    }),
  };
}

/** Services of HTTP, with and without a cookie. `spoils`: how the name of the file ends that one line spoils. */
export function httpCases(spoils: string): readonly DriverCase<ProxyState, ProxyLive>[] {
  const stickiness = { kind: 'cookie', name: 'server' } as const;
  return [
    caseOf('http', pool('app', addresses), spoils),
    caseOf('cookie', pool('app', addresses, { stickiness }), spoils),
  ];
}

/** A service of TCP; as `httpCases`. */
export function tcpCase(spoils: string): DriverCase<ProxyState, ProxyLive> {
  return caseOf('tcp', pool('app', addresses, { protocol: 'tcp' }), spoils);
}

/** A machine of its own for each case. */
export async function proxyGround(): Promise<Ground> {
  const host = await sandbox();
  return {
    host,
    install: (_, bundle) => host.install(bundle),
    files: () => host.files(),
    close: () => host.close(),
  };
}

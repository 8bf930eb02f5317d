/** The driver's promises, kept by the real nginx on a machine of its own. */
import type { ProxyLive, ProxyPool, ProxyState } from '@tricade/cluster';
import { type DriverCase, driverContract, type Ground } from '@tricade/cluster/testing';
import { frontend, pool, proxy } from '../haproxy/testing/states.ts';
import { sandbox } from '../testing/sandbox.ts';
import { nginxDriver } from './driver.ts';

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

function caseOf(
  name: string,
  app: ProxyPool,
  vips: readonly string[],
): DriverCase<ProxyState, ProxyLive> {
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
        'text' in file.content && file.path.endsWith('.conf')
          ? { ...file, content: { text: `${file.content.text}bogus\n` } }
          : file,
      ),
    }),
  };
}

async function makeGround(): Promise<Ground> {
  const host = await sandbox();
  return {
    host,
    install: (_, bundle) => host.install(bundle),
    files: () => host.files(),
    close: () => host.close(),
  };
}

driverContract(
  nginxDriver,
  [
    caseOf('http', pool('app', addresses), ['203.0.113.10', '2001:db8::10']),
    caseOf('cookie', pool('app', addresses, { stickiness: { kind: 'cookie', name: 'server' } }), [
      '203.0.113.10',
    ]),
  ],
  makeGround,
);

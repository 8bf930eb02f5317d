import type { ProxyLive, ProxyState } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { states } from '../testing/states.ts';
import { deadServers, foundDigest, proxyDigest, wantedServers } from '../wanted-servers.ts';
import { difference, liveFile, parseServers } from './servers.ts';

const state = states.http as ProxyState;
const live: ProxyLive = {
  draining: true,
  pools: {
    app: { w1: { state: 'drain', weight: 100 }, w2: { state: 'maint', weight: 30 } },
    gone: { x: { state: 'maint', weight: 1 } },
  },
};
const none: ProxyLive = { draining: false, pools: {} };
const wanted = wantedServers(state, live);

test('servers that the live state does not know are ready, others unknown to the state are left out', () => {
  expect([...wanted].map(([key, { state: now, weight }]) => `${key} ${now} ${weight}`)).toEqual([
    '_proxy/serving maint 1',
    'app/w1 drain 100',
    'app/w2 maint 30',
    'app/w3 ready 100',
  ]);
});

test('the live file says what is wanted, in HAProxy’s own words', () => {
  const found = parseServers(liveFile(wanted));
  expect(found && difference(wanted, found)).toEqual({ commands: [], missing: [] });
  expect(found && foundDigest(wanted, found)).toBe(proxyDigest(state, live));
});

describe('what differs', () => {
  const fresh = parseServers(liveFile(wantedServers(state, none))) ?? new Map();
  test('only that is said', () => {
    expect(difference(wanted, fresh)).toEqual({
      commands: [
        'set server _proxy/serving state maint',
        'set server app/w1 state drain',
        'set server app/w2 weight 30',
        'set server app/w2 state maint',
      ],
      missing: [],
    });
  });
  test('a port of an older generation is set right', () => {
    const old = new Map(fresh).set('app/w3', {
      state: 'ready',
      weight: 100,
      address: '192.0.2.33',
      port: 1,
    });
    expect(difference(wantedServers(state, none), old).commands).toEqual([
      'set server app/w3 addr 192.0.2.33 port 8080',
    ]);
  });
  test('a server that does not run is missing', () => {
    const less = new Map([...fresh].filter(([key]) => key !== 'app/w3'));
    expect(difference(wanted, less).missing).toEqual(['app/w3']);
    expect(foundDigest(wanted, less)).not.toBe(proxyDigest(state, live));
  });
});

describe('a dead server', () => {
  const dead: ProxyLive = {
    draining: false,
    pools: { app: { w1: { state: 'dead', weight: 100 }, w2: { state: 'maint', weight: 100 } } },
  };
  const gone = wantedServers(state, dead);
  test('is one in maintenance whose sessions are ended', () => {
    const fresh = parseServers(liveFile(wantedServers(state, none))) ?? new Map();
    expect(difference(gone, fresh).commands).toContain('set server app/w1 state maint');
    expect([...deadServers(gone)]).toEqual(['app/w1']);
    expect([...deadServers(wanted)]).toEqual([]);
  });
  test('differs from one in maintenance, so it is steered when it dies later', () => {
    const kept = { ...dead.pools['app'], w1: { state: 'maint', weight: 100 } as const };
    const maint: ProxyLive = { ...dead, pools: { app: kept } };
    expect(proxyDigest(state, dead)).not.toBe(proxyDigest(state, maint));
    const found = parseServers(liveFile(gone));
    expect(found && difference(gone, found).commands).toEqual([]);
    expect(found && foundDigest(gone, found)).toBe(proxyDigest(state, dead));
    expect(found && foundDigest(wantedServers(state, maint), found)).toBe(
      proxyDigest(state, maint),
    );
  });
});

describe('digests', () => {
  const cases: [string, ProxyLive, boolean][] = [
    ['the same', live, true],
    ['not draining', { ...live, draining: false }, false],
    [
      'another weight',
      { ...live, pools: { app: { ...live.pools.app, w2: { state: 'maint', weight: 31 } } } },
      false,
    ],
    [
      'another state',
      { ...live, pools: { app: { ...live.pools.app, w2: { state: 'ready', weight: 30 } } } },
      false,
    ],
    ['a pool that the state does not have', { ...live, pools: { ...live.pools, other: {} } }, true],
  ];
  test.for(cases)('%s', ([, other, isSame]) => {
    expect(proxyDigest(state, other) === proxyDigest(state, live)).toBe(isSame);
  });
});

test.for(['', '2\n', '1\n# x\n3 app 1 w1 192.0.2.1 2 0\n', 'Unknown command'])(
  'no list of servers: %j',
  (text) => {
    expect(parseServers(text)).toBeUndefined();
  },
);

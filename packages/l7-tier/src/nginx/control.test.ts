import type { ProxyLive, ProxyState } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { states } from '../testing/states.ts';
import { foundDigest, proxyDigest, wantedServers } from '../wanted-servers.ts';
import { parseCounts, parseState } from './control.ts';
import { liveFile } from './steer.ts';

const state = states['http'] as ProxyState;
const live: ProxyLive = {
  draining: true,
  pools: { app: { w1: { state: 'drain', weight: 100 }, w2: { state: 'dead', weight: 30 } } },
};
const wanted = wantedServers(state, live);
const head = `nginx 1022001 cycle 3 exiting 0 old 2 pools ${'0123456789abcdef'.repeat(2)}\n`;

test('the live file names every server as it is wanted', () => {
  expect(liveFile(wanted)).toBe(
    'proxy draining\nserver app w1 drain 100\nserver app w2 dead 30\nserver app w3 ready 100\n',
  );
});

test('what nginx says of it after it has read it has the digest that is wanted', () => {
  const running = parseState(head + liveFile(wanted));
  expect(running).toMatchObject({ version: '1.22.1', exiting: false, oldWorkers: 2 });
  expect(running && foundDigest(wanted, running.servers)).toBe(proxyDigest(state, live));
});

test.for([
  '',
  head,
  `${head}proxy asleep\n`,
  `${head}proxy serving\nserver app w1 gone 100\n`,
  `${head}proxy serving\nserver app w1 ready\n`,
  '<html><head><title>404 Not Found</title></head>\n',
])('no state: %j', (text) => {
  expect(parseState(text)).toBeUndefined();
});

test('counts are whole; what a worker took with it when it died is not below zero', () => {
  expect([...parseCounts('app/w1 3 120 0\napp/w2 -1 7 4\nnonsense\n')]).toEqual([
    ['app/w1', { now: 3, all: 120, errors: 0 }],
    ['app/w2', { now: 0, all: 7, errors: 4 }],
  ]);
});

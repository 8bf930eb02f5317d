import type { ProxyState } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { consecutiveErrors, ownedOf } from './sample.ts';
import { parseInfo, parseStat, parseWorkers, type ServerStat } from './show.ts';
import { states } from './testing/states.ts';

test('workers of a master', () => {
  const text = `#<PID>          <type>          <reloads>       <uptime>        <version>
25206           master          9 [failed: 2]   0d00h02m25s     2.6.12-1+deb12u4
# workers
26764           worker          0               0d00h00m01s     2.6.12-1+deb12u4
# old workers
26727           worker          1               0d00h00m03s     2.6.12-1+deb12u4
26700           worker          2               0d00h00m09s     2.6.12-1+deb12u4
# programs

`;
  expect(parseWorkers(text)).toEqual({ current: [26764], old: [26727, 26700], failedReloads: 2 });
  expect(parseWorkers('')).toEqual({ current: [], old: [], failedReloads: 0 });
});

test('info', () => {
  expect(parseInfo('Name: HAProxy\nStopping: 0\nrelease_date: 2026/10/17: x\n\n')).toEqual({
    Name: 'HAProxy',
    Stopping: '0',
    release_date: '2026/10/17: x',
  });
});

test('counters by column name', () => {
  const text = `# pxname,svname,scur,stot,econ,eresp,wretr,wredis,status,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,connect,
app,w1,3,50,1,2,4,8,no check,0,20,1,2,16,40,
mail,w1,1,9,2,0,0,0,no check,,,,,,9,

`;
  expect([...parseStat(text)]).toEqual([
    ['app/w1', { sessions: 3, allSessions: 50, failures: 31, successes: 23 }],
    ['mail/w1', { sessions: 1, allSessions: 9, failures: 2, successes: 7 }],
  ]);
});

describe('errors in a row', () => {
  const stats = (failures: number, successes: number) =>
    new Map<string, ServerStat>([['app/w1', { sessions: 0, allSessions: 0, failures, successes }]]);
  const before = { stats: stats(10, 10), errors: { 'app/w1': 4 } };
  const cases: [string, Parameters<typeof consecutiveErrors>, number][] = [
    ['nothing new', [before, stats(10, 10)], 4],
    ['three more', [before, stats(13, 10)], 7],
    ['an answer between', [before, stats(13, 11)], 0],
    ['a new worker', [undefined, stats(3, 0)], 3],
    ['a new worker with answers', [undefined, stats(3, 9)], 0],
  ];
  test.for(cases)('%s', ([, [then, now], want]) =>
    expect(consecutiveErrors(then, now)).toEqual({ 'app/w1': want }),
  );
});

test('sockets of the VIPs', () => {
  const text = `3 203.0.113.10:80
4 203.0.113.10:8080
5 192.0.2.21:80
6 [2001:db8:1::7]:80
7 [2001:db8:2::7]:80
8 198.51.100.9:8000
`;
  expect(ownedOf(text, states.http as ProxyState)).toBe(3);
  expect(ownedOf(text, states.vipless as ProxyState)).toBe(3 + 6 + 8);
});

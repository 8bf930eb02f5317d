import type { ProxyState } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { ownedOf } from '../owned-sockets.ts';
import { states } from '../testing/states.ts';
import { consecutiveErrors } from './sample.ts';
import { connectedSessions, parseInfo, parseStat, parseWorkers, type ServerStat } from './show.ts';

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

test('sessions that wait for an answer of a server, not those that still connect to it', () => {
  const text = `0x55916d572cc0: proto=tcpv4 src=127.0.0.1:51576 fe=t be=tt srv=m1 ts=00 epoch=0 age=1s calls=2 rate=1 cpu=0 lat=0 rq[f=808000h,i=0,an=00h,rx=58s,wx=,ax=] rp[f=80008000h,i=0,an=00h,rx=58s,wx=,ax=] scf=[8,0h,fd=13] scb=[8,1h,fd=14] exp=18s rc=0 c_exp=
0x55916d6979b0: proto=tcpv4 src=127.0.0.1:54466 fe=web be=app srv=w1 ts=00 epoch=0 age=1s calls=1 rate=0 cpu=0 lat=0 rq[f=4dc00000h,i=16306,an=8000h,rx=,wx=,ax=] rp[f=80000000h,i=0,an=00h,rx=,wx=,ax=] scf=[8,280h,fd=17] scb=[5,11h,fd=19] exp=18s rc=0 c_exp=18s
0x55916d698f60: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0 age=0s calls=1 rate=1 cpu=0 lat=0 rq[f=c08002h,i=0,an=00h,rx=10s,wx=,ax=] rp[f=80008002h,i=0,an=00h,rx=,wx=,ax=] scf=[8,0h,fd=22] scb=[8,1h,fd=-1] exp=10s rc=0 c_exp=
0x7f43a4041da0: proto=tcpv4 src=127.0.0.1:54450 fe=web be=app srv=<none> ts=00 epoch=0 age=1s calls=1 rate=0 cpu=0 lat=0 rq[f=4dc00000h,i=16306,an=8000h,rx=,wx=,ax=] rp[f=80000000h,i=0,an=00h,rx=,wx=,ax=] scf=[8,280h,fd=16] scb=[2,11h,fd=-1] exp=18s rc=0 c_exp=18s
0x7f43a4046bf0: proto=tcpv4 src=127.0.0.1:54474 fe=web be=app srv=w1 ts=00 epoch=0 age=1s calls=2 rate=0 cpu=0 lat=0 rq[f=49c40080h,i=0,an=8000h,rx=,wx=,ax=] rp[f=80400000h,i=0,an=1400000h,rx=58s,wx=,ax=] scf=[8,80h,fd=20] scb=[8,11h,fd=21] exp=18s rc=0 c_exp=

`;
  expect(connectedSessions(text, new Set(['app/w1']))).toEqual(['0x7f43a4046bf0']);
  expect(connectedSessions(text, new Set(['tt/m1']))).toEqual(['0x55916d572cc0']);
  expect(connectedSessions('', new Set(['app/w1']))).toEqual([]);
});

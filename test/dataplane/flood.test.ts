/**
 * SYN floods against directors that limit new flows by source (xdp): clients notice nothing, whether every SYN has a source of its own or all have one.
 * Each is bounded: seconds of 20,000 a second, inside the namespaces of the test.
 */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgramOfC } from '../../infra/packaging/bpf-objects.ts';
import { wordOf } from '../../packages/cluster/src/index.ts';
import { until } from './waiting.ts';
import { directors, ids, proxies, size, vip, ZeroBreakNet } from './zero-break-net.ts';

const perSecond = 20_000;
const limit = { flows: 1_000, perMs: 1_000, burst: 2_000 };
const figures: string[] = [];
let net: ZeroBreakNet;
let program: string;

beforeAll(async () => {
  program = (await buildProgramOfC('testing/flood.c')).path;
  net = await ZeroBreakNet.up('dsr');
  net.become({ guard: { limit } });
  const owners = proxies.map((name) => ids[name]);
  await net.steerBoth(Uint32Array.from({ length: size }, (_, row) => wordOf(owners[row % 3] ?? 1)));
  await net.route(...directors);
  // Rows stay as they are, so it does not matter that namespaces share the secret of cookies.
  for (const name of proxies) await net.nodes[name].must('sysctl -qw net.ipv4.tcp_syncookies=1');
  // Answers to sources that are nobody end here.
  await net.nodes.r1.must('ip route add blackhole 198.18.0.0/15');
});
afterAll(async () => {
  console.log(figures.join('\n'));
  await net?.down();
});

const totalOf = async (read: (name: (typeof directors)[number]) => Promise<number>) =>
  (await Promise.all(directors.map(read))).reduce((sum, count) => sum + count, 0);
const limited = () => totalOf(async (name) => (await net.drops(name))['limited'] ?? 0);
const forwarded = () => totalOf((name) => net.forwarded(name));

interface Flooded {
  readonly sent: number;
  readonly asked: number;
  readonly failed: number;
}

/** Requests of a client ten at a time, 400 a second at most: fewer than it may, as long as the flood lasts. */
async function flooded(seconds: number, from = ''): Promise<Flooded> {
  const words = ['eth0', '02:00:00:00:01:01', vip[4], '80', `${perSecond}`, `${seconds}`];
  const flood = net.nodes.client.spawn(program, from === '' ? words : [...words, from]);
  const said = once(flood.stdout as NodeJS.ReadableStream, 'data') as Promise<[Buffer]>;
  let sent = 0;
  void said.then(([text]) => {
    sent = Number(text);
  });
  let [asked, failed] = [0, 0];
  const began = performance.now();
  while (sent === 0) {
    const answer = await net.drive('short', asked % 20 === 0 ? vip[4] : vip[6], { count: 10 });
    asked += 10;
    failed += answer.failed;
    const dueMs = asked * 2.5;
    await until(
      async () => performance.now() - began,
      (ms) => ms >= dueMs,
    );
  }
  return { sent, asked, failed };
}

function told(what: string, { sent, asked, failed }: Flooded): void {
  figures.push(`${what}: ${sent} SYNs, ${asked - failed} of ${asked} requests answered meanwhile`);
}

test('200 connections stand through a flood of sources that never come again, and requests are answered', async () => {
  for (const family of [4, 6] as const)
    expect(await net.drive('open', vip[family], { count: 100 })).toMatchObject({ failed: 0 });
  const before = await forwarded();
  const result = await flooded(5);
  told('random sources', result);
  expect(await net.drive('ping')).toEqual({ alive: 200, broken: 0 });
  expect((result.asked - result.failed) / result.asked).toBeGreaterThanOrEqual(0.999);
  expect(result.asked).toBeGreaterThanOrEqual(100);
  expect(result.sent).toBeGreaterThan(perSecond);
  // It went through the directors, and none of its sources kept another one out.
  expect((await forwarded()) - before).toBeGreaterThan(0.9 * result.sent);
  expect(await limited()).toBe(0);
});

test('a source that floods gets what it may, and the others are not held back', async () => {
  const before = await forwarded();
  const result = await flooded(3, '198.18.0.1');
  told('one source', result);
  expect(result.failed).toBe(0);
  expect(await net.drive('ping')).toEqual({ alive: 200, broken: 0 });
  const may = directors.length * (limit.burst + limit.flows * 4);
  expect(await limited()).toBeGreaterThan(0.9 * result.sent - may);
  // Each request takes some ten packets.
  expect((await forwarded()) - before).toBeLessThan(may + 12 * result.asked + 2 * 200);
});

/** The monitor over a real Redis: what the store in memory promises holds there too. */
import { openFeed } from '@tricade/feed';
import { type RedisServer, startRedis, until } from '@tricade/feed/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bench, drainLatch } from './testing/bench.ts';

let bench: Bench;
let redis: RedisServer;
beforeEach(async () => {
  redis = await startRedis();
  bench = new Bench();
  bench.open = () => openFeed(bench.cluster.name, { url: redis.url });
});
afterEach(async () => {
  await bench.close();
  await redis.close();
});

const within = { withinMs: 15_000 };

test('killed and back empty: the same latches two seconds after its return', {
  retry: 2,
  timeout: 40_000,
}, async ({ annotate }) => {
  const first = await bench.monitor('m1');
  await until(() => first.leads, within);
  const second = await bench.monitor('m2');
  await first.latch('p1', drainLatch('p1'));
  await until(async () => (await second.snapshot()).feed.latches.p1 !== undefined, {
    withinMs: 2_000,
    what: 'the other monitor hears of the latch',
  });
  const before = (await second.snapshot()).feed;
  await redis.kill();
  await until(() => !second.hears, within);
  await redis.restart();
  const ms = await until(async () => {
    const { feed } = await second.snapshot();
    return second.hears && feed.revision > before.revision && feed.latches.p1 !== undefined;
  }, within);
  await annotate(`right again ${ms.toFixed(0)} ms after Redis was back`);
  expect(ms).toBeLessThanOrEqual(2_000);
});

test('a fault is published as soon as its last proof is in', { timeout: 30_000 }, async ({
  annotate,
}) => {
  const targets = await bench.targets();
  const first = await bench.monitor('m1');
  const reader = await openFeed(bench.cluster.name, { url: redis.url });
  bench.later(() => reader.close());
  const seenMs: number[] = [];
  const p1 = targets.get('p1');
  if (p1 === undefined) throw new Error('no target p1');
  let answeredMs = 0;
  p1.onAsked = () => {
    answeredMs = performance.now();
  };
  let health = '';
  const watch = reader.watch(({ state }) => {
    const now = state?.health['l7/p1']?.health ?? '';
    if (now !== health && health !== '') seenMs.push(performance.now() - answeredMs);
    health = now;
  });
  await until(() => first.leads && health === 'up', within);
  for (let round = 0; round < 10; round++) {
    p1.status = 503;
    await until(() => health === 'down', within);
    p1.status = 200;
    await until(() => health === 'up', within);
  }
  watch.close();
  const sorted = seenMs.sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? Number.POSITIVE_INFINITY;
  await annotate(
    `asked → every reader told: median ${median.toFixed(1)} ms, most ${sorted.at(-1)?.toFixed(1)} ms`,
  );
  expect(sorted.length).toBeGreaterThanOrEqual(19);
  expect(median).toBeLessThan(100);
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Event, status } from '@tricade/cluster';
import { until } from '@tricade/feed/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, drainLatch } from './testing/bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

/** Names and probes take as long as the machine lets them: only what is stated in seconds is measured. */
const within = { withinMs: 10_000 };

describe('two monitors', () => {
  test('one leads; killed, the other leads within two seconds and knows what the first knew', async ({
    annotate,
  }) => {
    const targets = await bench.targets();
    const agents = bench.agents();
    const first = await bench.monitor('m1');
    await until(() => first.leads, within);
    const second = await bench.monitor('m2');
    await until(
      () => agents.of('d1').announces.length + agents.of('d2').announces.length === 2,
      within,
    );
    const p3 = targets.get('p3');
    if (p3 !== undefined) p3.status = 503;
    await first.latch('p1', drainLatch('p1'));
    await until(
      async () => (await second.snapshot()).feed.health['l7/p3']?.health === 'down',
      within,
    );
    await until(
      async () =>
        Object.values((await second.snapshot()).feed.health).filter(({ health }) => health === 'up')
          .length === 6,
      within,
    );
    const before = (await second.snapshot()).feed;
    bench.lines.get('m1')?.cut();
    const ms = await until(() => second.leads, within);
    await annotate(`the other led ${ms.toFixed(0)} ms after the leader was cut off`);
    expect(ms).toBeLessThanOrEqual(2_000);
    const { feed, leader } = await second.snapshot();
    expect(leader).toMatchObject({ name: 'm2', epoch: before.epoch + 1 });
    expect(Object.keys(feed.latches)).toEqual(['p1']);
    for (const [member, { health }] of Object.entries(before.health))
      expect([member, feed.health[member]?.health]).toEqual([member, health]);
    expect(feed.tables['l7']?.step).toBeGreaterThanOrEqual(before.tables['l7']?.step ?? 1);
    await until(() => !first.leads, within);
  }, 30_000);

  test('a leader that ends hands over at once', async () => {
    const first = await bench.monitor('m1');
    await until(() => first.leads, within);
    const second = await bench.monitor('m2', { renewEveryMs: 20 });
    await first.stop();
    expect(first.leads).toBe(false);
    expect(await until(() => second.leads, within)).toBeLessThan(1_000);
  });

  test('a deposed leader that returns changes nothing', async () => {
    const first = await bench.monitor('m1', { leaseMs: 100, renewEveryMs: 20 });
    await until(() => first.leads, within);
    const second = await bench.monitor('m2', { leaseMs: 300, renewEveryMs: 20 });
    bench.lines.get('m1')?.cut();
    await until(() => second.leads, within);
    bench.lines.get('m1')?.mend();
    const answer = await first.latch('p1', drainLatch('p1'));
    expect(answer).toMatchObject({ changed: false, leader: 'm2', why: { word: 'not-leader' } });
    await until(() => !first.leads, within);
    expect((await second.snapshot()).feed.latches).toEqual({});
  });
});

describe('latches', () => {
  test('only the leader takes them; the other one names it', async () => {
    const first = await bench.monitor('m1');
    await until(() => first.leads, within);
    const second = await bench.monitor('m2');
    expect(await second.latch('p1', drainLatch('p1'))).toEqual({
      changed: false,
      leader: 'm1',
      why: { word: 'not-leader', text: 'm1 leads, not m2' },
    });
    expect(await first.latch('p1', drainLatch('p1'))).toMatchObject({ changed: true });
    await until(async () => (await second.snapshot()).feed.latches['p1']?.by === 'ana', within);
  });

  test('with no feed nobody leads', async () => {
    bench.hub.setUp(false);
    const first = await bench.monitor('m1');
    expect(await first.latch('p1', drainLatch('p1'))).toMatchObject({
      changed: false,
      why: { word: 'no-leader' },
    });
    expect(first.hears).toBe(false);
  });

  test('one that has reached its end is lifted, and told', async () => {
    const first = await bench.monitor('m1');
    await until(() => first.leads, within);
    const untilMs = Date.now() + 300;
    await first.latch('p1', drainLatch('p1', { untilMs }));
    expect((await first.snapshot()).feed.latches['p1']?.untilMs).toBe(untilMs);
    await until(async () => (await first.snapshot()).feed.latches['p1'] === undefined, within);
    expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
    await until(
      async () =>
        (await told(first.feed)).includes(
          'p1 is in service again, because the drain that ana set has reached its end',
        ),
      within,
    );
  });

  test('they lie on the disk before the answer, and come back from there first of all', async () => {
    const first = await bench.monitor('m1');
    await until(() => first.leads, within);
    await first.latch('p1', drainLatch('p1'));
    const path = join(bench.directoryOf('m1') ?? '', 'state.json');
    expect(await readFile(path, 'utf8')).toContain('new disk');
    await first.stop();
    bench.hub.flush();
    const again = await bench.monitor('m1');
    await until(() => again.leads, within);
    expect((await again.snapshot()).feed.latches['p1']).toMatchObject({ by: 'ana', kind: 'drain' });
  });

  test('a disk that cannot be read or written is no reason not to lead', async () => {
    const first = await bench.monitor('m1');
    await until(() => first.leads, within);
    await first.stop();
    await writeFile(join(bench.directoryOf('m1') ?? '', 'state.json'), '{"half');
    const again = await bench.monitor('m1', { directory: '/dev/null/state' });
    await until(() => again.leads, within);
    expect(await again.latch('p1', drainLatch('p1'))).toMatchObject({ changed: true });
    await until(
      async () =>
        (await told(again.feed)).some((text) =>
          text.startsWith('m1 cannot keep the state on its disk, because '),
        ),
      within,
    );
  });
});

describe('what is told', () => {
  test('every event says what is so and why', async () => {
    const targets = await bench.targets();
    bench.agents();
    const first = await bench.monitor('m1');
    await until(() => first.leads, within);
    await until(async () => (await first.snapshot()).feed.health['l7/p1']?.health === 'up', within);
    const p1 = targets.get('p1');
    if (p1 !== undefined) p1.status = 500;
    await first.latch('p2', drainLatch('p2'));
    await first.latch('p2', null);
    await until(
      async () =>
        (await told(first.feed)).includes(
          'l7/p1 is down, because HTTP 500 on /healthz, seen from m1',
        ),
      within,
    );
    const all = await told(first.feed);
    expect(all).toEqual(
      expect.arrayContaining([
        'm1 leads in epoch 1, because nobody led',
        'l7/p1 is up, because HTTP 200 on /healthz, seen from m1',
        'p2 is being drained, because ana asked for it: new disk',
        'p2 is in service again, because the drain that ana set was lifted',
        'd1 may receive traffic, because d1 has every table',
      ]),
    );
    for (const text of all) expect(text).toMatch(/^[a-z].*, because .{3,}[^.]$/);
  }, 20_000);
});

test('a node whose wall clock jumps back is heard all the same, and shown by its real age', async () => {
  const agents = bench.agents();
  const first = await bench.monitor('m1');
  await until(async () => (await first.snapshot()).reports['d1'] !== undefined, within);
  const agent = agents.of('d1');
  agent.nowMs = () => Date.now() - 3_600_000;
  await until(
    async () => ((await first.snapshot()).reports['d1']?.atMs ?? 0) < Date.now() - 3_000_000,
    within,
  );
  const row = status(await first.snapshot()).rows.find(({ node }) => node === 'd1');
  expect(row?.ageMs).toBeLessThan(3_000);
  expect(row?.state).not.toBe('stale');
});

test('a member that nobody checks any more loses its health at the next election', async () => {
  const first = await bench.monitor('m1');
  await until(() => first.leads, within);
  const { feed } = await first.snapshot();
  await first.stop();
  const old = {
    health: 'up',
    dead: false,
    cause: { word: 'x', text: 'x' },
    sinceMs: 1,
    revision: 1,
  } as const;
  const campaign = await bench.hub.open('small').campaign({ leader: 'm9', ttlMs: 5_000 });
  if (!('won' in campaign)) throw new Error('m9 was not elected');
  await campaign.won.write({ atMs: 1, health: { 'web/gone': old, 'l7/p1': old } });
  await campaign.won.release();
  const second = await bench.monitor('m2');
  await until(() => second.leads, within);
  await until(async () => (await second.snapshot()).feed.health['web/gone'] === undefined, within);
  expect((await second.snapshot()).feed.revision).toBeGreaterThan(feed.revision);
});

/** Events as people read them, oldest first. */
async function told(feed: {
  events(count: number): Promise<readonly Event[]>;
}): Promise<readonly string[]> {
  const events = await feed.events(500);
  return events.toReversed().map(({ text, cause }) => `${text}, because ${cause?.text}`);
}

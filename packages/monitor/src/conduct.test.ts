import { type DrainProgress, drainProgress, type Snapshot } from '@tricade/cluster';
import { until } from '@tricade/feed/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tableShares } from './api/views.ts';
import type { Monitor } from './monitor.ts';
import type { MonitorOptions } from './options.ts';
import { Bench, drainLatch } from './testing/bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const within = { withinMs: 15_000 };

const currentRows = (snapshot: Snapshot): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (tableShares(snapshot)[0]?.shares ?? []).map(({ name, current }) => [name, current]),
  );

/** A cluster in service: a leader, tables born, both directors announcing, every target up. */
async function inService(
  without: readonly string[] = [],
  more: Partial<MonitorOptions> = {},
): Promise<{
  readonly leader: Monitor;
  readonly agents: ReturnType<Bench['agents']>;
}> {
  await bench.targets();
  const agents = bench.agents(without);
  const conductor = { ackTimeoutMs: 500, birthGraceMs: 300, ...more.conductor };
  const leader = await bench.monitor('m1', { ...more, conductor });
  const announcing = ['d1', 'd2'].filter((name) => !without.includes(name));
  await until(() => announcing.every((name) => agents.of(name).announces.length === 1), {
    ...within,
    what: 'every director announces',
  });
  const isUp = async (): Promise<boolean> => {
    const { health } = (await leader.snapshot()).feed;
    return ['p1', 'p2', 'p3'].every((name) => health[`l7/${name}`]?.health === 'up');
  };
  await until(isUp, { ...within, what: 'every proxy is up' });
  return { leader, agents };
}

const kinds = async (leader: Monitor): Promise<readonly string[]> =>
  (await leader.snapshot(500)).events
    .filter(({ kind }) => kind === 'table')
    .map(({ text }) => text.split(' ')[1] ?? '')
    .toReversed();

describe('a proxy is drained', () => {
  test('armed, flipped, and empty once it holds nothing', async () => {
    const { leader, agents } = await inService();
    const proxy = agents.of('p1');
    proxy.ownedSockets = 5;
    const before = currentRows(await leader.snapshot());
    expect(Object.values(before).every((rows) => rows > 1_300)).toBe(true);
    expect(await leader.latch('p1', drainLatch('p1'))).toMatchObject({ changed: true });
    const progress = async (): Promise<DrainProgress> =>
      drainProgress(await leader.snapshot(), 'p1');
    await until(async () => (await progress()).closed, { ...within, what: 'p1 is closed' });
    const after = await leader.snapshot();
    expect(currentRows(after)).toMatchObject({ p1: 0 });
    expect(tableShares(after)[0]?.shares.find(({ name }) => name === 'p1')?.previous).toBe(
      before['p1'],
    );
    await until(async () => (await progress()).remaining === 5, within);
    expect(await progress()).toMatchObject({ empty: false, waits: [{ word: 'flows' }] });
    proxy.ownedSockets = 0;
    await until(async () => (await progress()).empty, within);
    expect(await kinds(leader)).toEqual(['birth', 'arm', 'flip']);
    for (const name of ['d1', 'd2'])
      expect(agents.of(name).held?.tables['l7']?.digest).toBe(after.feed.tables['l7']?.digest);
  }, 30_000);

  test('and put back: flipped back without arming', async () => {
    const { leader } = await inService();
    const before = currentRows(await leader.snapshot());
    await leader.latch('p1', drainLatch('p1'));
    await until(async () => drainProgress(await leader.snapshot(), 'p1').closed, within);
    await leader.latch('p1', null);
    // Quotas differ by one row at most.
    await until(
      async () => (currentRows(await leader.snapshot()).p1 ?? 0) >= (before.p1 ?? 0) - 1,
      within,
    );
    expect(await kinds(leader)).toEqual(['birth', 'arm', 'flip', 'flip']);
  }, 30_000);
});

test('directors that remember flows: one is drained once rows are settled', async () => {
  const { leader, agents } = await inService([], {
    flowMemory: ['dsr'],
    conductor: { clearAfterMs: 1_500 },
  });
  await leader.latch('p1', drainLatch('p1'));
  await until(async () => drainProgress(await leader.snapshot(), 'p1').closed, within);
  await leader.latch('d1', drainLatch('d1'));
  await until(() => leader.waits.some(({ why }) => why.word === 'rows-in-change'), within);
  expect(agents.of('d1').announces).toHaveLength(1);
  await until(() => agents.of('d1').announces.length === 0, within);
  expect(await kinds(leader)).toEqual(['birth', 'arm', 'flip', 'clear']);
}, 30_000);

test('a director that joins gets leave once it has every table', async () => {
  const { leader, agents } = await inService(['d2']);
  const late = agents.add('d2');
  await until(() => late.announces.length === 1, within);
  const { feed } = await leader.snapshot();
  expect(feed.receiving['d2']?.steps).toEqual({ l7: feed.tables['l7']?.step });
}, 30_000);

test('a director that falls silent is fenced, and the drain goes on without it', async () => {
  const { leader, agents } = await inService();
  agents.of('d2').stuck = true;
  await leader.latch('p1', drainLatch('p1'));
  await until(async () => (await leader.snapshot()).feed.receiving['d2'] === undefined, within);
  await until(async () => drainProgress(await leader.snapshot(), 'p1').closed, within);
  expect(currentRows(await leader.snapshot()).p1).toBe(0);
  const events = (await leader.snapshot(500)).events.map(
    ({ text, cause }) => `${text}, because ${cause?.text}`,
  );
  expect(events.find((text) => text.startsWith('d2 may not receive'))).toMatch(
    /^d2 may not receive traffic any more, because d2 has not acked step \d+ of l7 after \d+ ms$/,
  );
}, 30_000);

describe('the feed is emptied', () => {
  test('seeded again with latches and tables within two seconds', {
    retry: 2,
    timeout: 30_000,
  }, async ({ annotate }) => {
    const { leader, agents } = await inService();
    await leader.latch('p1', drainLatch('p1'));
    await until(async () => drainProgress(await leader.snapshot(), 'p1').closed, within);
    const before = (await leader.snapshot()).feed;
    bench.hub.flush();
    const ms = await until(
      () =>
        ['d1', 'd2', 'p1', 'r1'].every(
          (name) => (agents.of(name).held?.revision ?? 0) > before.revision,
        ),
      within,
    );
    await annotate(`every agent was right again ${ms.toFixed(0)} ms after the store was emptied`);
    expect(ms).toBeLessThanOrEqual(2_000);
    const { held } = agents.of('d1');
    expect(held?.latches['p1']).toMatchObject({ kind: 'drain', by: 'ana' });
    expect(held?.tables['l7']).toEqual(before.tables['l7']);
    expect(Object.keys(held?.receiving ?? {})).toEqual(['d1', 'd2']);
    expect(agents.of('d1').announces).toHaveLength(1);
  });

  test('and the monitor is a new one without a disk: tables and leave come from the directors', async () => {
    const { leader, agents } = await inService();
    await leader.latch('p1', drainLatch('p1'));
    await until(async () => drainProgress(await leader.snapshot(), 'p1').closed, within);
    const before = (await leader.snapshot()).feed;
    bench.lines.get('m1')?.cut();
    bench.hub.flush();
    let withdrew = false;
    const watching = setInterval(() => {
      withdrew ||= ['d1', 'd2'].some((name) => agents.of(name).announces.length === 0);
    }, 1);
    bench.later(async () => clearInterval(watching));
    const other = await bench.monitor('m2');
    await until(
      () => ['d1', 'd2'].every((name) => (agents.of(name).held?.revision ?? 0) > before.revision),
      within,
    );
    expect((await other.snapshot()).feed.tables['l7']?.step).toBeGreaterThanOrEqual(
      before.tables['l7']?.step ?? 9,
    );
    expect(Object.keys((await other.snapshot()).feed.receiving).sort()).toEqual(['d1', 'd2']);
    expect(withdrew).toBe(false);
  }, 30_000);

  test('a table that only a director holds is adopted, not born anew', async () => {
    const { leader, agents } = await inService();
    const table = (await leader.snapshot()).feed.tables['l7'];
    // The leader's own memory of tables is lost with it: only the directors' reports are left.
    await leader.stop();
    const campaign = await bench.hub.open('small').campaign({ leader: 'm9', ttlMs: 5_000 });
    if (!('won' in campaign)) throw new Error('m9 was not elected');
    const { state } = campaign.won;
    if (state === undefined) throw new Error('the store is empty');
    agents.of('d1').stuck = agents.of('d2').stuck = true;
    await campaign.won.seed({ ...state, tables: {} });
    await campaign.won.release();
    const other = await bench.monitor('m2');
    await until(async () => (await other.snapshot()).feed.tables['l7'] !== undefined, within);
    expect((await other.snapshot()).feed.tables['l7']).toEqual(table);
    const { events } = await other.snapshot(500);
    expect(events.map(({ text }) => text)).toContain(
      `the table of l7 goes on from step ${table?.step}`,
    );
  }, 30_000);
});

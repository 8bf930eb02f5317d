/** The contract's promises to readers: order, gaps, nothing goes back, no feed is said and the last good state is kept. */
import { reason } from '@tricade/cluster';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { protocolVersion } from '../protocol.ts';
import { encodeTable, writesOfState } from '../state.ts';
import type { StoreUnderTest } from './bench.ts';
import { type Bench, positions } from './bench.ts';
import {
  armAndFlip,
  birthSample,
  emptyState,
  healthSample,
  latchSample,
  stepped,
} from './samples.ts';
import { until } from './until.ts';

const isChange = (text: string): boolean => text.includes('"kind":"change"');

const table = stepped(undefined, birthSample());
const good = { ...emptyState, health: { 'web/w1': healthSample('up') }, tables: { l7: table } };
const smaller = stepped(undefined, birthSample('l7', 32));

export function readingContract(under: () => StoreUnderTest, bench: () => Bench): void {
  orderContract(bench);
  gapContract(under, bench);
  olderContract(bench);
  refusalContract(under, bench);
  keptContract(under, bench);
}

function orderContract(bench: () => Bench): void {
  test('an empty store is no feed; what is seeded is a snapshot, what is written a change', async () => {
    const reader = bench().reader();
    await reader.loses('empty');
    const { term } = await bench().seeded();
    await reader.reaches(1);
    await term.write({ atMs: 7, health: { 'web/w1': healthSample('up') } });
    await term.write({ atMs: 8, latches: { p1: latchSample('p1') } });
    await term.write({
      atMs: 9,
      latches: { p1: null },
      health: { 'web/w1': healthSample('down') },
    });
    await reader.reaches(4);
    const live = reader.updates.filter((update) => update.feed === 'live');
    expect(live.map((update) => [update.why, update.state.revision])).toEqual([
      ['snapshot', 1],
      ['change', 2],
      ['change', 3],
      ['change', 4],
    ]);
    expect(live[2]?.state.latches.p1).toEqual({ ...latchSample('p1'), revision: 3 });
    expect(live[3]?.state).toEqual(await reader.feed.read());
    expect(live[3]?.state.latches).toEqual({});
    expect(live[3]?.state.health['web/w1']).toMatchObject({ health: 'down', revision: 4 });
  });

  test('table steps arrive as steps and as a snapshot alike', async () => {
    const { term } = await bench().seeded();
    const reader = bench().reader();
    await reader.reaches(1);
    const birth = birthSample('l7', 4096);
    const [arm, flip] = armAndFlip(stepped(undefined, birth));
    await term.write({ atMs: 1, tableSteps: [birth] });
    await term.write({
      atMs: 2,
      tableSteps: [arm, flip],
      receiving: { l4a: { steps: { l7: 3 }, grantedAtMs: 2 } },
    });
    await reader.reaches(3);
    const late = bench().reader();
    await late.reaches(3);
    expect(reader.watch.last.state?.tables.l7?.digest).toBe(flip.digest);
    expect(late.watch.last.state).toEqual(reader.watch.last.state);
    expect(reader.watch.last.state).toEqual(term.state);
  });
}

function gapContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('a lost change is seen with the next one, a lost last one with the pulse', async () => {
    let lose = 0;
    const reader = bench().reader({ isLost: (text) => isChange(text) && lose-- > 0 });
    const { term } = await bench().seeded();
    await reader.reaches(1);
    lose = 1;
    await term.write({ atMs: 1, health: { 'web/w1': healthSample('up') } });
    await term.write({ atMs: 2, health: { 'web/w2': healthSample('up') } });
    await reader.reaches(3);
    expect(reader.updates.at(-1)).toMatchObject({ feed: 'live', why: 'snapshot' });
    lose = 1;
    await term.write({ atMs: 3, health: { 'web/w1': healthSample('down') } });
    expect(await term.renew()).toBe('held');
    await reader.reaches(4);
    expect(reader.watch.last.state).toEqual(term.state);
  });

  test('one message in ten lost: all readers identical within one resync, none goes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 9 })), async (dice) => {
        const isLost = (text: string): boolean => isChange(text) && dice.next().value === 0;
        const readers = [1, 2, 3].map(() => bench().reader({ isLost, resyncEveryMs: 200 }));
        const { term, feed } = await bench().seeded();
        for (let at = 0; at < 300; at++)
          await term.write({ atMs: at, health: { [`web/w${at % 7}`]: healthSample('up', at) } });
        await Promise.all(readers.map((reader) => reader.reaches(301)));
        for (const reader of readers) {
          expect(reader.watch.last.state).toEqual(term.state);
          expect(positions(reader)).toEqual(
            [...positions(reader)].sort(([, one], [, other]) => one - other),
          );
        }
        await feed.close();
        await bench().close();
        await under().flush();
      }),
      { numRuns: 2 },
    );
  });
}

function olderContract(bench: () => Bench): void {
  test('a store older than what is held is no feed, and the last good state stays', async () => {
    const held = {
      ...emptyState,
      epoch: 9,
      revision: 50,
      health: { 'web/w1': healthSample('up') },
    };
    const { term } = await bench().seeded();
    const reader = bench().reader({ held });
    await reader.loses('older');
    await term.write({ atMs: 1, health: { 'web/w1': healthSample('down') } });
    await until(async () => (await reader.feed.read())?.revision === 2);
    await reader.loses('older');
    expect(reader.watch.last.state).toBe(held);
    const over = await bench().client();
    let answer: unknown;
    await until(async () => {
      await term.release();
      const result = await over.campaign({
        leader: 'm2',
        ttlMs: 60_000,
        atLeast: { epoch: 9, revision: 50 },
      });
      if ('won' in result)
        answer = [result.won.epoch, result.won.state, (await result.won.seed(held)).written];
      return answer !== undefined;
    });
    expect(answer).toEqual([10, undefined, true]);
    await reader.reaches(51);
  });
}

function refusalContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test.for([
    ['unknown-version', 99, good],
    ['implausible', protocolVersion, { ...good, tables: {} }],
    ['implausible', protocolVersion, { ...good, health: {} }],
    ['implausible', protocolVersion, { ...good, tables: { l7: smaller } }],
    [
      'unreadable',
      protocolVersion,
      { ...good, tables: { l7: { ...table, digest: smaller.digest } } },
    ],
  ] as const)('a state that is %s changes no reader', async ([word, protocol, bad], { expect }) => {
    const { term } = await bench().seeded(good);
    const reader = bench().reader();
    await reader.reaches(1);
    const before = reader.watch.last.state;
    const store = under().open();
    await until(() => store.connected);
    const { epoch } = term;
    const message = JSON.stringify({ protocol, kind: 'seed', epoch, revision: 2 });
    const seed = {
      leader: 'm1',
      epoch,
      revision: 2,
      protocol,
      writes: writesOfState(bad),
      message,
    };
    expect(await store.seed(seed)).toBe('ok');
    await reader.loses(word);
    expect(reader.watch.last.state).toBe(before);
    await store.close();
  });

  test('garbage on the channel is said and then mended', async () => {
    const { term } = await bench().seeded(good);
    const reader = bench().reader();
    await reader.reaches(1);
    const store = under().open();
    await until(() => store.connected);
    const write = {
      epoch: term.epoch,
      previous: 1,
      revision: 2,
      writes: [],
      message: '{"protocol":1,',
    };
    expect(await store.write(write)).toBe('ok');
    await until(() =>
      reader.updates.some((update) => update.feed === 'none' && update.why.word === 'unreadable'),
    );
    await reader.reaches(2);
    await store.close();
  });
}

function keptContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('a reader that was closed hears nothing more', async () => {
    const { term } = await bench().seeded();
    const [closed, open] = [bench().reader(), bench().reader()];
    await closed.reaches(1);
    await open.reaches(1);
    closed.watch.close();
    const told = closed.updates.length;
    await term.write({ atMs: 1, health: { 'web/w1': healthSample('up') } });
    await open.reaches(2);
    expect(closed.updates).toHaveLength(told);
  });

  test('tables that nodes keep are there for a new leader, again after the store lost them', async () => {
    const { feed } = await bench().seeded();
    const report = {
      node: 'l4a',
      version: { generation: 1, epoch: 1, revision: 1 },
      steps: { l7: { step: 1, digest: table.digest } },
    };
    const whole = {
      ...report,
      wantsToReceive: true,
      announcing: ['203.0.113.10/32'],
      appliedAtMs: 1,
      atMs: 2,
      sample: { atMs: 2 },
    };
    const trouble = reason('refused', 'the map is full');
    for (const _ of ['first', 'after the flush']) {
      expect(await feed.report({ ...whole, trouble }, { l7: table })).toEqual({ yes: true });
      expect(await feed.readReports(['l4a', 'l4b'])).toEqual({ l4a: { ...whole, trouble } });
      expect(await feed.readReportedTables(['l4a'])).toEqual({ l4a: { l7: table } });
      expect(encodeTable(table).length).toBeLessThan(1_000);
      await under().flush();
    }
  });
}

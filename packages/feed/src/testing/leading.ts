/** The contract's promises about leaders: one at a time, fenced, and a store that was lost is filled again. */
import type { FeedState, Reason } from '@tricade/cluster';
import { expect, test } from 'vitest';
import type { Term } from '../feed.ts';
import type { Leadership, LeadershipOptions } from '../leadership.ts';
import { lead } from '../leadership.ts';
import type { Bench, Reader, StoreUnderTest } from './bench.ts';
import { positions } from './bench.ts';
import { birthSample, emptyState, healthSample, latchSample, stepped } from './samples.ts';
import { until } from './until.ts';

/** Recovery after the store is back, with the leader's loop at its default pace. */
const recoveryMs = 2_000;

const good: FeedState = {
  ...emptyState,
  health: { 'web/w1': healthSample('up') },
  latches: { p1: latchSample('p1') },
  tables: { l7: stepped(undefined, birthSample()) },
};

export function leadingContract(under: () => StoreUnderTest, bench: () => Bench): void {
  fenceContract(bench);
  batchContract(bench);
  recoveryContract(under, bench);
  electionContract(under, bench);
}

function fenceContract(bench: () => Bench): void {
  test('a term that ended cannot write: its epoch is refused', async () => {
    const { term: old } = await bench().seeded();
    await old.release();
    const term = await bench().elect(bench().client(), 'm2');
    expect(term.epoch).toBeGreaterThan(old.epoch);
    expect(await old.write({ atMs: 1, health: { 'web/w1': healthSample('down') } })).toMatchObject({
      written: false,
      why: { word: 'fenced' },
    });
    expect(await old.renew()).toBe('fenced');
    expect(await old.seed(good)).toMatchObject({ written: false, why: { word: 'fenced' } });
    expect(await term.write({ atMs: 1, health: { 'web/w1': healthSample('up') } })).toMatchObject({
      written: true,
    });
  });

  test('while a lease stands nobody else is elected; the holder of the name may return, in a new epoch', async () => {
    const { term, feed } = await bench().seeded();
    expect(await feed.campaign({ leader: 'm2', ttlMs: 1_000 })).toMatchObject({ wonBy: 'm1' });
    expect(await feed.leader()).toBe('m1');
    const again = await bench().elect(feed, 'm1');
    expect(again.epoch).toBe(term.epoch + 1);
    expect(again.state).toEqual({ ...term.state, epoch: again.epoch });
    await term.release();
    expect(await feed.leader()).toBe('m1');
    await again.release();
    expect(await feed.leader()).toBeUndefined();
  });

  test('two leaders across a partition: the one that comes back late applies nothing', async () => {
    const first = bench().client();
    const paused = await bench().elect(first, 'm1', 30);
    await paused.seed(good);
    const second = await bench().elect(bench().client(), 'm2');
    const reader = bench().reader();
    await reader.reaches(1);
    for (let at = 0; at < 20; at++) {
      const [stale, fresh] = await Promise.all([
        paused.write({ atMs: at, health: { 'web/w1': healthSample('down', at) } }),
        second.write({ atMs: at, health: { 'web/w1': healthSample('up', at) } }),
      ]);
      expect([stale.written, fresh.written]).toEqual([false, true]);
    }
    await reader.reaches(21);
    expect(
      reader.updates.every((update) => update.state?.health['web/w1']?.health !== 'down'),
    ).toBe(true);
  });
}

function batchContract(bench: () => Bench): void {
  test('an implausible batch is refused before it is sent', async () => {
    const { term } = await bench().seeded(good);
    const late = { ...birthSample('web'), step: 2, kind: 'flip' as const };
    const refusals = [
      await term.write({ atMs: 1, tableSteps: [birthSample('l7')] }),
      await term.write({ atMs: 1, tableSteps: [late] }),
      await term.write({ atMs: 1, tableSteps: [{ ...birthSample('web'), digest: '0' }] }),
      await term.write({ atMs: 1, health: { 'web/w1': null } }),
    ];
    const words = refusals.map((answer) => (answer.written ? 'written' : answer.why.word));
    expect(words).toEqual(['not-allowed', 'out-of-order', 'step-mismatch', 'implausible']);
    const reader = bench().reader();
    await reader.reaches(1);
    expect(reader.watch.last.state).toEqual(term.state);
  });

  test('twice as many members as the cluster has are refused', async () => {
    const feed = bench().client();
    await until(async () => 'won' in (await feed.campaign({ leader: 'm1', ttlMs: 9_000 })));
    const result = await feed.campaign({ leader: 'm1', ttlMs: 9_000, members: () => 2 });
    const term = 'won' in result ? result.won : undefined;
    await term?.seed(good);
    const members = (count: number): Record<string, ReturnType<typeof healthSample>> =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`web/w${at + 1}`, healthSample('up')]),
      );
    expect(await term?.write({ atMs: 1, health: members(5) })).toMatchObject({
      why: { word: 'implausible' },
    });
    expect(await term?.write({ atMs: 1, health: members(4) })).toMatchObject({ written: true });
  });
}

function recoveryContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('emptied under a working leader: seeded again, nobody goes back', async ({
    annotate,
    expect,
  }) => {
    const { terms } = leading(bench(), 'm1');
    const readers = [bench().reader(), bench().reader()];
    await Promise.all(readers.map((reader) => reader.reaches(1)));
    await terms[0]?.write({ atMs: 1, health: { 'web/w2': healthSample('down') } });
    await Promise.all(readers.map((reader) => reader.reaches(2)));
    await under().flush();
    const ms = Math.max(...(await Promise.all(readers.map((reader) => reader.reaches(3)))));
    await annotate(`converged ${ms.toFixed(0)} ms after the store was emptied`);
    expect(ms).toBeLessThan(recoveryMs);
    for (const reader of readers) keptAll(reader);
    expect(terms).toHaveLength(2);
  });

  test('killed and restarted empty: all readers are right again within two seconds, nobody goes back', async ({
    annotate,
    expect,
  }) => {
    const { terms, ends } = leading(bench(), 'm1');
    const readers = [bench().reader(), bench().reader()];
    await Promise.all(readers.map((reader) => reader.reaches(1)));
    await terms[0]?.write({ atMs: 1, health: { 'web/w2': healthSample('down') } });
    await Promise.all(readers.map((reader) => reader.reaches(2)));
    await under().crash();
    await Promise.all(readers.map((reader) => reader.loses('unreachable')));
    expect(
      await terms[0]?.write({ atMs: 2, health: { 'web/w2': healthSample('up') } }),
    ).toMatchObject({ why: { word: 'unreachable' } });
    await under().restart();
    const ms = Math.max(...(await Promise.all(readers.map((reader) => reader.reaches(3)))));
    await annotate(`converged ${ms.toFixed(0)} ms after the store was back`);
    expect(ms).toBeLessThan(recoveryMs);
    for (const reader of readers) keptAll(reader);
    expect(ends.map((why) => why.word)).toEqual(['store-lost']);
    expect(
      await terms[0]?.write({ atMs: 3, health: { 'web/w2': healthSample('up') } }),
    ).toMatchObject({ written: false });
    expect(
      await terms[1]?.write({ atMs: 3, health: { 'web/w2': healthSample('up') } }),
    ).toMatchObject({ written: true });
  });
}

function electionContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('of two candidates one leads; when it ends, the other does', async () => {
    const one = leading(bench(), 'm1', { everyMs: 20 });
    await until(() => one.terms.length === 1);
    const other = leading(bench(), 'm2', { everyMs: 20 });
    const reader = bench().reader();
    await reader.reaches(1);
    expect(other.terms).toHaveLength(0);
    await one.leadership.end();
    expect(one.ends.map((why) => why.word)).toEqual(['ended']);
    await until(() => other.terms.length === 1);
    expect(other.terms[0]?.state?.latches).toEqual(reader.watch.last.state?.latches);
    await other.leadership.end();
  });

  test('a leader that knows of nothing but its own writes seeds above them', async () => {
    const known = (): { epoch: number; revision: number } => ({ epoch: 0, revision: 0 });
    const { terms } = leading(bench(), 'm1', { everyMs: 20, known, seed: () => good });
    await until(() => terms.length === 1);
    for (let at = 0; at < 5; at++)
      await terms[0]?.write({ atMs: at, health: { 'web/w1': healthSample('up', at) } });
    const before = terms[0]?.state;
    await under().flush();
    await until(() => terms.length === 2);
    expect(terms[1]?.epoch).toBeGreaterThan(before?.epoch ?? 0);
    expect(terms[1]?.state?.revision).toBe((before?.revision ?? 0) + 1);
  });

  test('nodes that hold a later state than the store make the leader seed above it', async () => {
    let reported = { epoch: 0, revision: 0 };
    const { terms } = leading(bench(), 'm1', { everyMs: 20, known: () => reported });
    await until(() => terms.length === 1);
    reported = { epoch: 1, revision: 70 };
    await until(() => terms.length === 2);
    expect(terms[1]?.state?.revision).toBe(71);
    reported = { epoch: 8, revision: 70 };
    await until(() => (terms.at(-1)?.epoch ?? 0) > 8);
  });
}

/** A leader in its loop, whose knowledge is its own watch, as a monitor's is. */
function leading(
  bench: Bench,
  leader: string,
  more: Partial<LeadershipOptions> = {},
): { leadership: Leadership; terms: Term[]; ends: Reason[] } {
  const terms: Term[] = [];
  const ends: Reason[] = [];
  const own = bench.reader();
  const leadership = lead(own.feed, {
    leader,
    known: () => own.watch.last.state ?? { epoch: 0, revision: 0 },
    seed: () => own.watch.last.state ?? good,
    onElected: (term) => void terms.push(term),
    onDeposed: (why) => void ends.push(why),
    ...more,
  });
  return { leadership, terms, ends };
}

function keptAll(reader: Reader): void {
  expect(reader.watch.last.state).toMatchObject({
    latches: { p1: { target: 'p1' } },
    health: { 'web/w2': { health: 'down' } },
  });
  expect(Object.keys(reader.watch.last.state?.tables ?? {})).toEqual(['l7']);
  const places = positions(reader);
  for (const [at, [epoch, revision]] of places.entries()) {
    const [epochBefore, revisionBefore] = places[at - 1] ?? [0, 0];
    expect(epoch).toBeGreaterThanOrEqual(epochBefore);
    expect(revision).toBeGreaterThanOrEqual(revisionBefore);
  }
}

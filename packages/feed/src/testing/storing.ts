/** The contract's promises about what a leader meets in a store: one that is not as it left it, and answers that never come. */
import { expect, test } from 'vitest';
import { campaign } from '../term.ts';
import type { Bench, StoreUnderTest } from './bench.ts';
import { brittleStore } from './lossy-store.ts';
import { emptyState, healthSample } from './samples.ts';
import { until } from './until.ts';

export function storingContract(under: () => StoreUnderTest, bench: () => Bench): void {
  test('a store behind the leader takes no write and no renewal', async () => {
    const { term } = await bench().seeded();
    const store = under().open();
    await until(() => store.connected);
    const { epoch } = term;
    const write = { epoch, previous: 1, revision: 2, writes: [], message: '{}' };
    const renew = { leader: 'm1', ttlMs: 9_000, epoch, revision: 1, pulse: '{}' };
    expect(await store.write({ ...write, previous: 5, revision: 6 })).toBe('store-lost');
    expect(await store.write({ ...write, epoch: epoch + 1 })).toBe('store-lost');
    expect(await store.write({ ...write, epoch: epoch - 1 })).toBe('fenced');
    expect(await store.renew({ ...renew, revision: 2 })).toBe('store-lost');
    expect(await store.renew({ ...renew, epoch: epoch + 1 })).toBe('store-lost');
    expect(await store.renew({ ...renew, epoch: epoch - 1 })).toBe('fenced');
    expect(await store.renew({ ...renew, leader: 'm2' })).toBe('fenced');
    expect(await store.renew(renew)).toBe('ok');
    expect(await store.write(write)).toBe('ok');
    await store.close();
  });

  test.for([
    ['its answer is lost', false, 3],
    ['it is lost itself', true, 2],
  ] as const)(
    'a write of which nobody knows (%s): the next one finds out first',
    async ([, isBefore, revision]) => {
      let lose = false;
      const maybe = (now: boolean) => (): void => {
        if (!lose || !now) return;
        lose = false;
        throw new Error('the connection broke');
      };
      const store = brittleStore(under().open(), maybe(isBefore), maybe(!isBefore));
      await until(() => store.connected);
      const result = await campaign(store, { leader: 'm1', ttlMs: 60_000 });
      const term = 'won' in result ? result.won : undefined;
      await term?.seed(emptyState);
      lose = true;
      expect(
        await term?.write({ atMs: 1, health: { 'web/w1': healthSample('up') } }),
      ).toMatchObject({ why: { word: 'unreachable' } });
      expect(
        await term?.write({ atMs: 2, health: { 'web/w2': healthSample('up') } }),
      ).toMatchObject({ written: true, state: { revision } });
      const reader = bench().reader();
      await reader.reaches(revision);
      expect(reader.watch.last.state).toEqual(term?.state);
      expect(Object.keys(term?.state?.health ?? {})).toHaveLength(revision - 1);
      await store.close();
    },
  );
}

import type { DrainProgress, NodeReport, Snapshot } from '@tricade/cluster';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Latches } from './execute.ts';
import { everywhere, one, Rolling, two } from './testing/rolling.ts';

// Hundreds of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 30_000 });

let at: Rolling;
beforeEach(() => {
  at = new Rolling();
});
afterEach(() => at.machines.dispose());

describe('a node that must be empty first', () => {
  const cutting = () =>
    two((bundle, node) => (node === 'd1' ? { ...bundle, hitless: false } : bundle));
  const snapshot = async () =>
    ({ reports: { d1: {} as NodeReport }, feed: { latches: {} } }) as unknown as Snapshot;
  const progress = (empty: boolean): DrainProgress => ({
    target: 'd1',
    latched: true,
    closed: empty,
    empty,
    remaining: empty ? 0 : 86,
    waits: empty ? [] : [{ word: 'flows', text: 'd1 holds 86 connections' }],
  });
  const latches = (emptyAfter: number) => {
    const told: string[] = [];
    const port: Latches = {
      latch: async (node, why) => void told.push(`latch ${node}: ${why}`),
      release: async (node) => void told.push(`release ${node}`),
      progress: async () => {
        told.push('ask');
        return progress(told.filter((word) => word === 'ask').length > emptyAfter);
      },
    };
    return { told, port };
  };

  test('is latched, waited for, changed, and let in again', async () => {
    await at.roll(one());
    const { told, port } = latches(2);
    expect(await at.roll(cutting(), { latches: port, snapshot })).toMatchObject({ ending: 'done' });
    expect(told).toEqual([
      'latch d1: base differs from the cluster file',
      'ask',
      'ask',
      'ask',
      'release d1',
    ]);
    expect(at.contents()).toEqual(everywhere('two'));
  });

  test('and does not become so in time is not changed', async () => {
    await at.begin();
    const { told, port } = latches(1_000);
    const result = await at.roll(cutting(), { latches: port, snapshot });
    expect(result.ending).toBe('failed');
    expect(at.ends().d1).toMatchObject({
      result: 'not-drained',
      why: { word: 'drain-timeout', text: expect.stringMatching(/35 s: d1 holds 86 connections/) },
    });
    expect(told.at(-1)).toBe('release d1');
    expect(at.contents().find(([name]) => name === 'd1')).toEqual(['d1', 'one']);
  });

  test('without a monitor is not changed', async () => {
    await at.begin();
    await at.roll(cutting(), { snapshot });
    expect(at.ends().d1).toMatchObject({ result: 'not-drained', why: { word: 'no-monitor' } });
  });
});

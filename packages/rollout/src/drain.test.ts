import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, DrainProgress, Name, NodeReport, Snapshot, Wanted } from '@tricade/cluster';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Converged, type ConvergeOptions, converge } from './converge.ts';
import type { RolloutEvent } from './events.ts';
import type { Latches } from './execute.ts';
import {
  confPath,
  generation,
  type Machines,
  machines,
  noBlobs,
  nodes,
  policy,
  quickClock,
  secrets,
  tiers,
  wantedAll,
} from './testing/cluster.ts';

// Hundreds of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 30_000 });

let all: Machines;
let events: RolloutEvent[];
beforeEach(() => {
  all = machines();
  events = [];
});
afterEach(() => all.dispose());

function roll(wanted: readonly Wanted[], more: Partial<ConvergeOptions> = {}): Promise<Converged> {
  return converge({
    wanted,
    nodes,
    policy,
    hostOf: all.hostOf,
    secrets,
    blobs: noBlobs,
    clock: quickClock(),
    snapshot: async () => undefined,
    onEvent: (event) => void events.push(event),
    ...more,
  });
}

const one = () => wantedAll(generation(1, 'one'));
const two = (change?: (bundle: Bundle, node: Name) => Bundle) =>
  wantedAll(generation(2, 'two'), change);
const contents = () =>
  Object.values(all.hosts).map(({ name, root }) => {
    const text = readFileSync(join(root, confPath), 'utf8');
    return [name, text.includes(generation(1, 'one').digest) ? 'one' : 'two'];
  });
const withFile = (word: string) => Object.keys(tiers).map((name) => [name, word]);
const ends = () =>
  Object.fromEntries(
    events.flatMap((event) => (event.kind === 'step-ended' ? [[event.node, event.end]] : [])),
  );

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
    await roll(one());
    const { told, port } = latches(2);
    expect(await roll(cutting(), { latches: port, snapshot })).toMatchObject({ ending: 'done' });
    expect(told).toEqual([
      'latch d1: base differs from the cluster file',
      'ask',
      'ask',
      'ask',
      'release d1',
    ]);
    expect(contents()).toEqual(withFile('two'));
  });

  test('and does not become so in time is not changed', async () => {
    await roll(one());
    events = [];
    const { told, port } = latches(1_000);
    const result = await roll(cutting(), { latches: port, snapshot });
    expect(result.ending).toBe('failed');
    expect(ends().d1).toMatchObject({
      result: 'not-drained',
      why: { word: 'drain-timeout', text: expect.stringMatching(/35 s: d1 holds 86 connections/) },
    });
    expect(told.at(-1)).toBe('release d1');
    expect(contents().find(([name]) => name === 'd1')).toEqual(['d1', 'one']);
  });

  test('without a monitor is not changed', async () => {
    await roll(one());
    events = [];
    await roll(cutting(), { snapshot });
    expect(ends().d1).toMatchObject({ result: 'not-drained', why: { word: 'no-monitor' } });
  });
});

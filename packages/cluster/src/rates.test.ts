import { expect, test } from 'vitest';
import type { Sample } from './model/seen.ts';
import { ratesBetween } from './rates.ts';

const counted = (packets: number): Sample => ({
  atMs: 0,
  drops: { denied: packets },
  traffic: {
    services: { shop: { packets, bytes: packets * 100, newFlows: packets / 10, seconds: 0 } },
    reals: { 'l7/p1': { packets, bytes: packets * 100 } },
  },
});

test('sums become changes a second, of what is new since the sample before', () => {
  expect(ratesBetween(counted(100), counted(400), 2_000)).toEqual({
    services: { shop: { packets: 150, bytes: 15_000, newFlows: 15, seconds: 0 } },
    reals: { 'l7/p1': { packets: 150, bytes: 15_000 } },
    drops: { denied: 150 },
    overMs: 2_000,
  });
  const fresh: Sample = { atMs: 0, traffic: { services: {}, reals: {} } };
  expect(ratesBetween(fresh, counted(10), 1_000)?.reals).toEqual({
    'l7/p1': { packets: 10, bytes: 1_000 },
  });
});

test.for([
  ['maps that were made anew', counted(400), counted(100), 1_000],
  ['nothing counted before', { atMs: 0 }, counted(1), 1_000],
  ['nothing counted now', counted(1), { atMs: 0 }, 1_000],
  ['no time between', counted(1), counted(2), 0],
] as const)('%s: no rates', ([, before, after, overMs]) => {
  expect(ratesBetween(before, after, overMs)).toBeUndefined();
});

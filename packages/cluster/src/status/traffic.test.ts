import { expect, test } from 'vitest';
import type { Sample } from '../model/seen.ts';
import { nowMs, wellSnapshot, withReports } from '../testing/snapshots.ts';
import { trafficOf } from './traffic.ts';

const shop = { packets: 10, bytes: 1_000, newFlows: 2, seconds: 0 };
const dns = { packets: 1, bytes: 60, newFlows: 0, seconds: 0 };
const reals = { 'l7/p1': { packets: 10, bytes: 1_000 }, 'dns/s1': { packets: 1, bytes: 60 } };
const traffic = { services: { shop, dns }, reals };
const drops = { 'no-port': 4 };
const sample: Sample = { atMs: nowMs, traffic, drops, rates: { ...traffic, drops, overMs: 1_000 } };
const counting = withReports(wellSnapshot(), { d1: { sample }, d2: { sample } });
const fresh = { staleMs: 3_000 };

test('sums and rates of all directors are added up', () => {
  const twice = { packets: 20, bytes: 2_000 };
  expect(trafficOf(counting, fresh)).toMatchObject({
    services: [
      { name: 'shop', ...twice, newFlows: 4, rate: { ...twice, newFlows: 4 } },
      { name: 'dns', packets: 2 },
    ],
    reals: [{ name: 'l7/p1', ...twice, rate: twice }, { name: 'dns/s1' }],
    directors: [{ name: 'd1', packets: 11, newFlows: 2, rate: { packets: 11 } }, { name: 'd2' }],
    drops: [{ name: 'no-port', packets: 8, perSecond: 8 }],
    leftOut: [],
  });
});

test('of one service alone: its share of each director, and the reals of its group', () => {
  const service = counting.cluster.services[0]?.name ?? '';
  expect(service).toBe('shop');
  expect(trafficOf(counting, { ...fresh, service })).toMatchObject({
    services: [{ name: 'shop', packets: 20 }],
    reals: [{ name: 'l7/p1', packets: 20 }],
    directors: [
      { name: 'd1', packets: 10 },
      { name: 'd2', packets: 10 },
    ],
  });
});

test('sources are estimated from what was sampled, over all directors', () => {
  const sampled = (events: number, overMs: number) => ({
    ...{ each: 1_024, events: events + 1, lost: 1, overMs },
    sources: [
      { address: '192.0.2.7', service: 'shop', events },
      { address: '192.0.2.8', reason: 'no-port', events: 1 },
    ],
  });
  const told = withReports(counting, {
    d1: { sample: { ...sample, sampled: sampled(10, 2_000) } },
    d2: { sample: { ...sample, sampled: sampled(5, 1_000) } },
  });
  const first = { address: '192.0.2.7', service: 'shop', perSecond: 10_240, events: 15 };
  const second = { address: '192.0.2.8', reason: 'no-port', perSecond: 1_536, events: 2 };
  expect(trafficOf(told, fresh)).toMatchObject({
    sources: [first, second],
    sampled: { each: 1_024, events: 17, lost: 2 },
  });
  expect(trafficOf(told, { ...fresh, service: 'shop' })?.sources).toEqual([first]);
  expect(trafficOf(counting, fresh)).not.toHaveProperty('sampled');
});

test('what is old is left out by name, and a first sample has no rates', () => {
  const { rates: _, ...first } = sample;
  const old = withReports(counting, { d1: { sample: first }, d2: { atMs: nowMs - 4_000 } });
  const found = trafficOf(old, fresh);
  expect(found).toMatchObject({ leftOut: ['d2'], services: [{ packets: 10 }, {}] });
  expect(found?.services[0]).not.toHaveProperty('rate');
  expect(found?.drops).toEqual([{ name: 'no-port', packets: 4 }]);
  expect(trafficOf(wellSnapshot(), fresh)).toBeUndefined();
});

import { answersByPortByDriver, flowHashByDriver, type L4Driver } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { l4Capabilities } from './capabilities.ts';

const drivers = Object.entries(l4Capabilities['director'] ?? {});

test.each(drivers)(
  '%s: what the cluster’s own tables know of a driver is what it says of itself',
  (name, can) => {
    const driver = name as L4Driver;
    expect([can.flowHash, can.answersByPort]).toEqual([
      flowHashByDriver[driver],
      answersByPortByDriver[driver],
    ]);
  },
);

test.each(drivers)('%s: whatever is said of modes is said of its own', (_, can) => {
  const { modes, refuses = {}, flowMemory = [], takesOver = [] } = can;
  expect([...flowMemory, ...takesOver].filter((mode) => !modes.includes(mode))).toEqual([]);
  expect(Object.keys(refuses).filter((mode) => modes.includes(mode))).toEqual([]);
});

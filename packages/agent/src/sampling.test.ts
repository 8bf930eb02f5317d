import type { Sample } from '@tricade/cluster';
import { memoryHost } from '@tricade/host';
import { expect, test } from 'vitest';
import { Sampler } from './sampling.ts';
import type { AnyDriver } from './steering.ts';
import { fileDrivers } from './testing/file-drivers.ts';

const { drivers } = fileDrivers();
const says = (sample: () => Partial<Sample>): AnyDriver => ({
  ...(drivers.router as AnyDriver),
  sample: async () => ({ atMs: 0, ...sample() }),
});
const states = { receiver: {}, proxy: {} } as never;

test('records are merged, of two counts the larger one is told, who fails is left out', async () => {
  const given = {
    receiver: says(() => ({ ownedSockets: 3, flows: { 'web/w1': 1 } })),
    proxy: says(() => ({ ownedSockets: 2, flows: { 'web/w2': 2 }, ownedRows: {} })),
    router: says(() => ({ nextHops: {} })),
  };
  const { sample, failed } = await new Sampler(memoryHost({ name: 'p1' }), given, states).sample(9);
  const flows = { 'web/w1': 1, 'web/w2': 2 };
  expect(sample).toEqual({ atMs: 9, ownedSockets: 3, flows, ownedRows: {} });
  expect(failed).toEqual([]);
  const broken = says(() => {
    throw new Error('no answer');
  });
  const other = new Sampler(memoryHost({ name: 'p1' }), { ...given, receiver: broken }, states);
  const { sample: left, failed: who } = await other.sample(9);
  expect([left.ownedSockets, who]).toEqual([2, ['receiver']]);
});

test('neighbours are read with every third sample and told with each', async () => {
  let reads = 0;
  const base = says(() => ({ neighbours: { '192.0.2.1': String(++reads) } }));
  const sampler = new Sampler(memoryHost({ name: 'p1' }), { base }, {});
  const seen: (string | undefined)[] = [];
  for (let round = 0; round < 5; round++)
    seen.push((await sampler.sample(round)).sample.neighbours?.['192.0.2.1']);
  expect(seen).toEqual(['1', '1', '1', '2', '2']);
});

test('what a director counts is told with how fast it grew since the sample before', async () => {
  let packets = 0;
  const director = says(() => {
    packets += 1_000_000;
    return { traffic: { services: {}, reals: { 'l7/p1': { packets, bytes: 0 } } } };
  });
  const sampler = new Sampler(memoryHost({ name: 'l4a' }), { director }, { director: {} } as never);
  const rates: (number | undefined)[] = [];
  for (const monoMs of [0, 2_000, 2_030, 4_000])
    rates.push((await sampler.sample(0, monoMs)).sample.rates?.reals['l7/p1']?.packets);
  expect(rates, 'none at first; the same where no time went by').toEqual([
    undefined,
    500_000,
    500_000,
    1_000_000,
  ]);
});

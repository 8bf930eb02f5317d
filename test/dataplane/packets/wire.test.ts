/** Live packets, 100,000 a mode: all of them arrive, and their checksums hold. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edge, Wire } from './wire.ts';
import { direct, frame } from './wire-director.ts';

const count = 100_000;
let wire: Wire;
let epoch = 0;

beforeAll(async () => {
  wire = await Wire.start();
  await wire.attach('director', edge.device);
  await wire.attach('check', edge.end);
});
afterAll(() => wire.close());

test.each(['dsr', 'ip', 'gue', 'dnat'] as const)(
  '%s: none is lost, none is wrong',
  async (mode) => {
    await direct(wire, mode, { rowsCount: 4096, epoch: ++epoch });
    const { packets, wrong } = await wire.send({ frame, count, flows: 10_000 });
    expect({ packets, wrong }).toEqual({ packets: count, wrong: 0 });
  },
);

test('packets that nobody answers for do not arrive', async () => {
  await direct(wire, 'dsr', { rowsCount: 4096, epoch: ++epoch });
  const other = frame.slice();
  other[33] = 77; // the last byte of the VIP
  const { packets } = await wire.send({ frame: other, count: 1_000, flows: 10 });
  expect(packets).toBe(0);
});

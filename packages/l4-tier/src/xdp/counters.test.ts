import { expect, test } from 'vitest';
import { dropsIn, othersIn, trafficIn } from './counters.ts';

const sums = (...words: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(words.length * 8);
  for (const [at, word] of words.entries()) bytes.writeBigUInt64LE(BigInt(word), at * 8);
  return bytes;
};
const real = (id: number, name: string) => ({ id, name, address: '', addresses: [] });
const group = { group: 'l7', size: 4, hashKey: '', reals: [real(1, 'p1'), real(9, 'p9')] };

test('lanes are told by name; what lies behind the end of a map is 0', () => {
  const services = sums(0, 0, 0, 0, 10, 9_000_000_000, 3, 1);
  const reals = sums(0, 0, 7, 700);
  const ids = new Map([
    ['shop', 1],
    ['new', 2],
  ]);
  expect(trafficIn({ services, reals }, { groups: [group] }, ids)).toEqual({
    services: {
      shop: { packets: 10, bytes: 9_000_000_000, newFlows: 3, seconds: 1 },
      new: { packets: 0, bytes: 0, newFlows: 0, seconds: 0 },
    },
    reals: { 'l7/p1': { packets: 7, bytes: 700 }, 'l7/p9': { packets: 0, bytes: 0 } },
  });
});

test('reasons that drop stand apart from those that do not', () => {
  const reasons = sums(...Array.from({ length: 32 }, (_, at) => (at === 5 || at > 18 ? at : 0)));
  expect(othersIn(reasons)).toEqual({ 'reasons/echo': 5 });
  expect(dropsIn(reasons)).toMatchObject({ 'no-port': 19, mode: 30 });
  expect(dropsIn(reasons)).not.toHaveProperty('denied');
});

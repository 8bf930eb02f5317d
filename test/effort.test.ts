import { expect, test } from 'vitest';
import { chance, daily, lasting } from '../demo/effort.ts';

test('without a seed nothing is left to chance; with one the same comes again, spread over everything', () => {
  expect(chance(daily, 'director off')).toBe(0);
  const draws = Array.from({ length: 300 }, (_, seed) => chance(lasting(seed), 'director off'));
  expect(draws).toEqual(draws.map((_, seed) => chance(lasting(seed), 'director off')));
  const thirds = [0, 1, 2].map((third) => draws.filter((each) => Math.floor(each * 3) === third));
  for (const third of thirds) expect(third.length).toBeGreaterThan(70);
  expect(chance(lasting(1), 'proxy off')).not.toBe(chance(lasting(1), 'director off'));
});

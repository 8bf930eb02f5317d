/** One machine of each tier away and back, under 200 long-lived connections and 500 requests a second. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { excesses, excessText, figureHeading, figureRow } from '../../demo/figures.ts';
import { measure } from '../../demo/measure.ts';
import { trials } from '../../demo/trials.ts';
import { figure, type Standing, shop, standing, stretch } from '../lab/standing.ts';

let at: Standing;
beforeAll(async () => {
  at = await standing(shop('away'));
  figure(figureHeading.join(' | '));
});
afterAll(() => at?.down());

test.each(trials)('$name', async (trial) => {
  const figures = await measure(at.stage, trial);
  figure(figureRow(figures).join(' | '));
  expect(figures.requests).toBeGreaterThan(1_000);
  if (trial.deed === 'undrain') expect(figures.firstNewMs, 'a new flow').toBeDefined();
  expect(excesses(figures, stretch()).map(excessText)).toEqual([]);
});

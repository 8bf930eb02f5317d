/** A director dies while a proxy drains: the worst moment of directors that remember flows. */

import { labFault } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figureHeading, figureRow } from '../../demo/figures.ts';
import { healthy, must, targetOf, underLoad } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, shop, standing, stretch } from '../lab/standing.ts';

const name = 'drained';
let at: Standing;
beforeAll(async () => {
  at = await standing(shop(name));
});
afterAll(() => at?.down());

test('a director off during the drain of a proxy: flows that began before the drain find their proxy', async () => {
  const { stage } = at;
  const trial = {
    name: 'director off, proxy drains',
    deed: 'off',
    tier: 'l4',
    watchS: 5,
    bounds: { brokenElsewhere: 0 },
  } as const;
  const host = targetOf(stage, trial).name;
  const figures = await underLoad(stage, trial, async () => {
    await must(tricade(['drain', stage.file, 'p1', '--no-wait'], { lab: name }));
    return labFault(name, { kind: 'off', host });
  });
  figure(figureHeading.join(' | '));
  figure(figureRow(figures).join(' | '));
  await labFault(name, { kind: 'on', host });
  await must(tricade(['undrain', stage.file, 'p1'], { lab: name }));
  await healthy(stage);
  expect(figures.requests).toBeGreaterThan(1_000);
  // The elders are rescued by the rows; only what began during the drain, at the director that died, may break.
  expect(figures.broken).toBeLessThan(figures.connections * 0.05);
  // So with short ones: those under way at that moment, more of them on a busy machine, and none that came later.
  expect(figures.failed).toBeLessThan(5 * stretch());
  expect(figures.failuresEndMs ?? 0).toBeLessThan(250 * stretch());
});

/** A director dies while a proxy drains: the worst moment of directors that remember flows. Those that do not: zero-break.test.ts. */

import { labFault } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figureHeading, figureRow } from '../../demo/figures.ts';
import { healthy, must, targetOf, underLoad } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, shop, standing, stretch } from '../lab/standing.ts';

const trial = {
  name: 'director off, proxy drains',
  deed: 'off',
  tier: 'l4',
  watchS: 5,
  bounds: { brokenElsewhere: 0 },
} as const;

/** Powers a director off right after a drain of p1 began; both are well again afterwards. */
async function deathInDrain({ stage }: Standing) {
  const lab = stage.cluster.name;
  const host = targetOf(stage, trial).name;
  const figures = await underLoad(stage, trial, async () => {
    await must(tricade(['drain', stage.file, 'p1', '--no-wait'], { lab }));
    return labFault(lab, { kind: 'off', host });
  });
  figure(figureHeading.join(' | '));
  figure(figureRow(figures).join(' | '));
  await labFault(lab, { kind: 'on', host });
  await must(tricade(['undrain', stage.file, 'p1'], { lab }));
  await healthy(stage);
  expect(figures.requests).toBeGreaterThan(1_000);
  // Short connections: those under way at that moment, more of them on a busy machine, and none that came later.
  expect(figures.failed).toBeLessThan(5 * stretch());
  expect(figures.failuresEndMs ?? 0).toBeLessThan(250 * stretch());
  return figures;
}

let at: Standing;
beforeAll(async () => {
  at = await standing(shop('drained'));
});
afterAll(() => at?.down());

test('flows that began before the drain find their proxy', async () => {
  const figures = await deathInDrain(at);
  // The elders are rescued by the rows; only what began during the drain, at the director that died, may break.
  expect(figures.broken).toBeLessThan(figures.connections * 0.05);
});

/** A director is drained while rows are in change: directors that remember flows could not place those that began since, so it waits. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Figures, figureHeading, figureRow } from '../../demo/figures.ts';
import { must, targetOf, underLoad } from '../../demo/measure.ts';
import { type Ran, tricade } from '../../demo/tricade.ts';
import { figure, type Standing, shop, standing } from '../lab/standing.ts';

const name = 'inchange';
let at: Standing;
beforeAll(async () => {
  at = await standing(shop(name));
  await must(tricade(['drain', at.stage.file, 'p1', '--timeout', '10s'], { lab: name }));
  figure(figureHeading.join(' | '));
});
afterAll(() => at?.down());

/** Connections that began after the rows were flipped, and what becomes of them when a director is drained. */
async function drained(
  how: readonly string[],
): Promise<{ figures: Figures; ran: Ran; target: string }> {
  const { stage } = at;
  let ran: Ran | undefined;
  const trial = {
    name: 'director drained',
    deed: 'drain',
    tier: 'l4',
    watchS: 4,
    bounds: { brokenElsewhere: 0 },
  } as const;
  const target = targetOf(stage, trial).name;
  const figures = await underLoad(stage, trial, async () => {
    const askedAtMs = Date.now();
    ran = await tricade(['drain', stage.file, target, ...how], { lab: name });
    return ran.answeredAtMs ?? askedAtMs;
  });
  figure([...figureRow(figures), how.join(' ')].join(' | '));
  if (ran === undefined) throw new Error('the drain was not asked for');
  return { figures, ran, target };
}

test('a director drained within 130 s of a proxy waits and says so: 0 broken, 0 failed', async () => {
  const { figures, ran, target } = await drained(['--timeout', '1s']);
  expect(ran.code).toBe(1);
  const waits = `${target} goes on receiving until rows are settled`;
  expect(ran.said.map(({ text }) => text).join('\n')).toMatch(
    new RegExp(`${waits}: \\d+ of 4096 rows of l7 are in change, for about \\d`),
  );
  const status = await must(tricade(['status', at.stage.file], { lab: name }));
  expect(status.stdout).toContain(waits);
  expect(figures).toMatchObject({ broken: 0, failed: 0 });
});

test('the operator can force it, and connections break: so the wait is what kept them', async () => {
  const { figures, ran } = await drained(['--force', '--timeout', '2s']);
  expect(ran.code).toBe(0);
  expect(figures.broken).toBeGreaterThan(0);
});

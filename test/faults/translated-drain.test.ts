/** A director that translates (dnat on nft) is drained and comes back under load: another one goes on with its flows in their middle. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoad } from '../../demo/load.ts';
import { loadOf, must } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, standing } from '../lab/standing.ts';

const lab = 'translated';
const example = fileURLToPath(new URL('../../examples/dnat.yaml', import.meta.url));
let at: Standing;
beforeAll(async () => {
  at = await standing(readFileSync(example, 'utf8').replace('cluster: dnat', `cluster: ${lab}`));
});
afterAll(() => at?.down());

test('doctor tells what the lab’s hosts may not raise, and that they are ready all the same', async () => {
  const { stdout } = await must(tricade(['doctor', at.stage.file], { lab }));
  expect(stdout).toMatch(/^l4a +warn +connection tracking has room for \d+ flows, not 1048576/m);
  expect(stdout).toMatch(/^w1 +warn +connection tracking has room for/m);
  expect(stdout).toMatch(/^READY$/m);
});

test('packets are as traced', async () => {
  const { stdout } = await must(tricade(['lab', 'prove', at.stage.file], { lab }));
  expect(stdout).toContain('PROVED  1 of 1 ');
});

test.for(['drain', 'undrain'] as const)(
  '%s: no connection breaks, no request fails',
  async (verb) => {
    const load = startLoad(lab, loadOf(at.stage, 5));
    try {
      await load.ready;
      await delay(500);
      const { tookMs } = await must(tricade([verb, at.stage.file, 'l4a'], { lab }));
      const { long, short } = await load.report;
      figure(
        `${verb} l4a within ${Math.round(tookMs)} ms: ${long.broken.length} of ${long.connections} broken, ${short.failed.length} of ${short.sent} failed, longest wait ${Math.round(Math.max(long.maxStallMs, short.maxMs))} ms`,
      );
      expect([long.broken, short.failed]).toEqual([[], []]);
    } finally {
      load.stop();
    }
  },
);

/** Directors that translate (dnat): one is drained and comes back under load, and another goes on with its flows in their middle; behind xdp a server is drained, too. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLoad } from '../../demo/load.ts';
import { loadOf, must } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, standing } from '../lab/standing.ts';

const example = fileURLToPath(new URL('../../examples/dnat.yaml', import.meta.url));

describe.each(['nft', 'xdp'] as const)('%s', (driver) => {
  const lab = `translated-${driver}`;
  let at: Standing;
  beforeAll(async () => {
    const text = readFileSync(example, 'utf8').replace('cluster: dnat', `cluster: ${lab}`);
    at = await standing(text.replace('driver: nft', `driver: ${driver}`));
  });
  afterAll(() => at?.down());

  test('doctor tells what the lab’s hosts may not raise, and that they are ready all the same', async () => {
    const { stdout } = await must(tricade(['doctor', at.stage.file], { lab }));
    const room = /^(\w+) +warn +connection tracking has room for \d+ flows, not 1048576/gm;
    const warned = [...stdout.matchAll(room)].map(([, host]) => host).sort();
    const directors = driver === 'nft' ? ['l4a', 'l4b'] : [];
    expect(warned).toEqual([...directors, 'w1', 'w2', 'w3']);
    expect(stdout).toMatch(/^READY$/m);
  });

  test('packets are as traced', async () => {
    const { stdout } = await must(tricade(['lab', 'prove', at.stage.file], { lab }));
    expect(stdout).toContain('PROVED  1 of 1 ');
  });

  test.for(['drain', 'undrain'] as const)(
    '%s of a director: no connection breaks, no request fails',
    async (verb) => {
      const load = startLoad(lab, loadOf(at.stage));
      try {
        await load.ready;
        await delay(500);
        const { tookMs } = await must(tricade([verb, at.stage.file, 'l4a'], { lab }));
        await delay(1_000);
        const { long, short } = await load.end();
        figure(
          `${driver}: ${verb} l4a within ${Math.round(tookMs)} ms: ${long.broken.length} of ${long.connections} broken, ${short.failed.length} of ${short.sent} failed, longest wait ${Math.round(Math.max(long.maxStallMs, short.maxMs))} ms`,
        );
        expect([long.broken.slice(0, 3), short.failed.slice(0, 3)]).toEqual([[], []]);
      } finally {
        load.stop();
      }
    },
  );

  test.runIf(driver === 'xdp')(
    'drain of a server: its connections stay, and it is empty once they have ended',
    async () => {
      const load = startLoad(lab, { ...loadOf(at.stage, 6), perSecond: 100 });
      try {
        await load.ready;
        const drained = must(tricade(['drain', at.stage.file, 'w1'], { lab }));
        const [{ stdout, said }, { long, short, servers, endedAtMs }] = await Promise.all([
          drained,
          load.report,
        ]);
        const heldMs = Date.now() - endedAtMs;
        figure(
          `xdp: drain w1: ${long.broken.length} of ${long.connections} broken, ${short.failed.length} of ${short.sent} failed; empty ${Math.round(heldMs)} ms after the last of its connections`,
        );
        expect([long.broken.slice(0, 3), short.failed.slice(0, 3)]).toEqual([[], []]);
        const held = Object.values(servers).some((counts) => (counts['k:w1'] ?? 0) > 0);
        expect(held, 'w1 had connections').toBe(true);
        expect(said.map(({ text }) => text).join('\n')).toMatch(/w1 holds \d+ connections/);
        expect(stdout).toContain('w1 is empty: it may be stopped');
        expect(heldMs).toBeGreaterThan(0);
      } finally {
        load.stop();
      }
    },
  );
});

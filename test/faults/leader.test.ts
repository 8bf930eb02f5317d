/** Two monitors; the one that leads is killed. */
import { labExec, labFault } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoad } from '../../demo/load.ts';
import { healthy, loadOf, must } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { until } from '../dataplane/waiting.ts';
import { figure, type Standing, shop, standing, stretch } from '../lab/standing.ts';

const name = 'leader';
const two = {
  'nodes: { m1: { edge: 198.51.100.31, inside: 198.51.100.91 } }':
    'nodes: { m1: { edge: 198.51.100.31, inside: 198.51.100.91 }, m2: { edge: 198.51.100.32, inside: 198.51.100.92 } }',
};
const unit = 'tricade-monitor.service';
let at: Standing;
beforeAll(async () => {
  at = await standing(shop(name, two));
});
afterAll(() => at?.down());

async function leader(): Promise<string> {
  const { stdout } = await must(tricade(['status', at.stage.file], { lab: name }));
  return /^(\S+) +monitor .*leads/m.exec(stdout)?.[1] ?? '';
}

/** Wall clock (ms) of a monitor's last election. */
async function led(monitor: string): Promise<number> {
  const { stdout } = await must(
    tricade(['events', at.stage.file, '-o', 'json', '-n', '500'], { lab: name }),
  );
  const events = JSON.parse(stdout) as readonly {
    readonly kind: string;
    readonly subject: string;
    readonly atMs: number;
  }[];
  const last = events.findLast((each) => each.kind === 'leader' && each.subject === monitor);
  return last?.atMs ?? Number.POSITIVE_INFINITY;
}

test('the leader is killed: the other goes on within 2 s, 0 failed', async () => {
  const { stage } = at;
  const first = await leader();
  const other = first === 'm1' ? 'm2' : 'm1';
  expect(first).not.toBe('');
  const load = startLoad(name, loadOf(stage));
  try {
    await load.ready;
    const killedAtMs = await labFault(name, { kind: 'kill', host: first, unit });
    await labExec(name, first, ['systemctl', 'stop', unit]);
    const { value: ledAtMs } = await until(
      () => led(other),
      (atMs) => atMs > killedAtMs && Number.isFinite(atMs),
    );
    const tookMs = ledAtMs - killedAtMs;
    // A change is the proof that somebody leads: a follower refuses it.
    await must(tricade(['drain', stage.file, 'w1', '--no-wait'], { lab: name }));
    const { long, short } = await load.end();

    figure(
      `${first} killed: ${other} leads after ${tookMs} ms; ${long.broken.length} broken, ${short.failed.length} failed`,
    );
    expect(await leader()).toBe(other);
    expect(long.broken).toEqual([]);
    expect(short.failed).toEqual([]);
    expect(tookMs).toBeLessThan(2_000 * stretch());
  } finally {
    load.stop();
  }
  await labExec(name, first, ['systemctl', 'start', unit]);
  await must(tricade(['undrain', stage.file, 'w1'], { lab: name }));
  await healthy(stage);
});

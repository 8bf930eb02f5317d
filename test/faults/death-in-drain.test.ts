/** A director dies while a proxy drains: the worst moment of directors that remember flows, and no moment at all for those that do not. */

import { labExec, labFault } from '@tricade/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('nft', () => {
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
});

describe('xdp', () => {
  let at: Standing;
  beforeAll(async () => {
    at = await standing(shop('drained-xdp', { 'driver: nft': 'driver: xdp' }));
  });
  afterAll(() => at?.down());

  test('every flow finds its proxy, by the proxies’ own sockets', async () => {
    const figures = await deathInDrain(at);
    expect(figures.broken).toBe(0);
    const counts = await Promise.all(['p1', 'p2', 'p3'].map((host) => handedOn(at, host)));
    figure(`packets handed on by each proxy: ${counts.join(', ')}`);
    // More than the packet that each driver sends through its program now and then.
    expect(Math.max(...counts)).toBeGreaterThan(20);
  });
});

/** Packets that a proxy sent on to the second candidate (`enum proxy_reason`, 16–31). */
async function handedOn({ stage }: Standing, host: string): Promise<number> {
  const ask = '/opt/tricade/tricade-bpf send /run/tricade/bpf.sock sum proxy_counters 16 16';
  const { stdout } = await labExec(stage.cluster.name, host, ['sh', '-c', ask]);
  const sums = Buffer.from(stdout.trim().replace(/^ok /, ''), 'base64');
  let sum = 0;
  for (let at = 0; at + 8 <= sums.length; at += 8) sum += Number(sums.readBigUInt64LE(at));
  return sum;
}

/** One segment without routers: the director that answers for the VIPs is drained, comes back, and dies, under load. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { labAccess, labExec, labFault } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoadReport, startLoad } from '../../demo/load.ts';
import { healthy, must } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, standing, stretch } from '../lab/standing.ts';

const lab = 'segment-faults';
const example = fileURLToPath(new URL('../../examples/one-segment.yaml', import.meta.url));
/** The example with IPv6 beside it. */
const text = readFileSync(example, 'utf8')
  .replace('cluster: one-segment', `cluster: ${lab}`)
  .replace('cidr: 192.0.2.0/24', 'cidr: [192.0.2.0/24, 2001:db8::/64]')
  .replace('vip: 192.0.2.10', 'vip: [192.0.2.10, "2001:db8::10"]')
  .replace(/192\.0\.2\.([1-4][12])\b/g, '[192.0.2.$1, "2001:db8::$1"]');
let at: Standing;
beforeAll(async () => {
  at = await standing(text);
});
afterAll(() => at?.down());

const run = (...words: string[]) => {
  const [verb = '', ...rest] = words;
  return must(tricade([verb, at.stage.file, ...rest], { lab }));
};

/** MACs at which the client has the VIPs. */
async function heldBy(): Promise<readonly (string | undefined)[]> {
  const { hosts } = await labAccess(lab);
  const names = new Map(
    Object.entries(hosts).flatMap(([name, { macs }]) =>
      Object.values(macs).map((mac) => [mac, name] as const),
    ),
  );
  const { stdout } = await labExec(lab, 'client', ['ip', 'neigh', 'show', 'nud', 'all']);
  return ['192.0.2.10', '2001:db8::10'].map((vip) => {
    const line = stdout.split('\n').find((each) => each.startsWith(`${vip} `)) ?? '';
    return names.get(/lladdr (\S+)/.exec(line)?.[1] ?? '');
  });
}

/** Loads on both VIPs around a deed, which tells when it took effect, and for some seconds after it. */
async function under(seconds: number, deed: () => Promise<number>) {
  const urls = ['http://192.0.2.10/', 'http://[2001:db8::10]/'];
  const loads = urls.map((url) => startLoad(lab, { url, seconds: 120, long: 50, perSecond: 100 }));
  try {
    await Promise.all(loads.map(({ ready }) => ready));
    await delay(500);
    const atMs = await deed();
    await delay(seconds * 1_000);
    const reports = await Promise.all(loads.map((load) => load.end()));
    const broken = reports.reduce((sum, { long }) => sum + long.broken.length, 0);
    const failed = reports.flatMap(({ short }) => short.failed);
    const sent = reports.reduce((sum, { short }) => sum + short.sent, 0);
    return { atMs, broken, failed, sent, stallMs: stallOf(reports) };
  } finally {
    for (const load of loads) load.stop();
  }
}

function stallOf(reports: readonly LoadReport[]): number {
  return Math.round(
    Math.max(...reports.map(({ long, short }) => Math.max(long.maxStallMs, short.maxMs))),
  );
}

test('every packet table holds on the wire; the first director of the file answers', async () => {
  const { stdout } = await must(tricade(['lab', 'prove', at.stage.file], { lab }));
  expect(stdout).toContain('PROVED  2 of 2 ');
  expect(await heldBy()).toEqual(['l4a', 'l4a']);
  const { stdout: said } = await run('status');
  expect(said).toMatch(/^l4b .*stands by for 2 VIPs/m);
});

test('the one that answers is drained and comes back: nothing breaks', async () => {
  const drained = await under(
    2,
    async () => (await run('drain', 'l4a')).answeredAtMs ?? Date.now(),
  );
  expect(await heldBy()).toEqual(['l4b', 'l4b']);
  const back = await under(2, async () => (await run('undrain', 'l4a')).answeredAtMs ?? Date.now());
  expect(await heldBy()).toEqual(['l4a', 'l4a']);
  for (const { broken, failed, sent, stallMs } of [drained, back]) {
    figure(
      `${sent} requests: ${broken} of 100 broken, ${failed.length} failed, longest wait ${stallMs} ms`,
    );
    expect([broken, failed]).toEqual([0, []]);
  }
});

test('it dies: another answers, and no long connection breaks', async () => {
  const { atMs, broken, failed, sent, stallMs } = await under(4, () =>
    labFault(lab, { kind: 'off', host: 'l4a' }),
  );
  const lastMs = Math.max(0, ...failed.map((each) => Math.round(each.atMs - atMs)));
  figure(
    `l4a off, ${sent} requests: ${broken} of 100 broken, ${failed.length} failed, the last after ${lastMs} ms, longest wait ${stallMs} ms`,
  );
  expect(await heldBy()).toEqual(['l4b', 'l4b']);
  expect(broken).toBe(0);
  expect(stallMs).toBeLessThan(4_000 * stretch());
  await labFault(lab, { kind: 'on', host: 'l4a' });
  await healthy(at.stage);
  expect(await heldBy()).toEqual(['l4a', 'l4a']);
});

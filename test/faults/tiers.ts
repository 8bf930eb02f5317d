/**
 * `node --conditions=source test/faults/tiers.ts [--seed N] [--per-second N]`: one machine of each tier lost, drained, passed over and added, under more than the load of every day: two routers,
 * three xdp directors, three proxies, six servers; 200 long-lived connections and 1,000 requests a second (or N), each on a connection of its own; and 2,000
 * connections to two other services that are held through all of it. Prints a line each; exits 0 only where every bound is kept.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { loadCluster, tableLines } from '@tricade/cli';
import { clock, type Tier } from '@tricade/cluster';
import type { Effort } from '../../demo/effort.ts';
import {
  excesses,
  excessText,
  type Figures,
  figureHeading,
  figureRow,
} from '../../demo/figures.ts';
import { healthy, must, type Stage, targetOf, underLoad } from '../../demo/measure.ts';
import type { Bounds, Trial } from '../../demo/trials.ts';
import { tricade } from '../../demo/tricade.ts';
import { stretch } from '../lab/standing.ts';
import { kept, keptText, stand } from './held.ts';
import { seen } from './monitor.ts';
import type { Deed } from './sequence.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    'per-second': { type: 'string', default: '1000' },
  },
});
const perSecond = Number(values['per-second']);
const effort: Effort = { long: 200, perSecond, watch: 1, seed: Number(values.seed) };
/** One of each tier that is added. */
const added = ['r3', 'l4d', 'p4', 'w8'] as const;

/** What is done to a machine of a tier, and what undoes it. */
interface Row {
  readonly name: string;
  readonly tier: Tier;
  readonly watchS: number;
  readonly bounds: Bounds;
  /** Resolves with the wall clock (ms) at which it took effect. */
  readonly act: (target: string) => Promise<number>;
  readonly undo: (target: string) => Promise<unknown>;
  /** What is to be told of it right after the deeds. */
  readonly says?: () => Promise<string>;
}

const none: Bounds = { broken: 0, brokenElsewhere: 0, failed: 0 };
const closed: Bounds = { ...none, newAfter1s: 0 };
/** Detection time of `50ms x 3`, and what it takes to act on it. */
const lost: Bounds = { broken: 0, brokenElsewhere: 0, failuresEndMs: 250 };
const to = (kind: 'drain' | 'undrain' | 'off' | 'on' | 'upstream', of: string): Deed => ({
  kind,
  of,
});
/** In this order; the moment of the last one. */
async function each(...deeds: readonly Deed[]): Promise<number> {
  let atMs = 0;
  for (const deed of deeds) atMs = await on.deeds.do(deed);
  return atMs;
}
const drained = (name: string, tier: Tier): Row => ({
  name: `${name} drained`,
  tier,
  watchS: 4,
  bounds: closed,
  act: (target) => each(to('drain', target)),
  undo: (target) => each(to('undrain', target)),
});
const otherProxy = (target: string): string => (target === 'p1' ? 'p2' : 'p1');

/** Two proxies at once at the end: rows that are in change since then would hold up what comes behind. */
const rows: readonly Row[] = [
  {
    name: 'director off',
    tier: 'l4',
    watchS: 4,
    bounds: lost,
    act: (target) => each(to('off', target)),
    undo: (target) => each(to('on', target)),
  },
  {
    name: 'director off, proxy drains',
    tier: 'l4',
    watchS: 4,
    bounds: lost,
    act: (target) => each(to('drain', 'p1'), to('off', target)),
    undo: (target) => each(to('on', target), to('undrain', 'p1')),
  },
  drained('director', 'l4'),
  drained('server', 'servers'),
  drained('proxy', 'l7'),
  {
    name: 'router passed over',
    tier: 'routers',
    watchS: 4,
    bounds: closed,
    act: (target) => each(to('upstream', target === 'r1' ? 'r2' : 'r1')),
    undo: () => each(to('upstream', 'r1')),
  },
  {
    name: 'two proxies drained',
    tier: 'l7',
    watchS: 4,
    bounds: none,
    act: (target) => each(to('drain', otherProxy(target)), to('drain', target)),
    undo: (target) => each(to('undrain', otherProxy(target)), to('undrain', target)),
    says: waitingRows,
  },
  {
    name: 'one of each added',
    tier: 'l7',
    watchS: 4,
    bounds: none,
    act: () => on.deeds.become({ parts: ['web', ...added] }),
    undo: async () => undefined,
  },
];

const on = await stand('tiers', { parts: ['web'], encapsulation: 'gue' }, added);
const { file } = on.at.stage;
const stage: Stage = { cluster: await loadCluster(file), file, effort };

/** Deeds under load, and a healthy cluster afterwards. */
async function measure(row: Row): Promise<Figures> {
  const trial: Trial = { ...row, deed: 'drain' };
  const target = targetOf(stage, trial).name;
  const figures = await underLoad(stage, trial, async () => {
    const atMs = await row.act(target);
    if (row.says !== undefined) console.log(`  ${await row.says()}`);
    return atMs;
  });
  await row.undo(target);
  await healthy(stage, '60s');
  return figures;
}

/** What the conductor says of rows that wait for a third candidate. */
async function waitingRows(): Promise<string> {
  const { waits } = await seen('tiers');
  return waits.find(({ why }) => why.word === 'third-candidate')?.why.text ?? 'no row waits';
}

const heading = [...figureHeading, 'NEW AFTER 1 s'];
const measured: Figures[] = [];
try {
  console.log(heading.join(' | '));
  const held = await kept(on, { joinPerSecond: 20, stayMs: 5_000 }, async () => {
    for (const row of rows) {
      const figures = await measure(row);
      measured.push(figures);
      console.log(
        `${clock(Date.now())} ${cells(figures).join(' | ')}, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
      );
    }
    // Empty, for those who joined it stay five seconds only; what is held since the beginning is elsewhere.
    await must(tricade(['drain', file, 'p4', '--timeout', '60s'], { lab: 'tiers' }));
    await on.deeds.become({ parts: ['web', ...added.filter((each) => each !== 'p4')] });
    console.log('p4 drained until it was empty, and removed');
  });
  const faults = measured.flatMap((figures) =>
    excesses(figures, stretch()).map((excess) => `${figures.trial.name}: ${excessText(excess)}`),
  );
  console.log(tableLines(heading, measured.map(cells)).join('\n'));
  console.log(`held through all of it: ${keptText(held)}`);
  for (const { why, atMs, askedAtMs, port } of held.broken)
    console.log(`  ${why} at ${clock(atMs)}, asked at ${clock(askedAtMs)}, port ${port}`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length === 0 && held.broken.length === 0 ? 0 : 1;
} finally {
  await on.at.down();
}

function cells(figures: Figures): readonly string[] {
  return [...figureRow(figures), String(figures.newAfter1s)];
}

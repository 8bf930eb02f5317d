/**
 * What a turn of the conductor costs with a table of 65,537 rows: idle, deciding a drain (arm, flip), judging each step, and every step as text.
 * `node --conditions=source packages/cluster/src/testing/conduct.bench.ts`; medians of 15 turns after 5 to warm up.
 */

import { judgeSteps } from '../check-steps.ts';
import { type ConductorMemory, type ConductorView, emptyMemory } from '../conduct/view.ts';
import { conduct } from '../conduct.ts';
import type { Table } from '../model/live.ts';
import { applyStep, packChanges } from '../table.ts';
import { World } from './conduct-world.ts';

const rounds = 20;
const warmUp = 5;

function medianMs(task: () => unknown): string {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    task();
    if (round >= warmUp) took.push(performance.now() - start);
  }
  return `${(took.sort((a, b) => a - b)[took.length >> 1] as number).toFixed(2)} ms`;
}

/** Every director acks what the feed says. */
function acked(view: ConductorView): ConductorView {
  const reports = Object.fromEntries(
    Object.entries(view.reports).map(([name, report]) => [
      name,
      name.startsWith('d') ? { ...report, steps: view.feed.tables } : report,
    ]),
  );
  return { ...view, reports };
}

for (const proxies of [3, 100]) {
  const world = new World({ routers: 2, directors: 3, proxies, rows: 65_537 });
  for (const proxy of world.small.proxies) world.judge(`l7/${proxy}`, 'up');
  for (let i = 0; i < 5; i++) {
    world.wait(5);
    for (const { name } of world.small.cluster.nodes) {
      world.hear(name);
      if (name.startsWith('r')) world.converge(name);
      world.measure(name);
      world.arrive(name);
    }
    world.lead();
  }
  console.log(`65537 rows, ${proxies} proxies, 3 directors, 2 routers`);
  let memory: ConductorMemory = conduct(world.view(), emptyMemory).memory;
  const idle = world.view();
  console.log(`  idle turn   ${medianMs(() => conduct(idle, memory))}`);
  world.latch('l7/p1', 'drain');
  let view = world.view();
  for (const kind of ['arm', 'flip']) {
    const turn = conduct(view, memory);
    const [step] = turn.steps;
    if (step?.kind !== kind) throw new Error(`expected ${kind}, not ${step?.kind}`);
    const now = view;
    const before = memory;
    const text = packChanges(step).length;
    console.log(
      `  ${kind.padEnd(12)}${medianMs(() => conduct(now, before))}, ${step.rowIndexes.length} rows, ${text} characters`,
    );
    console.log(`    judged      ${medianMs(() => judgeSteps(now, [step]))}`);
    const table = applyStep(view.feed.tables.l7, step) as Table;
    memory = turn.memory;
    view = acked({ ...view, feed: { ...view.feed, tables: { l7: table } } });
  }
}

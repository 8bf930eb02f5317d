/**
 * B3: a table of 65,537 rows over 1,000 reals: build, remove one, add it again, a step and its digest.
 * `node --conditions=source packages/cluster/src/testing/table.bench.ts`; medians of 15 rounds after 5 to warm up.
 */
import type { Table } from '../model/live.ts';
import { reason } from '../reason.ts';
import {
  applyStep,
  armedWord,
  birthRows,
  birthStep,
  currentOf,
  desiredRows,
  nextStep,
  packRows,
  tableDigest,
  unpackRows,
  type WeightedMember,
} from '../table.ts';

const size = 65_537;
const reals = 1000;
const rounds = 20;
const warmUp = 5;
const why = reason('bench', 'measured');

function medianMs(task: () => unknown): number {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    task();
    if (round >= warmUp) took.push(performance.now() - start);
  }
  return took.sort((a, b) => a - b)[took.length >> 1] as number;
}

function fullest(owners: Uint16Array): number {
  const count = new Map<number, number>();
  for (const owner of owners) count.set(owner, (count.get(owner) ?? 0) + 1);
  return Math.max(...count.values());
}

/** Removes each of 100 members in turn from the same table: rows that moved though their owner stayed, worst case. */
function movedBeyond(rows: Uint32Array, members: readonly WeightedMember[]): number {
  let worst = 0;
  for (const { id: gone } of members.filter((_, i) => i % 10 === 0)) {
    const after = desiredRows(
      rows,
      members.filter(({ id }) => id !== gone),
    );
    let moved = 0;
    for (let row = 0; row < rows.length; row++) {
      const owner = currentOf(rows[row] as number);
      if (owner !== gone && after[row] !== owner) moved++;
    }
    worst = Math.max(worst, moved);
  }
  return worst;
}

/** 200 random changes, one member out or in at a time: rows of the fullest beyond the least possible, worst case. */
function afterChurn(start: Uint32Array, members: readonly WeightedMember[]): number {
  let seed = 1;
  let rows = start;
  const out = new Set<number>();
  let worst = 0;
  for (let change = 0; change < 200; change++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    const id = 1 + ((seed >>> 8) % members.length);
    if (!out.delete(id)) out.add(id);
    const present = members.filter((member) => !out.has(member.id));
    const owners = desiredRows(rows, present);
    worst = Math.max(worst, fullest(owners) - Math.ceil(size / present.length));
    rows = new Uint32Array(owners);
  }
  return worst;
}

for (const [name, weightOf] of [
  ['equal weights', () => 100],
  ['weights 1–256', (id: number) => 1 + ((id * 97) % 256)],
] as const) {
  const members = Array.from({ length: reals }, (_, i) => ({ id: i + 1, weight: weightOf(i + 1) }));
  const without = members.slice(1);
  const rows = birthRows(size, members);
  const table = applyStep(undefined, birthStep('l7', rows, why)) as Table;
  const owners = desiredRows(rows, without);
  const arm = nextStep(table, {
    kind: 'arm',
    rewrite: (word, row) => {
      const owner = owners[row] as number;
      return owner === currentOf(word) ? word : armedWord(word, owner);
    },
    why,
  });
  if (arm === undefined) throw new Error('nothing to arm');
  const ms = (task: () => unknown): string => `${medianMs(task).toFixed(2)} ms`;
  console.log(`${size} rows, ${reals} reals, ${name}`);
  console.log(`  build               ${ms(() => birthRows(size, members))}`);
  console.log(`  remove one          ${ms(() => desiredRows(rows, without))}`);
  if (name === 'equal weights') {
    const average = size / without.length;
    console.log(
      `  max / average       ${(fullest(owners) / average).toFixed(4)} (least possible ${(Math.ceil(average) / average).toFixed(4)})`,
    );
    console.log(`  after 200 changes   ${afterChurn(rows, members)} rows above the least possible`);
  }
  const moved = movedBeyond(rows, members);
  console.log(`  moved beyond own    ${moved} rows (${((100 * moved) / size).toFixed(3)} %)`);
  console.log(
    `  apply a step        ${ms(() => applyStep(table, arm))} (${arm.rowIndexes.length} rows)`,
  );
  console.log(`  digest              ${ms(() => tableDigest(rows))}`);
  const text = packRows(rows);
  console.log(
    `  as text             ${text.length} characters, ${ms(() => packRows(rows))} and back ${ms(() => unpackRows(text))}`,
  );
}

/**
 * `node --conditions=source test/faults/sequences.ts [--seed N] [--count N]`: random sequences of changes under 2,000 connections to each service,
 * seeds N, N + 1, … (default: 1 and 200). Prints a line a seed, half a minute to two each, and the seeds that failed; `--seed N --count 1` runs one again, from
 * settled tables. `--seed` of the first one that is missing goes on where a run ended. Exits 0 only where nothing broke.
 */
import { parseArgs } from 'node:util';
import { clock } from '@tricade/cluster';
import { keptText, sequence, stand } from './held.ts';
import { wordsOf } from './sequence.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    verbose: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed);
const count = Number(values.count);
const failed: number[] = [];
let broken = 0;
let established = 0;
let on = await stand('sequences');

/** Prints what the seed did; false where something broke or could not be done. */
async function run(seed: number): Promise<boolean> {
  const startedMs = performance.now();
  const done: string[] = [];
  const kept = await sequence(on, seed, ({ deed }) => {
    done.push(wordsOf(deed));
    if (values.verbose) console.log(`  ${clock(Date.now())} ${wordsOf(deed)}`);
  }).catch((error: unknown) => (error as Error).message);
  if (typeof kept === 'string') {
    console.log(`seed ${seed}: ${kept}: ${done.join(', ')}`);
    return false;
  }
  broken += kept.broken;
  established += kept.established;
  for (const { broken: some } of kept.services)
    for (const { why, atMs, askedAtMs, port } of some.slice(0, 5))
      console.log(`  ${why} at ${clock(atMs)}, asked at ${clock(askedAtMs)}, port ${port}`);
  const tookS = (performance.now() - startedMs) / 1_000;
  console.log(`seed ${seed}: ${keptText(kept)}, ${tookS.toFixed(0)} s: ${done.join(', ')}`);
  return kept.broken === 0;
}

try {
  for (let seed = first; seed < first + count; seed++) {
    if (await run(seed)) continue;
    failed.push(seed);
    // Whatever it left behind is no fault of the next one.
    await on.at.down();
    on = await stand('sequences');
  }
} finally {
  await on.at.down();
}
console.log(`${broken} of ${established} connections broken in ${count} sequences`);
if (failed.length > 0) console.log(`failed: seeds ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * `node --conditions=source test/faults/sequences.ts [--seed N] [--count N]`: random sequences of changes under 2,000 connections to each service,
 * seeds N, N + 1, … (default: 1 and 200). Prints a line a seed, about 30 s each, and the seeds that failed; `--seed N --count 1` runs one again, from
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

const on = await stand('sequences');
try {
  for (let seed = first; seed < first + count; seed++) {
    const startedMs = performance.now();
    const done: string[] = [];
    try {
      const kept = await sequence(on, seed, ({ deed }) => {
        done.push(wordsOf(deed));
        if (values.verbose) console.log(`  ${clock(Date.now())} ${wordsOf(deed)}`);
      });
      broken += kept.broken;
      established += kept.established;
      if (kept.broken > 0) {
        failed.push(seed);
        for (const each of kept.services.flatMap((held) => held.broken).slice(0, 5))
          console.log(
            `  ${each.why} at ${clock(each.atMs)}, asked at ${clock(each.askedAtMs)}, port ${each.port}`,
          );
      }
      const tookS = (performance.now() - startedMs) / 1_000;
      console.log(`seed ${seed}: ${keptText(kept)}, ${tookS.toFixed(0)} s: ${done.join(', ')}`);
    } catch (error) {
      failed.push(seed);
      console.log(`seed ${seed}: ${(error as Error).message}: ${done.join(', ')}`);
      break;
    }
  }
} finally {
  await on.at.down();
}
console.log(
  failed.length === 0
    ? `${broken} of ${established} connections broken in ${count} sequences`
    : `failed: seeds ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

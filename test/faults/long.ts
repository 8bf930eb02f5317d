/**
 * `pnpm faults:long [SEED] [FILTER…]`: the tests of this folder three times, each time with another seed (targets and moments), five times the connections
 * and four times the watching. Every run counts: exits 0 only where three of three pass. Prints the seed; with it the same choices come again.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const runs = 3;
const root = fileURLToPath(new URL('../../', import.meta.url));
const [first = '', ...rest] = process.argv.slice(2);
const given = /^\d+$/.test(first);
const seed = given ? Number(first) : randomInt(1_000_000);
const named = given ? rest : [first, ...rest].filter((word) => word !== '');
const filter = named.length > 0 ? named : ['test/faults'];

function run(ofRun: number): boolean {
  console.log(`\n== run ${ofRun - seed + 1} of ${runs}, seed ${ofRun}`);
  const { status } = spawnSync('node_modules/.bin/vitest', ['run', '--project', 'lab', ...filter], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TRICADE_FAULTS_SEED: String(ofRun) },
  });
  return status === 0;
}

const passed = Array.from({ length: runs }, (_, index) => run(seed + index)).filter(Boolean).length;
console.log(
  `\n${passed} of ${runs} runs passed; again: pnpm faults:long ${seed} ${named.join(' ')}`.trimEnd(),
);
process.exitCode = passed === runs ? 0 : 1;

/**
 * `pnpm faults:long [SEED] [FILTER…]`: the tests of this folder three times, each time with another seed (targets and moments), five times the connections
 * and four times the watching. Every run counts: exits 0 only where three of three pass. Prints the seed; with it the same choices come again.
 * Then, where there is no FILTER, 200 random sequences of changes; `pnpm faults:long sequences [--seed N] [--count N]` runs those alone (sequences.ts).
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

/** 200 of them where `words` say no other count. */
function sequences(words: readonly string[]): boolean {
  const argv = ['--conditions=source', 'test/faults/sequences.ts', ...words];
  const { status } = spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit' });
  return status === 0;
}

function tests(): boolean {
  const passed = Array.from({ length: runs }, (_, index) => run(seed + index)).filter(Boolean);
  console.log(
    `\n${passed.length} of ${runs} runs passed; again: pnpm faults:long ${seed} ${named.join(' ')}`.trimEnd(),
  );
  return passed.length === runs;
}

if (first === 'sequences') process.exitCode = sequences(rest) ? 0 : 1;
else {
  const held = tests();
  process.exitCode = held && (named.length > 0 || sequences([])) ? 0 : 1;
}

/**
 * `pnpm faults:long [SEED] [FILTER…]`: the tests of this folder three times, each time with another seed (targets and moments), five times the connections
 * and four times the watching. Every run counts: exits 0 only where three of three pass. Prints the seed; with it the same choices come again.
 * Then, where there is no FILTER, each tier at a higher load and 200 random sequences of changes; `pnpm faults:long tiers|sequences …` runs those alone
 * (tiers.ts, sequences.ts).
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

/** Programs of this folder that are no tests. */
const programs = ['tiers', 'sequences'];

function program(name: string, words: readonly string[] = []): boolean {
  const argv = ['--conditions=source', `test/faults/${name}.ts`, ...words];
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

if (programs.includes(first)) process.exitCode = program(first, rest) ? 0 : 1;
else {
  const passed = tests();
  const all = [passed, ...(named.length > 0 ? [] : programs.map((name) => program(name)))];
  process.exitCode = all.every(Boolean) ? 0 : 1;
}

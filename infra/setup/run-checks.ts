/**
 * Runs every check of the project, one after the other, and ends with `N passed, N failed` over all of them.
 * Arguments go to vitest. Exits 0 only if tests ran and none failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Counts, closingLine, countsOf, failuresOf, isGreen, ofExit, sum } from './counts.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'node_modules/.bin');

/** Runs a program of node_modules/.bin with its output shown; its exit code, or null where a signal ended it. */
function run(program: string, args: readonly string[]): number | null {
  return spawnSync(join(bin, program), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    .status;
}

/** Said once more at the end: a long run's output is seldom read whole. */
const failures: string[] = [];

/** Typecheck and lint count as one test each. */
function check(program: string, args: readonly string[]): Counts {
  return ofExit(run(program, args));
}

/** A vitest project, counted from the report that vitest writes beside what it prints. */
function vitest(project: string, args: readonly string[]): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'tricade-checks-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const status = run('vitest', ['run', '--project', project, ...reporters, ...args]);
    const read = reportIn(report);
    failures.push(...failuresOf(read).map((line) => line.replace(root, '')));
    return countsOf(read, status);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function reportIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** With a filter one of the projects may have nothing to run; without, that is a failure. */
const filter = process.argv.slice(2);
const vitestArgs = filter.length > 0 ? ['--passWithNoTests', ...filter] : [];
const steps: readonly [name: string, counts: () => Counts][] = [
  ['typecheck', () => check('tsc', ['-p', 'tsconfig.test.json'])],
  ['lint', () => check('biome', ['lint', '--diagnostic-level=error', '.'])],
  ['unit', () => vitest('unit', vitestArgs)],
  ['system', () => vitest('system', vitestArgs)],
  ['kernel', () => vitest('kernel', vitestArgs)],
  // Clusters are judged by time: nothing runs beside them.
  ['lab', () => vitest('lab', vitestArgs)],
];

const results: Counts[] = [];
for (const [name, counts] of steps) {
  const start = performance.now();
  console.log(`\n== ${name}`);
  const result = counts();
  results.push(result);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`== ${name}: ${closingLine(result)} in ${seconds} s`);
}
const total = sum(results);
for (const line of failures) console.log(`FAILED ${line}`);
console.log(`\n${closingLine(total)}`);
process.exitCode = isGreen(total) ? 0 : 1;

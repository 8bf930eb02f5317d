/**
 * Runs every check of the project and ends with `N passed, N failed` over all of them. Arguments go to vitest. Exits 0 only if tests ran and
 * none failed. Clusters of the lab mostly wait for deadlines of their own: what is no lab runs beside them, with the time of the processors that they leave.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Counts, closingLine, countsOf, failuresOf, isGreen, ofExit, sum } from './counts.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'node_modules/.bin');

/** One after the other; steps of another lane run meanwhile. */
interface Lane {
  readonly steps: readonly Step[];
  /** True: gives way to everybody else, and is shown once it is over. */
  readonly beside: boolean;
}

interface Step {
  readonly name: string;
  run(lane: Lane): Promise<Counts & { readonly said: string }>;
}

interface Ended {
  /** null where a signal ended it, or it never started. */
  readonly status: number | null;
  /** '' where it was shown at once. */
  readonly said: string;
}

/** Runs a program of node_modules/.bin. */
function run(program: string, args: readonly string[], { beside }: Lane): Promise<Ended> {
  const whole = [...(beside ? ['nice', '-n', '10'] : []), join(bin, program), ...args];
  const [command = '', ...rest] = whole;
  const output = beside ? 'pipe' : 'inherit';
  const child = spawn(command, rest, { cwd: root, stdio: ['ignore', output, output] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: null, said: `${error.message}\n` }));
    child.on('close', (status) => resolve({ status, said }));
  });
}

/** Typecheck and lint count as one test each. */
function check(name: string, program: string, args: readonly string[]): Step {
  return {
    name,
    async run(lane) {
      const { status, said } = await run(program, args, lane);
      return { ...ofExit(status), said };
    },
  };
}

/** Said once more at the end: a long run's output is seldom read whole. */
const failures: string[] = [];

/** With a filter one of the projects may have nothing to run; without, that is a failure. */
const filter = process.argv.slice(2);
const filterArgs = filter.length > 0 ? ['--passWithNoTests', ...filter] : [];

/** A vitest project, counted from the report that vitest writes beside what it prints. */
function vitest(project: string): Step {
  return {
    name: project,
    async run(lane) {
      const folder = mkdtempSync(join(tmpdir(), 'tricade-checks-'));
      const report = join(folder, 'report.json');
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      try {
        const args = ['run', '--project', project, ...reporters, ...filterArgs];
        const { status, said } = await run('vitest', args, lane);
        const read = reportIn(report);
        failures.push(...failuresOf(read).map((line) => line.replace(root, '')));
        return { ...countsOf(read, status), said };
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function reportIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Lanes side by side; what ran beside is printed once all are over. */
async function phase(...lanes: readonly Lane[]): Promise<Counts> {
  const ended = await Promise.all(lanes.map(through));
  process.stdout.write(ended.map(({ said }) => said).join(''));
  return sum(ended);
}

async function through(lane: Lane): Promise<Counts & { readonly said: string }> {
  const results: Counts[] = [];
  let kept = '';
  const say = (text: string): void => {
    if (lane.beside) kept += text;
    else process.stdout.write(text);
  };
  for (const { name, run } of lane.steps) {
    const start = performance.now();
    say(`\n== ${name}\n`);
    const { said, ...counts } = await run(lane);
    results.push(counts);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`${said}== ${name}: ${closingLine(counts)} in ${seconds} s\n`);
  }
  return { ...sum(results), said: kept };
}

const typecheck = check('typecheck', 'tsc', ['-p', 'tsconfig.test.json']);
const lint = check('lint', 'biome', ['lint', '--diagnostic-level=error', '.']);
const total = sum([
  await phase({ beside: false, steps: [typecheck, lint, vitest('unit')] }),
  await phase(
    { beside: false, steps: [vitest('lab')] },
    { beside: true, steps: [vitest('system'), vitest('kernel')] },
  ),
]);
for (const line of failures) console.log(`FAILED ${line}`);
console.log(`\n${closingLine(total)}`);
process.exitCode = isGreen(total) ? 0 : 1;

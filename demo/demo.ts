/**
 * `npm run demo [-- --keep] [-- FILE]`: a cluster on this machine from nothing to nothing, with its figures. The lab goes down at the end,
 * after any failure and after Ctrl-C, unless --keep; a lab of that name that is up already is left alone.
 */
import { parseArgs } from 'node:util';
import { describe, tableLines } from '@tricade/cli';
import { excesses, excessText, type Figures, figureHeading, figureRow } from './figures.ts';
import { healthy, measure, must, type Stage } from './measure.ts';
import { lower, raise } from './stage.ts';
import { type Trial, trials } from './trials.ts';
import { type Ran, type RunOptions, tricade } from './tricade.ts';

/** One of each tier: without a word, and with one. Directors first, while no row of their tables is in change. */
const shown = ['director off', 'server drained', 'proxy drained'];

const { values, positionals } = parseArgs({
  options: { keep: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const file = positionals[0] ?? 'examples/shop.yaml';
/** What was not as promised: what broke, and what was merely slow. */
const faults: string[] = [];
const slow: string[] = [];
let stage: Stage | undefined;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const title = (text: string): void => console.log(`\n== ${text}`);

/** The command with its lines indented below it, and how long it took against its bound. */
async function step(argv: readonly string[], limitMs: number, options: RunOptions): Promise<Ran> {
  console.log(`$ tricade ${argv.join(' ')}`);
  const ran = await must(tricade(argv, options));
  process.stdout.write(ran.stdout.replace(/^(?=.)/gm, '  '));
  timed(`tricade ${argv[0]}`, ran.tookMs, limitMs);
  return ran;
}

function timed(what: string, tookMs: number, limitMs: number): void {
  console.log(`  ${seconds(tookMs)} (bound ${seconds(limitMs)})`);
  if (tookMs > limitMs) slow.push(`${what} took ${seconds(tookMs)}, not ${seconds(limitMs)}`);
}

async function rollOut(): Promise<Stage> {
  title('a machine for each node of the file, and a client');
  const raised = await raise(file, { tied: !values.keep });
  stage = raised.stage;
  const lab = raised.stage.cluster.name;
  console.log(`  ${raised.hosts} hosts answer SSH`);
  timed('lab up', raised.tookMs, 6_000);
  title('roll-out over SSH');
  const quiet = /^ {2}\S+ {2}(begins|blob)|^\+|^\(in the lab/;
  const onSaid = (line: string): void => {
    if (!quiet.test(line)) console.log(`  ${line.trim()}`);
  };
  await step(['apply', file, '--yes'], 10_000, { lab, onSaid });
  await step(['apply', file, '--yes'], 2_000, { lab });
  await healthy(raised.stage);
  return raised.stage;
}

async function prove(at: Stage): Promise<void> {
  title('one request, hop by hop: as predicted, and as captured on every wire');
  await step(['lab', 'prove', file], 10_000, { lab: at.cluster.name });
}

async function takeAway(at: Stage): Promise<void> {
  title('one node of each tier away, under 200 long-lived connections and 500 requests/s');
  const rows: Figures[] = [];
  for (const trial of shown.map(trialNamed)) {
    console.log(`  ${trial.name} ...`);
    const figures = await measure(at, trial);
    rows.push(figures);
    for (const excess of excesses(figures))
      (excess.isTime ? slow : faults).push(`${trial.name}: ${excessText(excess)}`);
    console.log(`  ${figures.target}: ${figures.broken} broken, ${figures.failed} failed`);
  }
  title('figures');
  console.log(tableLines(figureHeading, rows.map(figureRow)).join('\n'));
}

function trialNamed(name: string): Trial {
  const trial = trials.find((each) => each.name === name);
  if (trial === undefined) throw new RangeError(`no trial is called ${name}`);
  return trial;
}

async function goDown(): Promise<void> {
  if (stage === undefined) return;
  const leaving = stage;
  stage = undefined;
  console.log(`\nlab ${leaving.cluster.name} is down (${seconds(await lower(leaving))})`);
}

function kept(at: Stage): void {
  console.log(`
lab ${at.cluster.name} stays up. Next:
  ./tricade status ${file} --watch
  ./tricade trace ${file} --from 192.0.2.200:40000 --to 203.0.113.10:80
  ./tricade drain ${file} p1 --why "kernel update"
  ./tricade lab fault ${file} off l4a
  ./tricade lab down ${file}`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    console.error(`\n${signal}: taking the lab down`);
    void goDown().finally(() => process.exit(130));
  });

const startedMs = performance.now();
try {
  const at = await rollOut();
  await prove(at);
  await takeAway(at);
  if (values.keep) kept(at);
  else await goDown();
  const took = performance.now() - startedMs;
  if (took > 60_000) slow.push(`the demo took ${seconds(took)}, not 60 s`);
  const late = slow.length === 0 ? '' : `; slower than its bounds: ${slow.join(', ')}`;
  console.log(
    faults.length === 0
      ? `\nSHOWN  nothing broke, ${seconds(took)}${late}`
      : `\nNOT AS PROMISED  ${faults.join('; ')} (${seconds(took)}${late})`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`\n${describe(error, false)}`);
  process.exitCode = 1;
  await goDown();
}

import { hostname } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { checkPlan, checkSnapshot, managedNodes, type Plan, TricadeError } from '@tricade/cluster';
import type { Converged, ConvergeOptions, PlanGround } from '@tricade/rollout';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { operator } from '../operator.ts';
import { groundOf, planAt, type ReadPlan } from '../plan-files.ts';
import {
  clock,
  type Intended,
  intend,
  latchesOf,
  lockOf,
  planOf,
  Session,
  secretsOf,
} from '../rollout.ts';
import { findingLines } from '../view/findings.ts';
import { onlyUnreachable, planLines, shownPlan } from '../view/plan.ts';
import { type Format, notSilent, print, say } from '../view/print.ts';
import { durationMs } from '../view/quantity.ts';
import { endCode, endLine, RolloutLines } from '../view/rollout.ts';
import { enterLab } from '../wire.ts';

interface ApplyOptions {
  readonly yes?: boolean;
  readonly input: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly timeout?: string;
  readonly output: Format;
}

/** What is rolled out: a file's intent to its end, or one plan that was written down. */
interface Order {
  readonly session: Session;
  readonly intended: Intended;
  readonly next: Plan;
  readonly written: { readonly plan: ReadPlan; readonly ground: PlanGround } | undefined;
  readonly force: boolean;
  readonly timeoutMs: number | undefined;
}

/** `tricade apply FILE`: waves until everything is as wanted; `apply PLAN`: exactly the wave of that plan. Exit 1 where a step failed, 3 where nodes could not be reached. */
export async function apply(file: string, options: ApplyOptions): Promise<ExitCode> {
  const startedMs = performance.now();
  const timeoutMs = options.timeout === undefined ? undefined : durationMs(options.timeout);
  const plan = await planAt(file);
  const clusterFile = plan?.clusterFile ?? file;
  const cluster = await loadCluster(clusterFile);
  await enterLab(cluster.name);
  const session = await Session.open(cluster, clusterFile);
  try {
    const intended = await intend(session);
    const next = await planOf(session, intended);
    const ground = plan && (await groundOf(session, intended, next));
    const written = plan && ground && { plan, ground };
    const order = { session, intended, next, written, timeoutMs, force: options.force === true };
    await refuseAtOnce(order);
    if (!(await goOn(order, options))) return onlyUnreachable(next, intended.inventory) ? 3 : 0;
    const converged = await run(order);
    const facts = { nodes: managedNodes(cluster).length, tookMs: performance.now() - startedMs };
    await print(options.output, { ...converged, inventory: undefined }, () => [
      ...findingLines(converged.findings),
      endLine(converged, { ...facts, file: clusterFile }),
    ]);
    return endCode(converged);
  } finally {
    await session.close();
  }
}

/** Shows the plan and asks; false where there is nothing to do, or only to look. */
async function goOn({ intended, next }: Order, options: ApplyOptions): Promise<boolean> {
  const lines = (): readonly string[] => planLines(next, { files: [], ...intended, all: false });
  const idle = next.wave.length === 0;
  if (options.dryRun === true || idle) {
    const shown = options.dryRun === true || next.waits.length === 0;
    if (shown || options.output === 'table') await print(options.output, shownPlan(next), lines);
    return !shown;
  }
  say(lines().join('\n'));
  await confirm(options);
  return true;
}

/** Before anybody is asked: throws the code of the first thing that is not as it was when the plan was made, and lists them all. */
async function refuseAtOnce({ written }: Order): Promise<void> {
  if (written === undefined) return;
  const { outOfDate } = await import('@tricade/rollout');
  const { plan, ground } = written;
  const findings = outOfDate(plan.file, ground);
  const [first] = findings;
  if (first === undefined) return;
  const all = findings.map(({ message }) => message).join('\n  ');
  throw new TricadeError(first.code as 'TRI-R009', all, {
    hint: `plan again: tricade plan ${plan.clusterFile} --out ${plan.path}`,
  });
}

/** Judges each plan under the change lock, before its wave; a written one is held against what is found until its first step begins. */
async function checkOf(
  { session, intended, written, force }: Order,
  begun: () => boolean,
): Promise<NonNullable<ConvergeOptions['check']>> {
  const { outOfDate } = await import('@tricade/rollout');
  const { cluster } = session;
  return (plan, inventory, snapshot) => [
    ...checkPlan({ plan, cluster, wanted: intended.wanted, inventory, snapshot, force }),
    ...(written === undefined || begun()
      ? []
      : outOfDate(written.plan.file, { ...written.ground, inventory, plan })),
  ];
}

async function confirm(options: ApplyOptions): Promise<void> {
  if (options.yes === true) return;
  if (!options.input || !process.stdin.isTTY)
    throw new TricadeError('TRI-U008', 'apply changes hosts', {
      hint: 'pass --yes to go on without being asked',
    });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D are answers too.
  const gone = new AbortController();
  asking.once('close', () => gone.abort());
  const answer = await asking
    .question('Go on? Only "yes" does: ', { signal: gone.signal })
    .catch(() => '\n');
  asking.close();
  if (answer.trim() === 'yes') return;
  if (answer === '\n') say('');
  throw new TricadeError('TRI-U008', 'not confirmed: nothing was changed');
}

async function run(order: Order): Promise<Converged> {
  const { session, intended } = order;
  const { converge, journalFolder, openJournal } = await import('@tricade/rollout');
  const { packedBlobs } = await import('@tricade/host');
  const { cluster, api } = session;
  const by = operator();
  const holder = `apply-${by}-${process.pid}`;
  const running = (await session.snapshotIfInstalled(intended.inventory)) !== undefined;
  const journal = openJournal(journalFolder(cluster.name, process.env));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const timer = order.timeoutMs && setTimeout(() => stop.abort(), order.timeoutMs);
  const secrets = await secretsOf(session, intended.generation);
  const lines = new RolloutLines();
  let begun = false;
  const rollout: ConvergeOptions = {
    wanted: intended.wanted,
    nodes: cluster.nodes,
    policy: cluster.rollout,
    hostOf: session.hostOf,
    clock,
    secrets,
    blobs: packedBlobs(intended.pathOf),
    signal: stop.signal,
    snapshot: () => session.snapshotIfInstalled(intended.inventory),
    check: await checkOf(order, () => begun),
    live: checkSnapshot,
    ...(order.written === undefined ? {} : { mostWaves: 1 }),
    ...(running ? { latches: latchesOf(api, holder), lock: lockOf(api, holder) } : {}),
    onEvent: async (event) => {
      begun ||= event.kind === 'step-begun';
      const line = lines.of(event);
      if (line !== undefined) say(line);
      const where = { rollout: holder, atMs: Date.now(), by: `${by}@${hostname()}` };
      await journal.append({ ...where, event });
    },
  };
  try {
    return await notSilent(
      () => lines.doing,
      () => converge(rollout),
    );
  } finally {
    clearTimeout(timer);
  }
}

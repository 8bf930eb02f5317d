import { hostname } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { managedNodes, type Name, plan, span, TricadeError } from '@tricade/cluster';
import type { Converged, RolloutEvent } from '@tricade/rollout';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { clock, type Intended, intend, latchesOf, lockOf, Session, secretsOf } from '../rollout.ts';
import { planLines } from '../view/plan.ts';
import { type Format, print, say } from '../view/print.ts';
import { enterLab } from '../wire.ts';
import { operator } from './drain.ts';

interface ApplyOptions {
  readonly yes?: boolean;
  readonly input: boolean;
  readonly dryRun?: boolean;
  readonly timeout: string;
  readonly output: Format;
}

/** `tricade apply`: waves until everything is as wanted. Exit 1 where a step failed, 3 where nodes could not be reached. */
export async function apply(file: string, options: ApplyOptions): Promise<ExitCode> {
  const startedMs = performance.now();
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const session = await Session.open(cluster, file);
  try {
    const intended = await intend(session);
    const next = await firstPlan(session, intended);
    if (options.dryRun === true || next.wave.length === 0) {
      await print(options.output, next, () =>
        planLines(next, {
          files: [],
          wanted: intended.wanted,
          inventory: intended.inventory,
          file,
          all: false,
        }),
      );
      if (options.dryRun === true || next.waits.length === 0) return 0;
    } else {
      say(
        planLines(next, {
          files: [],
          wanted: intended.wanted,
          inventory: intended.inventory,
          file,
          all: false,
        }).join('\n'),
      );
      await confirm(options);
    }
    const converged = await run(session, intended);
    const verdict = endLine(converged, {
      nodes: managedNodes(cluster).length,
      tookMs: performance.now() - startedMs,
      file,
    });
    await print(options.output, { ...converged, inventory: undefined }, () => [verdict]);
    return converged.ending === 'done'
      ? 0
      : converged.ending === 'incomplete'
        ? 3
        : converged.ending === 'interrupted'
          ? 130
          : 1;
  } finally {
    await session.close();
  }
}

async function firstPlan(session: Session, intended: Intended): Promise<ReturnType<typeof plan>> {
  const { bundleDigest } = await import('@tricade/host');
  const snapshot = await session.snapshotIfInstalled(intended.inventory);
  const { cluster } = session;
  return plan({
    wanted: intended.wanted,
    nodes: cluster.nodes,
    inventory: intended.inventory,
    policy: cluster.rollout,
    digest: bundleDigest,
    ...(snapshot === undefined ? {} : { snapshot }),
  });
}

async function confirm(options: ApplyOptions): Promise<void> {
  if (options.yes === true) return;
  if (!options.input || !process.stdin.isTTY)
    throw new TricadeError('TRI-U008', 'apply changes hosts', {
      hint: 'pass --yes to go on without being asked',
    });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question('Go on? Only "yes" does: ');
  asking.close();
  if (answer.trim() !== 'yes')
    throw new TricadeError('TRI-U008', 'not confirmed: nothing was changed');
}

async function run(session: Session, intended: Intended): Promise<Converged> {
  const { converge, journalFolder, openJournal } = await import('@tricade/rollout');
  const { packedBlobs } = await import('@tricade/host');
  const { cluster, api } = session;
  const holder = `apply-${operator()}-${process.pid}`;
  const running = (await session.snapshotIfInstalled(intended.inventory)) !== undefined;
  const journal = openJournal(journalFolder(cluster.name, process.env));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  return converge({
    wanted: intended.wanted,
    nodes: cluster.nodes,
    policy: cluster.rollout,
    hostOf: session.hostOf,
    clock,
    secrets: await secretsOf(session, intended.generation),
    blobs: packedBlobs(intended.pathOf),
    signal: stop.signal,
    snapshot: () => session.snapshotIfInstalled(intended.inventory),
    ...(running ? { latches: latchesOf(api, holder), lock: lockOf(api, holder) } : {}),
    onEvent: async (event) => {
      tell(event);
      await journal.append({
        rollout: holder,
        atMs: Date.now(),
        by: `${operator()}@${hostname()}`,
        event,
      });
    },
  });
}

const phases = new Map<Name, string>();

/** Progress on stderr: a line a step, and one for each phase that takes long. */
function tell(event: RolloutEvent): void {
  switch (event.kind) {
    case 'step-begun':
      say(`  ${event.node}  begins, because ${event.why.text}`);
      return;
    case 'progress': {
      const phase =
        event.share === undefined
          ? event.phase
          : `${event.phase} ${Math.floor(event.share * 4) * 25} %`;
      if (phases.get(event.node) !== phase && event.phase === 'blob')
        say(`  ${event.node}  ${phase} of ${event.subject}`);
      phases.set(event.node, phase);
      return;
    }
    case 'drain':
      say(
        `  ${event.node}  ${event.empty ? 'is empty' : `drains: ${event.waits.map((wait) => wait.text).join('; ')}`}`,
      );
      return;
    case 'step-ended':
      say(
        `  ${event.node}  ${event.end.result} in ${span(event.tookMs)}${event.end.result === 'done' ? `, ${event.end.changedFiles} files` : `: ${event.end.why.text}${'output' in event.end && event.end.output !== '' ? `\n${indented(event.end.output)}` : ''}`}`,
      );
      return;
    case 'waiting':
      say(`  waiting: ${event.waits.map((wait) => `${wait.node} (${wait.why.text})`).join(', ')}`);
      return;
    default:
  }
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
}

function endLine(
  converged: Converged,
  facts: { readonly nodes: number; readonly tookMs: number; readonly file: string },
): string {
  const waits = converged.waits.map((wait) => `${wait.node}: ${wait.why.text}`).join('; ');
  const time = `${(facts.tookMs / 1_000).toFixed(1)} s`;
  if (converged.ending === 'done')
    return `DONE  ${facts.nodes} nodes as wanted after ${converged.waves} ${converged.waves === 1 ? 'wave' : 'waves'}, ${time}      next: tricade status ${facts.file}`;
  return `${converged.ending.toUpperCase()}  ${converged.why?.text ?? waits}${converged.why !== undefined && waits !== '' ? `; ${waits}` : ''} (${time})      next: tricade plan ${facts.file}`;
}

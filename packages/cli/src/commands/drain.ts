import {
  type Cluster,
  type DrainProgress,
  type Latch,
  notDrainable,
  span,
  TricadeError,
} from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { operator } from '../operator.ts';
import { type Format, print, say } from '../view/print.ts';
import { durationMs } from '../view/quantity.ts';
import { enterLab, hostsOf } from '../wire.ts';

interface DrainOptions {
  readonly why: string;
  readonly until?: string;
  readonly maintenance?: boolean;
  readonly force?: boolean;
  readonly wait: boolean;
  readonly timeout: string;
  readonly output: Format;
}

const pollMs = 100;

async function withApi(
  file: string,
  use: (api: MonitorClient, cluster: Cluster) => Promise<ExitCode>,
): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const api = new MonitorClient(cluster, await hostsOf(cluster, file));
  try {
    return await use(api, cluster);
  } finally {
    await api.close();
  }
}

/** `tricade drain`: sets the latch and waits until the target is empty. Exit 1 where it is not empty in time; the latch stays. */
export function drain(file: string, target: string, options: DrainOptions): Promise<ExitCode> {
  return withApi(file, async (api, cluster) => {
    const kind = kindOf(options);
    const never = notDrainable(cluster, target);
    if (never !== undefined && kind !== 'maintenance')
      throw new TricadeError('TRI-U009', never.text, {
        hint: `${never.word === 'router' ? 'have its neighbours send the traffic elsewhere; ' : ''}to mark it as out on purpose: tricade drain ${file} ${target} --maintenance`,
      });
    const untilMs =
      options.until === undefined ? undefined : Date.now() + durationMs(options.until);
    await api.change('POST', '/latches', {
      target,
      kind,
      by: operator(),
      why: options.why,
      ...(untilMs === undefined ? {} : { untilMs }),
    });
    say(
      `${target} is latched (${kind}): "${options.why}"      to undo: tricade undrain ${file} ${target}`,
    );
    if (never !== undefined) say(`no traffic is moved by that: ${never.text}`);
    const waits = options.wait && never === undefined;
    const progress = waits
      ? await waitEmpty(api, target, durationMs(options.timeout))
      : ((await api.ask('GET', `/drains/${target}`)).body as DrainProgress);
    await print(options.output, progress, () => [progressLine(progress, file)]);
    return progress.empty || !waits ? 0 : 1;
  });
}

/** How far it has come, and the next useful command. */
function progressLine({ target, empty, closed, remaining }: DrainProgress, file: string): string {
  if (empty) return `${target} is empty: it may be stopped`;
  const far = closed
    ? `is closed to new flows, ${remaining ?? 'an unknown number'} left`
    : 'is latched, and new flows may still reach it';
  return `${target} ${far}      next: tricade status ${file}`;
}

function kindOf({ force, maintenance }: DrainOptions): Latch['kind'] {
  if (force === true) return 'force-down';
  return maintenance === true ? 'maintenance' : 'drain';
}

/** Polls until empty or the time is over; says each new thing that it waits for. */
async function waitEmpty(
  api: MonitorClient,
  target: string,
  timeoutMs: number,
): Promise<DrainProgress> {
  const startedMs = performance.now();
  let said = '';
  let closed = false;
  for (;;) {
    const { body } = await api.ask('GET', `/drains/${target}`);
    const progress = body as DrainProgress;
    const tookMs = performance.now() - startedMs;
    if (progress.closed && !closed) say(`closed to new flows after ${span(tookMs)}`);
    closed ||= progress.closed;
    const waits = progress.waits.map((wait) => wait.text).join('; ');
    if (waits !== said && waits !== '') say(`waits: ${waits}`);
    said = waits;
    if (progress.empty || tookMs > timeoutMs) return progress;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** `tricade undrain`: lifts the latch. */
export function undrain(
  file: string,
  target: string,
  options: { readonly output: Format },
): Promise<ExitCode> {
  return withApi(file, async (api) => {
    const answer = await api.ask('DELETE', `/latches/${target}`);
    const { detail } = answer.body as { readonly detail?: string };
    if (answer.status >= 400) throw new TricadeError('TRI-U004', detail ?? 'the monitor refused');
    await print(options.output, answer.body, () => [`${target} is in service again`]);
    return 0;
  });
}

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
import { type Answer, MonitorClient } from '../monitor-client.ts';
import { operator } from '../operator.ts';
import { targetsOf, unknownName } from '../unknown-name.ts';
import { type Format, notSilent, print, say } from '../view/print.ts';
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
  const timeoutMs = durationMs(options.timeout);
  const lastsMs = options.until === undefined ? undefined : durationMs(options.until);
  return withApi(file, async (api, cluster) => {
    const kind = kindOf(options);
    const never = notDrainable(cluster, target);
    if (never !== undefined && kind !== 'maintenance')
      throw new TricadeError('TRI-U009', never.text, {
        hint: `${never.word === 'router' ? 'have its neighbours send the traffic elsewhere; ' : ''}to mark it as out on purpose: tricade drain ${file} ${target} --maintenance`,
      });
    const latch = { target, kind, by: operator(), why: options.why };
    const until = lastsMs === undefined ? {} : { untilMs: Date.now() + lastsMs };
    changed(await api.ask('POST', '/latches', { ...latch, ...until }), target, cluster);
    say(
      `${target} is latched (${kind}): "${options.why}"      to undo: tricade undrain ${file} ${target}`,
    );
    if (never !== undefined) say(`no traffic is moved by that: ${never.text}`);
    const waits = options.wait && never === undefined;
    const progress = waits
      ? await waitEmpty(api, target, timeoutMs)
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
  const poll = async (): Promise<DrainProgress> => {
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
  };
  return notSilent(() => `still waits: ${said}`, poll);
}

/** Throws what the monitor refused: TRI-U007 for a name that it does not know, with the nearest of the file; TRI-U004 with its own words. */
function changed(answer: Answer, target: string, cluster: Cluster): unknown {
  if (answer.status < 400) return answer.body;
  const { type = '', detail } = answer.body as { readonly type?: string; readonly detail?: string };
  const names = targetsOf(cluster);
  const unknown = type === 'urn:tricade:unknown-target' || type === 'urn:tricade:no-latch';
  if (unknown && !names.includes(target)) throw unknownName('node or member', target, names);
  throw new TricadeError('TRI-U004', detail ?? `the monitor answered ${answer.status}`, {
    hint: 'tricade status FILE shows who is out, and why',
  });
}

/** `tricade undrain`: lifts the latch. */
export function undrain(
  file: string,
  target: string,
  options: { readonly output: Format },
): Promise<ExitCode> {
  return withApi(file, async (api, cluster) => {
    const body = changed(await api.ask('DELETE', `/latches/${target}`), target, cluster);
    await print(options.output, body, () => [`${target} is in service again`]);
    return 0;
  });
}

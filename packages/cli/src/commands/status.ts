import { type Cluster, type Status, status } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { type Format, print, printNext, say } from '../view/print.ts';
import { durationMs } from '../view/quantity.ts';
import { statusLines } from '../view/status.ts';
import { enterLab, hostsOf } from '../wire.ts';

interface StatusOptions {
  readonly watch?: boolean;
  readonly wait?: string;
  readonly timeout: string;
  readonly output: Format;
}

const watchMs = 1_000;
const waitMs = 200;

/** `tricade status`: once, again and again, or until healthy. Exit 1 where it is not healthy and that was waited for. */
export async function statusCommand(file: string, options: StatusOptions): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const api = new MonitorClient(cluster, await hostsOf(cluster, file));
  try {
    if (options.wait !== undefined) return await waitHealthy(api, cluster, options);
    for (;;) {
      const { snapshot, waits } = await api.state();
      await show(status(snapshot, waits), options);
      if (options.watch !== true) return 0;
      await new Promise((resolve) => setTimeout(resolve, watchMs));
    }
  } finally {
    await api.close();
  }
}

async function show(found: Status, options: StatusOptions): Promise<void> {
  const isForPeople = options.output === 'table' || options.output === 'wide';
  if (options.watch === true && isForPeople && process.stdout.isTTY)
    process.stdout.write('\x1b[H\x1b[2J');
  const printOne = options.watch === true ? printNext : print;
  await printOne(options.output, found, (wide) => statusLines(found, wide));
}

async function waitHealthy(
  api: MonitorClient,
  cluster: Cluster,
  options: StatusOptions,
): Promise<ExitCode> {
  const deadline = performance.now() + durationMs(options.timeout);
  let last: Status | undefined;
  while (performance.now() < deadline) {
    last = await api.state().then(
      ({ snapshot, waits }) => status(snapshot, waits),
      () => undefined,
    );
    if (last?.verdict.word === 'HEALTHY') break;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  if (last !== undefined) await show(last, options);
  if (last?.verdict.word === 'HEALTHY') return 0;
  say(`${cluster.name} is not healthy after ${options.timeout}`);
  return 1;
}

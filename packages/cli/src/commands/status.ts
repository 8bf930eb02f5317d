import {
  type Cluster,
  type ConductorWait,
  type Snapshot,
  type Status,
  staleMs,
  status,
  trafficOf,
} from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { mustHaveService } from '../unknown-name.ts';
import { type Format, notSilent, print, printNext, say } from '../view/print.ts';
import { durationMs } from '../view/quantity.ts';
import { statusLines } from '../view/status.ts';
import { trafficLines } from '../view/traffic.ts';
import { enterLab, hostsOf } from '../wire.ts';

interface StatusOptions {
  readonly watch?: boolean;
  readonly wait?: string;
  readonly timeout: string;
  readonly output: Format;
}

const watchMs = 1_000;
const waitMs = 200;

/** `tricade status`: once, again and again, or until healthy. Waited for, exit 1 where it is not healthy in time, 3 where no monitor answers. */
export async function statusCommand(
  file: string,
  service: string | undefined,
  options: StatusOptions,
): Promise<ExitCode> {
  const timeoutMs = durationMs(options.timeout);
  const cluster = await loadCluster(file);
  mustHaveService(cluster, service);
  await enterLab(cluster.name);
  const api = new MonitorClient(cluster, await hostsOf(cluster, file));
  try {
    const asked = { ...options, file, service, timeoutMs };
    if (options.wait !== undefined) return await waitHealthy(api, cluster, asked);
    for (;;) {
      const { snapshot, waits } = await api.state();
      await show(statusOf({ snapshot, waits }, service), asked);
      if (options.watch !== true) return 0;
      await new Promise((resolve) => setTimeout(resolve, watchMs));
    }
  } finally {
    await api.close();
  }
}

interface Asked extends StatusOptions {
  readonly file: string;
  readonly service: string | undefined;
  readonly timeoutMs: number;
}

/** With a service named, its traffic alone. */
function statusOf(
  { snapshot, waits }: { readonly snapshot: Snapshot; readonly waits: readonly ConductorWait[] },
  service: string | undefined,
): Status {
  const { traffic: all, ...found } = status(snapshot, waits);
  const traffic = service === undefined ? all : trafficOf(snapshot, { staleMs, service });
  return traffic === undefined ? found : { ...found, traffic };
}

function serviceLines(found: Status, service: string): readonly string[] {
  const { traffic, verdict } = found;
  if (traffic === undefined)
    return [`no director counts packets of ${service}: none runs xdp, or nothing fresh is known`];
  return [...trafficLines(traffic), `${verdict.word}  ${verdict.text}`];
}

async function show(found: Status, options: Asked): Promise<void> {
  const isForPeople = options.output === 'table' || options.output === 'wide';
  if (options.watch === true && isForPeople && process.stdout.isTTY)
    process.stdout.write('\x1b[H\x1b[2J');
  const printOne = options.watch === true ? printNext : print;
  const { file, service } = options;
  await printOne(options.output, found, (wide) =>
    service === undefined ? statusLines(found, { wide, file }) : serviceLines(found, service),
  );
}

async function waitHealthy(
  api: MonitorClient,
  cluster: Cluster,
  options: Asked,
): Promise<ExitCode> {
  const deadline = performance.now() + options.timeoutMs;
  let last: Status | undefined;
  const untilHealthy = async (): Promise<void> => {
    while (performance.now() < deadline) {
      last = await api.state().then(
        (state) => statusOf(state, options.service),
        () => undefined,
      );
      if (last?.verdict.word === 'HEALTHY') return;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
  await notSilent(
    () => `still waiting: ${last?.verdict.text ?? 'no monitor answers'}`,
    untilHealthy,
  );
  if (last !== undefined) await show(last, options);
  if (last?.verdict.word === 'HEALTHY') return 0;
  say(`${cluster.name} is not healthy after ${options.timeout}`);
  return last === undefined ? 3 : 1;
}

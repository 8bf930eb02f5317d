import { type Cluster, type Snapshot, staleMs, TricadeError, trafficOf } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { mustHaveService } from '../unknown-name.ts';
import { type Format, printNext, say } from '../view/print.ts';
import { durationMs, wholeNumber } from '../view/quantity.ts';
import { topLines } from '../view/top.ts';
import { enterLab, hostsOf } from '../wire.ts';

const uncounted = 'no director of this cluster counts traffic right now';

interface TopOptions {
  readonly every: string;
  readonly most: string;
  readonly rounds?: string;
  readonly output: Format;
}

/**
 * `tricade top`: what directors count, by the monitor, again and again until interrupted; nothing is started anywhere. `-o json` prints one round a
 * line. Throws TRI-U003 where no monitor answers, TRI-U010 where no director counts at the beginning.
 */
export async function top(
  file: string,
  service: string | undefined,
  options: TopOptions,
): Promise<ExitCode> {
  const everyMs = durationMs(options.every);
  const most = wholeNumber(options.most, '--most');
  const rounds = options.rounds === undefined ? Infinity : wholeNumber(options.rounds, '--rounds');
  const cluster = await loadCluster(file);
  mustHaveService(cluster, service);
  await enterLab(cluster.name);
  const api = new MonitorClient(cluster, await hostsOf(cluster, file));
  try {
    for (let round = 1; ; round++) {
      const { snapshot } = await api.state();
      const shown = await show(snapshot, { cluster, service, most, output: options.output });
      if (!shown && round === 1) throw new TricadeError('TRI-U010', uncounted);
      if (!shown) say(uncounted);
      if (round >= rounds) return 0;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  } finally {
    await api.close();
  }
}

interface Shown {
  readonly cluster: Cluster;
  readonly service: string | undefined;
  readonly most: number;
  readonly output: Format;
}

/** False where there is nothing to show. */
async function show(
  snapshot: Snapshot,
  { cluster, service, most, output }: Shown,
): Promise<boolean> {
  const of = service === undefined ? { staleMs } : { staleMs, service };
  const traffic = trafficOf(snapshot, of);
  if (traffic === undefined) return false;
  const value = { cluster: cluster.name, atMs: snapshot.atMs, traffic };
  const isForPeople = output === 'table' || output === 'wide';
  if (isForPeople && process.stdout.isTTY) process.stdout.write('\x1b[H\x1b[2J');
  await printNext(output, value, (wide) => topLines(value, wide ? Infinity : most));
  return true;
}

import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { eventLines } from '../view/events.ts';
import { type Format, print, printNext, say } from '../view/print.ts';
import { wholeNumber } from '../view/quantity.ts';
import { enterLab, hostsOf } from '../wire.ts';

const followMs = 500;
/** Events that come with the state; older ones are in the feed only. */
const handedOut = 50;

/** `tricade events`: oldest first; `--follow` prints one event after the other, with -o json a line each. */
export async function events(
  file: string,
  options: { readonly follow?: boolean; readonly count: string; readonly output: Format },
): Promise<ExitCode> {
  const count = wholeNumber(options.count, '--count');
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const api = new MonitorClient(cluster, await hostsOf(cluster, file));
  try {
    let seen = new Set<string>();
    for (;;) {
      const { snapshot } = await api.state();
      const fresh = snapshot.events
        .filter((event) => !seen.has(event.id))
        .slice(0, count)
        .toReversed();
      if (options.follow !== true) {
        if (count > snapshot.events.length && snapshot.events.length >= handedOut)
          say(`a monitor hands out the newest ${snapshot.events.length}, not ${count}`);
        await print(options.output, fresh, (wide) => eventLines(fresh, wide));
        return 0;
      }
      for (const event of fresh)
        await printNext(options.output, event, (wide) => eventLines([event], wide));
      seen = new Set([...seen, ...fresh.map((event) => event.id)]);
      await new Promise((resolve) => setTimeout(resolve, followMs));
    }
  } finally {
    await api.close();
  }
}

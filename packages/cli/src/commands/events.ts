import { clock, type Event } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { type Format, print } from '../view/print.ts';
import { wholeNumber } from '../view/quantity.ts';
import { enterLab, hostsOf } from '../wire.ts';

const followMs = 500;

/** `tricade events`: oldest first; `--follow` prints NDJSON with -o json. */
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
        await print(options.output, fresh, () => fresh.map(line));
        return 0;
      }
      for (const event of fresh)
        process.stdout.write(
          `${options.output === 'json' ? JSON.stringify(event) : line(event)}\n`,
        );
      seen = new Set([...seen, ...fresh.map((event) => event.id)]);
      await new Promise((resolve) => setTimeout(resolve, followMs));
    }
  } finally {
    await api.close();
  }
}

function line(event: Event): string {
  return `${clock(event.atMs)}  ${event.kind.padEnd(8)}  ${event.text}${event.cause === undefined ? '' : `, because ${event.cause.text}`}`;
}

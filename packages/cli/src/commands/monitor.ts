import { feedAccess, readNodeFiles, systemdNotifier } from '@tricade/agent';
import { openFeed } from '@tricade/feed';
import { localHost } from '@tricade/host';
import { Monitor, serveApi } from '@tricade/monitor';
import type { ExitCode } from '../edge.ts';
import { monitorSocket } from '../monitor-client.ts';
import { directorCan } from '../wire.ts';

/** Reads only: `/livez`, `/readyz`, `/state`, `/events` for probes and pages on the monitor itself. */
const readPort = 7070;
const directory = '/var/lib/tricade/monitor';

/** `tricade monitor`: runs until it is told to end. Throws TRI-A101 where nothing was rolled out here. */
export async function monitor(): Promise<ExitCode> {
  const host = localHost();
  const { node, redis, cluster, generation } = await readNodeFiles(host);
  const feed = await openFeed(cluster.name, await feedAccess(host, redis));
  const daemon = new Monitor({
    name: node,
    cluster,
    generation,
    feed,
    directory,
    nowMs: Date.now,
    random: Math.random,
    flowMemory: (await directorCan(cluster)).flowMemory ?? [],
  });
  await daemon.start();
  const api = { monitor: daemon, feed, nowMs: Date.now };
  const servers = await Promise.all([
    serveApi({ ...api, listen: { socket: monitorSocket } }),
    serveApi({ ...api, listen: { port: readPort } }),
  ]);
  const notifier = systemdNotifier({ isAlive: () => true });
  await notifier.ready();
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  notifier.end();
  for (const server of servers) server.close();
  await daemon.stop();
  await feed.close();
  process.exit(0);
}

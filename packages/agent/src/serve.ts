/** The daemon: files, feed, links, loop and systemd put together. */
import type { Cluster, Host } from '@tricade/cluster';
import { openFeed } from '@tricade/feed';
import { Agent } from './agent.ts';
import { openLinks } from './links/links.ts';
import { feedAccess, readNodeFiles } from './node-files.ts';
import { systemdNotifier } from './notify.ts';
import type { AgentDrivers } from './steering.ts';

export interface ServeOptions {
  /** This machine. */
  readonly host: Host;
  /** Drivers of a cluster, by role. */
  driversOf(cluster: Cluster): Promise<AgentDrivers>;
  /** JavaScript that does what `@tricade/agent/links` does, in a process of its own. */
  readonly linksProgram: string;
  /** Resolves when the agent is to end (SIGTERM); announcements and data plane stay. */
  readonly until: Promise<unknown>;
  /** Default: standard output, which is the journal. */
  log?(line: string): void;
}

/** Turns a loop that has stood still for longer into a strike of the watchdog. */
const stuckAfterMs = 5_000;

/** Runs the agent of this machine. Throws TRI-A101 and TRI-A102 (see `readNodeFiles`), TRI-F101. */
export async function serveAgent(options: ServeOptions): Promise<void> {
  const { host, driversOf, linksProgram, until, log = (line) => console.log(line) } = options;
  const files = await readNodeFiles(host);
  const { node, cluster, generation } = files;
  const [drivers, access] = await Promise.all([driversOf(cluster), feedAccess(host, files.redis)]);
  const feed = await openFeed(cluster.name, access);
  const links = openLinks({ program: linksProgram, log });
  const agent = new Agent({ node, cluster, generation, host, drivers, feed, links, log });
  const notifier = systemdNotifier({ isAlive: () => agent.idleMs < stuckAfterMs });
  try {
    await agent.start();
    await notifier.ready();
    log(`agent of ${node}, generation ${generation.number}`);
    await until;
  } finally {
    notifier.end();
    await agent.stop();
    links.close();
    await feed.close();
  }
}

import { readFileSync } from 'node:fs';
import { keepAwake, ready } from '@tricade/agent';
import { TricadeError } from '@tricade/cluster';
import { openFeed } from '@tricade/feed';
import {
  type GenerationFile,
  generationPath,
  type NodeConfig,
  nodeConfigPath,
} from '@tricade/host';
import { Monitor, serveApi } from '@tricade/monitor';
import type { ExitCode } from '../edge.ts';
import { monitorSocket } from '../monitor-client.ts';

/** Reads only: `/livez`, `/readyz`, `/state`, `/events` for probes and pages on the monitor itself. */
const readPort = 7070;

/** `tricade monitor`: runs until it is told to end. Throws TRI-M001 where nothing was rolled out here. */
export async function monitor(): Promise<ExitCode> {
  const { node, redis } = readJson<NodeConfig>(nodeConfigPath);
  const { cluster, generation } = readJson<GenerationFile>(generationPath);
  const password = readFileSync(redis.passwordFile, 'utf8').trim();
  const feed = await openFeed(cluster.name, { url: redis.url, user: redis.user, password });
  const daemon = new Monitor({
    name: node,
    cluster,
    generation,
    feed,
    directory: '/var/lib/tricade/monitor',
    nowMs: Date.now,
    random: Math.random,
  });
  await daemon.start();
  const servers = await Promise.all(
    [{ socket: monitorSocket }, { port: readPort }].map((listen) =>
      serveApi({ monitor: daemon, feed, nowMs: Date.now, listen }),
    ),
  );
  await ready(`watching ${cluster.name}`);
  const rest = keepAwake();
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  rest();
  for (const server of servers) server.close();
  await daemon.stop();
  await feed.close();
  process.exit(0);
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (cause) {
    throw new TricadeError('TRI-M001', `${path} cannot be read`, {
      cause,
      hint: 'roll out first: tricade apply FILE',
    });
  }
}

/** What the rollout told this node: who it is, how it reaches the feed, and the generation from which it computes its roles. */
import type { Cluster, Generation, Host, Name, RedisAccess } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import type { FeedAccess } from '@tricade/feed';
import type { GenerationFile, NodeConfig } from '@tricade/host';

const configPath = '/etc/tricade/agent.json';
const generationPath = '/etc/tricade/generation.json';

export interface NodeFiles {
  readonly node: Name;
  readonly redis: RedisAccess;
  readonly cluster: Cluster;
  readonly generation: Generation;
}

/** Throws TRI-A101 where nothing is installed, TRI-A102 where a file is of no known format or does not name this node. */
export async function readNodeFiles(host: Host): Promise<NodeFiles> {
  const config = (await readJson(host, configPath)) as Partial<NodeConfig>;
  const kept = (await readJson(host, generationPath)) as Partial<GenerationFile>;
  const { node, redis } = config;
  if (config.format !== 1 || typeof node !== 'string' || typeof redis?.url !== 'string')
    throw unreadable(configPath);
  const { generation, cluster } = kept;
  if (kept.format !== 1 || typeof generation?.number !== 'number') throw unreadable(generationPath);
  if (cluster?.nodes?.some((each) => each.name === node) !== true) {
    throw unreadable(generationPath, new Error(`there is no node ${node} in it`));
  }
  return { node, redis, cluster, generation };
}

/** Access with the password read from its file; throws TRI-A102 where it is gone. */
export async function feedAccess(host: Host, redis: RedisAccess): Promise<FeedAccess> {
  const password = await host.read(redis.passwordFile);
  if (password === undefined) throw unreadable(redis.passwordFile);
  return { url: redis.url, user: redis.user, password: new TextDecoder().decode(password).trim() };
}

async function readJson(host: Host, path: string): Promise<object> {
  const bytes = await host.read(path);
  if (bytes === undefined) {
    throw new TricadeError('TRI-A101', `there is no ${path} on ${host.name}`, {
      hint: 'install the node with `tricade apply`',
      node: host.name,
    });
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path);
}

function unreadable(path: string, cause?: unknown): TricadeError {
  return new TricadeError(
    'TRI-A102',
    `${path} cannot be used`,
    cause === undefined ? {} : { cause },
  );
}

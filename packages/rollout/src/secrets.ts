/** Where secrets come from. Values go into files on hosts and nowhere else: no log, no plan, no journal. */
import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Cluster, Host, RedisState, SecretRef } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { aclUsers } from '@tricade/feed';
import { clusterSecretPath, redisAclUser, type SecretSource } from '@tricade/host';

/** 32 bytes, base64url. Every password of the cluster is derived from it; it lies on monitors alone. */
export type ClusterSecret = string;

const shape = /^[A-Za-z0-9_-]{43}$/;

export interface MonitorHost {
  readonly node: string;
  readonly host: Host;
}

/**
 * Reads the cluster secret from the monitors, or makes it where all of them answer and none has it, and writes it at once to those that lack it:
 * a rollout that breaks off later finds the same one. Throws TRI-R002 where it may lie on a monitor out of reach, TRI-R005 where monitors disagree.
 */
export async function clusterSecret(
  monitors: readonly MonitorHost[],
  random: (bytes: number) => Uint8Array,
): Promise<ClusterSecret> {
  const answers = await Promise.all(monitors.map(readFrom));
  const secrets = new Set(answers.flatMap(({ secret }) => secret ?? []));
  if (secrets.size > 1) {
    const names = answers.filter(({ secret }) => secret).map(({ node }) => node);
    throw new TricadeError('TRI-R005', `${names.join(', ')} hold different cluster secrets`);
  }
  const away = answers.filter(({ fault }) => fault);
  const [known] = secrets;
  if (known === undefined && (away.length > 0 || monitors.length === 0)) {
    const names = away.map(({ node }) => node).join(', ') || 'no monitor';
    throw new TricadeError('TRI-R002', `the cluster secret may lie on ${names}, out of reach`, {
      cause: away[0]?.fault,
    });
  }
  const secret = known ?? Buffer.from(random(32)).toString('base64url');
  const without = answers.filter((answer) => !answer.fault && answer.secret === undefined);
  await Promise.all(
    without.map(({ host }) =>
      host.write([{ path: clusterSecretPath, content: secret, mode: 0o600 }]),
    ),
  );
  return secret;
}

interface Answer extends MonitorHost {
  readonly secret?: ClusterSecret;
  readonly fault?: unknown;
}

async function readFrom(monitor: MonitorHost): Promise<Answer> {
  try {
    const bytes = await monitor.host.read(clusterSecretPath);
    const text = bytes === undefined ? '' : Buffer.from(bytes).toString('utf8').trim();
    return shape.test(text) ? { ...monitor, secret: text } : monitor;
  } catch (fault) {
    return { ...monitor, fault };
  }
}

/** Password of a user of the feed: HMAC-SHA256 (RFC 2104) under the cluster secret, base64url. */
export function redisPassword(secret: ClusterSecret, user: string): string {
  return createHmac('sha256', secret).update(`redis/${user}`).digest('base64url');
}

/** Text of the feed's ACL file: digests of passwords only, the default user off, and one local user that may load the file again. */
export function redisAclText(
  secret: ClusterSecret,
  cluster: string,
  users: RedisState['users'],
): string {
  const digest = (user: string) =>
    createHash('sha256').update(redisPassword(secret, user)).digest('hex');
  const named = users.map((user) => ({ ...user, passwordSha256: digest(user.user) }));
  const loader = `user ${redisAclUser} on #${digest(redisAclUser)} resetkeys resetchannels -@all +ping +acl|load`;
  return `${[...aclUsers(cluster, named), loader].join('\n')}\n`;
}

export interface SecretSourceInput {
  readonly cluster: Cluster;
  readonly secret: ClusterSecret;
  readonly redisUsers: RedisState['users'];
  /** `file:` paths are relative to it: the folder of the cluster file. */
  readonly folder: string;
  readonly env: Readonly<Partial<Record<string, string>>>;
}

/**
 * Resolves `file:PATH`, `env:NAME`, `derived:redis/USER`, `derived:redis-acl` and `derived:cluster`. Throws TRI-R001, which names the reference and
 * never a value.
 */
export function secretSource(input: SecretSourceInput): SecretSource {
  return async (ref) => {
    const at = ref.indexOf(':');
    const [kind, rest] = [ref.slice(0, at), ref.slice(at + 1)];
    if (kind === 'file') return fileSecret(ref, rest, input.folder);
    if (kind === 'derived') return derived(ref, rest, input);
    const value = kind === 'env' ? input.env[rest] : undefined;
    if (value === undefined || value === '') throw notFound(ref);
    return value;
  };
}

function derived(ref: SecretRef, what: string, input: SecretSourceInput): string {
  const { secret, cluster, redisUsers } = input;
  if (what === 'cluster') return secret;
  if (what === 'redis-acl') return redisAclText(secret, cluster.name, redisUsers);
  const user = /^redis\/([a-z][a-z0-9-]*)$/.exec(what)?.[1];
  if (user === undefined) throw notFound(ref);
  return redisPassword(secret, user);
}

async function fileSecret(ref: SecretRef, path: string, folder: string): Promise<Uint8Array> {
  const full = path.startsWith('~/') ? `${homedir()}${path.slice(1)}` : resolve(folder, path);
  return readFile(full).catch((cause: unknown) => {
    throw notFound(ref, cause);
  });
}

function notFound(ref: SecretRef, cause?: unknown): TricadeError {
  return new TricadeError('TRI-R001', `the secret ${ref} is not there`, { cause });
}

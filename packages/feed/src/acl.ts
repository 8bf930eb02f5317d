/** Who may do what in the store: rules for an aclfile of Redis 7. Pure. */
import type { Name } from '@tricade/cluster';
import { assertName, feedKeys } from './keys.ts';

export interface AclUser {
  readonly user: string;
  readonly kind: 'monitor' | 'node';
  readonly node: Name;
  /** SHA-256 of the password, hex: the file holds no secret in the clear. */
  readonly passwordSha256: string;
}

/**
 * Lines of an aclfile, one a user; the default user is switched off. A monitor may do everything within the cluster's keys and channels.
 * A node reads the state, hears the changes, writes its own `node:NAME`, publishes on its own `reports:NAME`, appends observations and
 * events, and nothing else. Throws TRI-F103 for a name that is none, RangeError for a digest that is none.
 */
export function aclUsers(cluster: Name, users: readonly AclUser[]): readonly string[] {
  return [
    'user default off resetkeys resetchannels -@all',
    ...users.map((user) => rules(cluster, user)),
  ];
}

function rules(cluster: Name, { user, kind, node, passwordSha256 }: AclUser): string {
  if (!/^[0-9a-f]{64}$/.test(passwordSha256))
    throw new RangeError(`the password digest of ${user} is not SHA-256 in hex`);
  const head = [
    'user',
    assertName(user),
    'on',
    `#${passwordSha256}`,
    'resetkeys',
    'resetchannels',
    '-@all',
  ];
  const allowed = kind === 'monitor' ? monitorRules(cluster) : nodeRules(cluster, node);
  return [...head, ...allowed].join(' ');
}

function monitorRules(cluster: Name): readonly string[] {
  const { prefix, reports } = feedKeys(cluster);
  // A pattern that is subscribed to must stand in the rules literally; a rule that would cover it is not enough.
  return [`~${prefix}*`, `&${prefix}*`, `&${reports}*`, '+@all', '-@admin', '-@dangerous', '+info'];
}

/** Publishing and hearing are the same right to a channel in Redis, so the right to publish stands in a selector of its own. */
function nodeRules(cluster: Name, node: Name): readonly string[] {
  const keys = feedKeys(cluster);
  const readable = [
    'protocol',
    'epoch',
    'revision',
    'health',
    'latches',
    'tables',
    'receiving',
    'leader',
    'lock',
  ] as const;
  return [
    ...readable.map((key) => `%R~${keys[key]}`),
    `~${keys.node(node)}`,
    `%W~${keys.observations}`,
    `%W~${keys.events}`,
    `&${keys.changes}`,
    ...[
      'ping',
      'get',
      'hget',
      'hmget',
      'hgetall',
      'eval_ro',
      'hset',
      'xadd',
      'subscribe',
      'unsubscribe',
    ].map((command) => `+${command}`),
    `(-@all +publish resetkeys resetchannels &${keys.reports}${node})`,
  ];
}

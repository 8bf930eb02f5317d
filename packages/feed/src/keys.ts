import type { Name } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';

/** Names of all keys and channels of one cluster. The braces are Redis's hash tag: all keys of a cluster live in one slot. */
export interface Keys {
  readonly prefix: string;
  readonly leader: string;
  readonly epoch: string;
  readonly lock: string;
  readonly protocol: string;
  readonly revision: string;
  readonly health: string;
  readonly latches: string;
  readonly tables: string;
  readonly receiving: string;
  readonly observations: string;
  readonly events: string;
  /** Channel of accepted changes, seeds and pulses. */
  readonly changes: string;
  /** Prefix of the channels of reports, one a node: `reports:NODE`. */
  readonly reports: string;
  /** Hash of one node. */
  node(name: Name): string;
}

const namePattern = /^[a-z][a-z0-9-]{0,31}$/;

/** Throws TRI-F103 unless `name` can be part of a key without changing what the key means. */
export function assertName(name: Name): Name {
  if (namePattern.test(name)) return name;
  throw new TricadeError('TRI-F103', `${JSON.stringify(name)} cannot be part of a feed key`);
}

/** Keys of `cluster`; throws TRI-F103 for a name that is none. */
export function feedKeys(cluster: Name): Keys {
  const prefix = `tricade:{${assertName(cluster)}}:`;
  return {
    prefix,
    leader: `${prefix}leader`,
    epoch: `${prefix}epoch`,
    lock: `${prefix}lock`,
    protocol: `${prefix}protocol`,
    revision: `${prefix}revision`,
    health: `${prefix}health`,
    latches: `${prefix}latches`,
    tables: `${prefix}tables`,
    receiving: `${prefix}receiving`,
    observations: `${prefix}observations`,
    events: `${prefix}events`,
    changes: `${prefix}changes`,
    reports: `${prefix}reports:`,
    node: (name) => `${prefix}node:${assertName(name)}`,
  };
}

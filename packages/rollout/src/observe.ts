/** What is so on every node, read at once. */
import type { Found, Host, Inventory, Name } from '@tricade/cluster';
import { reason, TricadeError } from '@tricade/cluster';
import { asFound, survey } from '@tricade/host';
import { eachLimited } from './limit.ts';

/** The host of a node; the same one each time, so that its connection is used again. */
export type HostOf = (node: Name) => Host;

/** Why a node was not read, by the code of what its host threw. */
const words: Readonly<Record<string, string>> = {
  'TRI-S001': 'host-key-unknown',
  'TRI-S002': 'host-key-changed',
  'TRI-S003': 'login-refused',
  'TRI-S004': 'unreachable',
  'TRI-S005': 'timed-out',
  'TRI-S006': 'connection-lost',
  'TRI-S007': 'timed-out',
  'TRI-S010': 'sudo-refused',
  'TRI-S011': 'no-key',
};

/** How many hosts are spoken to at once: each costs a key exchange of some 10 ms of our CPU. */
export const defaultParallel = 32;

/** Reads all nodes in parallel; changes nothing. A node that cannot be read is a value, with the reason. */
export async function observe(
  nodes: readonly Name[],
  hostOf: HostOf,
  parallel: number = defaultParallel,
): Promise<Inventory> {
  const found = await eachLimited(nodes, parallel, async (node) => {
    return [node, await observeNode(hostOf(node))] as const;
  });
  return Object.fromEntries(found);
}

async function observeNode(host: Host): Promise<Found> {
  try {
    return asFound(await survey(host));
  } catch (cause) {
    const why = unreachableReason(cause);
    if (why) return { unreachable: why };
    throw cause;
  }
}

/** The reason why a node cannot be worked on; undefined for faults of our own. */
export function unreachableReason(cause: unknown): ReturnType<typeof reason> | undefined {
  if (!(cause instanceof TricadeError) || !cause.code.startsWith('TRI-S')) return undefined;
  return reason(words[cause.code] ?? 'not-readable', cause.message, cause.code);
}

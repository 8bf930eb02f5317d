/** Reads the director's maps back through the helper. */
import { randomBytes } from 'node:crypto';
import { type DirectorState, TricadeError } from '@tricade/cluster';
import { layouts, readClass, readSecret } from './abi.ts';
import type { HelperClient, HelperStatus } from './helper-client.ts';
import type { Entries, Found, Layout } from './layout.ts';
import type { Contents, Machine } from './maps.ts';
import { programName } from './names.ts';

/** What the maps hold, but for the tables: where those lie is known from it. */
export interface Held {
  readonly found: Found;
  readonly machine: Machine;
  readonly contents: Omit<Contents, 'tables'>;
}

/**
 * Everything stands: the object is loaded, its program sits at the device. Where it does not, it is loaded or attached again: the device may have come
 * anew. Throws TRI-D08, TRI-D20, TRI-D21.
 */
export async function standing(client: HelperClient, state: DirectorState): Promise<HelperStatus> {
  let status = await client.status();
  if (status.loaded === undefined) status = await client.status('load');
  if (!isAttached(status, state)) status = await client.status('attach');
  if (isAttached(status, state)) return status;
  throw new TricadeError('TRI-D08', `no program of ours is attached to ${state.device}`, {
    node: state.node,
  });
}

export function isAttached(status: HelperStatus, { device }: DirectorState): boolean {
  return status.attached.some((each) => each.device === device && each.program === programName);
}

export async function readHeld(
  client: HelperClient,
  state: DirectorState,
  status: HelperStatus,
): Promise<Held> {
  const device = status.devices[state.device];
  if (device === undefined)
    throw new TricadeError('TRI-D08', `there is no device ${state.device}`, { node: state.node });
  const [services, prefixes, denied, replies, config, reals] = await Promise.all([
    client.bytes('dump services'),
    client.bytes('dump vip_prefixes'),
    client.bytes('dump denied_sources'),
    client.bytes('dump replies'),
    client.bytes('read director_config 0 1'),
    client.bytes(`read reals 0 ${status.maps['reals'] ?? 1}`),
  ]);
  const held = {
    services: entriesOf(services, 'services'),
    prefixes: entriesOf(prefixes, 'vip_prefixes'),
    denied: entriesOf(denied, 'denied_sources'),
    replies: entriesOf(replies, 'replies'),
    config: config.toString('hex'),
    reals: realsFrom(reals, 0),
  };
  const classes = new Map(
    [...held.prefixes].map(([key, value]) => [key, readClass(Buffer.from(value, 'hex'))]),
  );
  return {
    found: { services: held.services, classes, rowsRoom: status.maps['rows'] ?? 0 },
    machine: { arm: device, secret: readSecret(config) ?? randomBytes(16) },
    contents: held,
  };
}

/** Digests of the tables, by group. */
export async function readTables(
  client: HelperClient,
  { groups }: Pick<DirectorState, 'groups'>,
  layout: Layout,
): Promise<ReadonlyMap<string, string>> {
  const digests = groups.map(async ({ group, size }) => {
    const at = layout.rowsAt.get(group) ?? 0;
    return [group, await client.ask(`digest rows ${at} ${size}`)] as const;
  });
  return new Map(await Promise.all(digests));
}

/** Reals from index `first` on; those of zeros are none. */
export function realsFrom(bytes: Buffer, first: number): ReadonlyMap<number, string> {
  const reals = new Map<number, string>();
  const { valueBytes } = layouts['reals'] as { valueBytes: number };
  for (let at = 0; at * valueBytes < bytes.length; at++) {
    const value = bytes.subarray(at * valueBytes, (at + 1) * valueBytes);
    if (value.some((byte) => byte !== 0)) reals.set(first + at, value.toString('hex'));
  }
  return reals;
}

function entriesOf(bytes: Buffer, map: string): Entries {
  const { keyBytes, valueBytes } = layouts[map] as { keyBytes: number; valueBytes: number };
  const entries = new Map<string, string>();
  for (let at = 0; at < bytes.length; at += keyBytes + valueBytes) {
    const pair = bytes.subarray(at, at + keyBytes + valueBytes);
    entries.set(
      pair.subarray(0, keyBytes).toString('hex'),
      pair.subarray(keyBytes).toString('hex'),
    );
  }
  return entries;
}

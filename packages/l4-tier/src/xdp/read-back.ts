/** Reads the director's maps back through the helper. */
import { randomBytes } from 'node:crypto';
import { type DirectorState, TricadeError } from '@tricade/cluster';
import { layouts, mostArms, readClass, readSecret, withoutWatch } from './abi.ts';
import { devicesOf } from './arms.ts';
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
 * Everything stands: the object is loaded, its program sits at the devices. Where it does not, it is loaded or attached again: a device may have come
 * anew. Throws TRI-D08, TRI-D20, TRI-D21.
 */
export async function standing(client: HelperClient, state: DirectorState): Promise<HelperStatus> {
  let status = await client.status();
  if (status.loaded === undefined) status = await client.status('load');
  if (!isAttached(status, state)) status = await client.status('attach');
  if (isAttached(status, state)) return status;
  const bare = devicesOf(state).filter((device) => !holdsOurs(status, device));
  throw new TricadeError('TRI-D08', `no program of ours is attached to ${bare.join(', ')}`, {
    node: state.node,
  });
}

export function isAttached(status: HelperStatus, state: DirectorState): boolean {
  return devicesOf(state).every((device) => holdsOurs(status, device));
}

function holdsOurs({ attached }: HelperStatus, device: string): boolean {
  return attached.some((each) => each.device === device && each.program === programName);
}

function armsOf(status: HelperStatus, state: DirectorState): Machine['arms'] {
  return devicesOf(state).map((device) => {
    const arm = status.devices[device];
    if (arm !== undefined) return arm;
    throw new TricadeError('TRI-D08', `there is no device ${device}`, { node: state.node });
  });
}

export async function readHeld(
  client: HelperClient,
  state: DirectorState,
  status: HelperStatus,
): Promise<Held> {
  const arms = armsOf(status, state);
  const [services, prefixes, denied, replies, config, egress, reals] = await Promise.all([
    client.bytes('dump services'),
    client.bytes('dump vip_prefixes'),
    client.bytes('dump denied_sources'),
    client.bytes('dump replies'),
    client.bytes('read director_config 0 1'),
    client.bytes(`read egress 0 ${mostArms}`),
    client.bytes('dump reals'),
  ]);
  const held = {
    services: entriesOf(services, 'services'),
    prefixes: entriesOf(prefixes, 'vip_prefixes'),
    denied: entriesOf(denied, 'denied_sources'),
    replies: entriesOf(replies, 'replies'),
    config: withoutWatch(config).toString('hex'),
    egress: devicesIn(egress),
    reals: new Map([...entriesOf(reals, 'reals')].map(([id, value]) => [indexOf(id), value])),
  };
  const classes = new Map(
    [...held.prefixes].map(([key, value]) => [key, readClass(Buffer.from(value, 'hex'))]),
  );
  return {
    found: { services: held.services, classes, rowsRoom: status.maps['rows'] ?? 0 },
    machine: { arms, secret: readSecret(config) ?? randomBytes(16) },
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

/** `egress` from its first index on; where no device is there is 0. */
function devicesIn(bytes: Buffer): Entries {
  const keys = Array.from({ length: bytes.length / 4 }, (_, index) => {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(index);
    return [key.toString('hex'), bytes.subarray(index * 4, index * 4 + 4)] as const;
  });
  return new Map(
    keys.flatMap(([key, value]) =>
      value.readUInt32LE() === 0 ? [] : [[key, value.toString('hex')] as const],
    ),
  );
}

/** A key of an array. */
function indexOf(hex: string): number {
  return Buffer.from(hex, 'hex').readUInt32LE();
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

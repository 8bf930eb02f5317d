/** Brings the director's maps to a live state, and reads back what they hold. */
import { type DirectorLive, type DirectorState, type Host, TricadeError } from '@tricade/cluster';
import type { Arm } from './abi.ts';
import { canaryFault } from './canary.ts';
import { changesOf, faultsOf, type KnownRows } from './changes.ts';
import { type HelperClient, helperOf } from './helper-client.ts';
import { type Layout, layoutOf } from './layout.ts';
import { type Contents, contentsOf, followed, type Machine, xdpDigest } from './maps.ts';
import { readHeld, readTables, realsFrom, standing } from './read-back.ts';

/** What was read back last, by host: a change is computed against it, and what is read after the change tells whether it was true. */
interface Known {
  readonly state: DirectorState;
  readonly layout: Layout;
  readonly machine: Machine;
  readonly contents: Contents;
  readonly rows: KnownRows;
}

const known = new WeakMap<Host, Known>();

/** Numbers of services in the counters of a host that was steered; none where it was not. */
export function serviceIdsOf(host: Host): ReadonlyMap<string, number> {
  return known.get(host)?.layout.serviceIds ?? new Map();
}

/**
 * A change of tables and reals alone is written and read back in one exchange. Everything is read, and a packet sent through the program, before the
 * first change, after each trouble, and where nothing is to be changed. Throws TRI-D05, TRI-D08 … TRI-D22.
 */
export async function steer(host: Host, state: DirectorState, live: DirectorLive): Promise<string> {
  checkSizes(state, live, host.name);
  const client = await helperOf(host);
  const last = known.get(host);
  known.delete(host);
  const quick =
    last?.state === state ? await follow(client, last, live).catch(() => undefined) : undefined;
  known.set(host, quick ?? (await settle(client, state, live)));
  return xdpDigest(state, live);
}

function checkSizes(state: DirectorState, live: DirectorLive, node: string): void {
  for (const { group, size } of state.groups) {
    const rows = live.tables[group]?.rows;
    if (rows === undefined || rows.length === size) continue;
    throw new TricadeError('TRI-D05', `${group} has ${rows.length} rows, not ${size}`, { node });
  }
}

function rowsOf(live: DirectorLive): KnownRows {
  return new Map(Object.entries(live.tables).map(([group, { rows }]) => [group, rows]));
}

/** Writes what differs from the last live state; undefined where nothing does, or where what is read back is something else. */
async function follow(
  client: HelperClient,
  last: Known,
  live: DirectorLive,
): Promise<Known | undefined> {
  const { state, layout, contents: have, rows } = last;
  const want = followed(have, state, live);
  const requests = changesOf({ state, live, layout, have, want, rows });
  if (requests.length === 0) return undefined;
  const written = requests.map((request) => client.ask(request));
  const touched = state.groups.filter(
    ({ group }) => have.tables.get(group) !== want.tables.get(group),
  );
  const read = Promise.all([
    readTables(client, { groups: touched }, layout),
    readReals(client, have, want),
  ]);
  const [[tables, reals]] = await Promise.all([read, ...written]);
  const after = {
    ...want,
    tables: new Map([...want.tables, ...tables]),
    reals: new Map([...want.reals, ...reals]),
  };
  return faultsOf(after, want).length > 0
    ? undefined
    : { ...last, contents: want, rows: rowsOf(live) };
}

/** Reals that were just written, as they are. */
async function readReals(
  client: HelperClient,
  have: Contents,
  want: Contents,
): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set([...have.reals.keys(), ...want.reals.keys()])].filter(
    (id) => have.reals.get(id) !== want.reals.get(id),
  );
  if (ids.length === 0) return new Map();
  const [first, last] = [Math.min(...ids), Math.max(...ids)];
  return realsFrom(await client.bytes(`read reals ${first} ${last - first + 1}`), first);
}

/** Reads everything, writes what differs, reads everything again, and sends a packet through. */
async function settle(
  client: HelperClient,
  state: DirectorState,
  live: DirectorLive,
): Promise<Known> {
  const status = await standing(client, state);
  const before = await readHeld(client, state, status);
  const layout = layoutOf(state, before.found);
  const machine = before.machine;
  const want = contentsOf({ state, live, layout }, machine);
  const have = { ...before.contents, tables: await readTables(client, state, layout) };
  const requests = changesOf({ state, live, layout, have, want, rows: new Map() });
  await Promise.all(requests.map((request) => client.ask(request)));
  if (requests.length > 0) {
    const after = await readHeld(client, state, status);
    const contents = { ...after.contents, tables: await readTables(client, state, layout) };
    const [fault] = faultsOf(contents, want);
    if (fault !== undefined) throw new TricadeError('TRI-D04', fault, { node: state.node });
  }
  const deniesAnew = requests.some((request) => request.startsWith('put denied_sources '));
  const fault = await canaryFault(client, { state, live, arm: machine.arms[0] as Arm, deniesAnew });
  if (fault !== undefined) throw new TricadeError('TRI-D08', fault, { node: state.node });
  // Its maps hold all now, and it forwards: it takes the place of the one of another ABI.
  if (status.waits) await client.status('attach');
  return { state, layout, machine, contents: want, rows: rowsOf(live) };
}

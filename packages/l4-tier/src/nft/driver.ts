/** nft as a director: forwarding by MAC at netdev ingress, translating with connection tracking; rows and reals as map elements in both. */
import {
  type DirectorLive,
  type DirectorState,
  type Driver,
  type Host,
  type Observed,
  type Sample,
  TricadeError,
} from '@tricade/cluster';
import { nftDirectorCan } from '../capabilities.ts';
import { lackingRoom } from '../tracked-flows.ts';
import { directorBundle } from './bundle.ts';
import { forgetDead, tableUse, trackedFlows } from './conntrack.ts';
import { droppedPackets } from './drops.ts';
import {
  changeScript,
  directorDigest,
  type Elements,
  elementsDigest,
  liveMaps,
  mapKey,
  rowsIn,
  tablesOf,
  wantedElements,
} from './elements.ts';
import { flowsMap } from './names.ts';
import {
  atHooks,
  elementsFrom,
  hookFault,
  hookScript,
  listScript,
  type MapElement,
  readMaps,
  unreadable,
} from './observe.ts';
import { flavoursOf, hooksOf } from './render.ts';
import { closingBit } from './rules.ts';

/** What was read back last, by host: changes are computed against it, and what is read after them tells whether it was true. */
const known = new WeakMap<Host, { readonly state: string; readonly elements: Elements }>();

/** Share of time that listing flow memories may take: a listing costs about 20 µs an entry. */
const listingShare = 0.01;
/** When the chain at the hook is to be looked at again. */
const hooked = new WeakMap<Host, number>();
const counted = new WeakMap<Host, { readonly flows: Sample['flows']; readonly nextAtMs: number }>();

/** Elements that were read for other maps say nothing. */
function shape(state: DirectorState): string {
  return liveMaps(state).map(mapKey).join('\n');
}

function checkSizes(state: DirectorState, live: DirectorLive, node: string): void {
  for (const group of state.groups) {
    const rows = live.tables[group.group]?.rows;
    if (rows === undefined || rows.length === group.size) continue;
    throw new TricadeError('TRI-D05', `${group.group} has ${rows.length} rows, not ${group.size}`, {
      node,
    });
  }
}

/**
 * Whether to look at the chain as well. nft reads all elements of the table for that, flows included (30 ms, and 20 µs more for each flow), so never
 * in the way of a change, and seldom where it takes long.
 */
function looksAtHook(host: Host, script: string): boolean {
  return script === '' && performance.now() >= (hooked.get(host) ?? 0);
}

/**
 * Applies a transaction and reads all live maps, in one shell; where nothing is to be changed, the chain too from time to time. What was read proves
 * the data plane as far as can be without a packet: the table is loaded, its chain stands at the ingress hook of the device with every rule (seen
 * before the first change, after each trouble, and again every now and then), and rows and reals are as told. A packet of our own cannot be
 * brought in on that hook from this side of the device; that the link carries, and that routers reach it, is what BFD and the probes say.
 * Throws TRI-D03, TRI-D04, TRI-D08.
 */
async function exchange(host: Host, state: DirectorState, script: string): Promise<Elements> {
  const looks = looksAtHook(host, script);
  const [maps, hooks] = [liveMaps(state), looks ? hooksOf(state) : []];
  const list = listScript(maps) + hookScript(hooks);
  const apply = script === '' ? '' : 'nft -f - || exit 99\n';
  const began = performance.now();
  const result = await host.run(`${apply}${list}`, script === '' ? {} : { stdin: script });
  try {
    if (result.code === 99) {
      throw new TricadeError('TRI-D03', firstLine(result.stderr), { node: host.name });
    }
    if (result.code !== 0) throw new Error(firstLine(result.stderr));
    const { maps: listings, chains } = atHooks(result.stdout);
    const elements = elementsFrom(maps, listings);
    for (const [index, hook] of hooks.entries()) {
      const fault = hookFault(chains[index] ?? '', hook);
      if (fault !== undefined) throw new TricadeError('TRI-D08', fault, { node: host.name });
    }
    if (looks) {
      const ended = performance.now();
      hooked.set(host, ended + (ended - began) / listingShare);
    }
    known.set(host, { state: shape(state), elements });
    return elements;
  } catch (cause) {
    known.delete(host);
    hooked.delete(host);
    throw cause instanceof TricadeError ? cause : unreadable(host, cause);
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

/**
 * Changes are computed against what was read last. Where the kernel refuses them or holds something else afterwards, somebody else was at the
 * maps: then against what is read now.
 */
async function steer(host: Host, state: DirectorState, live: DirectorLive): Promise<string> {
  checkSizes(state, live, host.name);
  const digest = await setElements(host, state, wantedElements(state, live));
  // Behind the change: no new flow comes to a dead real any more.
  await forgetDead(host, state, live);
  return digest;
}

async function setElements(host: Host, state: DirectorState, want: Elements): Promise<string> {
  const change = (have: Elements) => changeScript(state, have, want);
  const last = known.get(host);
  if (last?.state === shape(state)) {
    const have = await exchange(host, state, change(last.elements)).catch(() => undefined);
    if (have !== undefined && change(have) === '') return elementsDigest(limited(have, want));
  }
  const fresh = await exchange(host, state, '');
  const script = change(fresh);
  const have = script === '' ? fresh : await exchange(host, state, script);
  return elementsDigest(limited(have, want));
}

/** Groups that the live state does not speak of are not its own. */
function limited(have: Elements, want: Elements): Elements {
  return new Map([...have].filter(([map]) => want.has(map)));
}

/** Entries per real over the listings of flow memories, and connections that the kernel tracks. */
function countFlows(
  names: ReadonlyMap<number, string>,
  memories: readonly (readonly MapElement[])[],
  tracked: ReadonlyMap<number, number>,
): NonNullable<Sample['flows']> {
  const flows: Record<string, number> = Object.fromEntries(
    [...names].map(([id, name]) => [name, tracked.get(id) ?? 0]),
  );
  for (const { data } of memories.flat()) {
    const name = names.get(Number(data) & (closingBit - 1));
    if (name !== undefined) flows[name] = (flows[name] ?? 0) + 1;
  }
  return flows;
}

/** Id → `group/name`. */
function memberNames(state: DirectorState): ReadonlyMap<number, string> {
  return new Map(
    state.groups.flatMap(({ group, reals }) =>
      reals.map((real) => [real.id, `${group}/${real.name}`] as const),
    ),
  );
}

/** Counters of now (packets of flows forwarded by MAC, first packets of translated ones); flows of the last count where counting again would cost too much. */
async function sample(host: Host, state: DirectorState): Promise<Sample> {
  const names = memberNames(state);
  const last = counted.get(host);
  const began = performance.now();
  // Where there was none a listing costs nothing, and that there is none must be new.
  const isNone = Object.values(last?.flows ?? {}).every((count) => count === 0);
  const isDue = last === undefined || isNone || began >= last.nextAtMs;
  const reals = liveMaps(state).filter((map) => rowsIn(map) === undefined);
  const memories = isDue
    ? flavoursOf(state).map((each) => ({ family: 'netdev' as const, name: flowsMap(each) }))
    : [];
  const listed = await readMaps(host, [...reals, ...memories]);
  const tracked =
    isDue && tablesOf(state).includes('inet')
      ? await trackedFlows(host)
      : new Map<number, number>();
  const ended = performance.now();
  const counters: Record<string, number> = {};
  for (const { key, packets = 0 } of listed.slice(0, reals.length).flat()) {
    const name = names.get(Number(key));
    if (name !== undefined) counters[name] = (counters[name] ?? 0) + packets;
  }
  const flows = isDue ? countFlows(names, listed.slice(reals.length), tracked) : last.flows;
  if (isDue) counted.set(host, { flows, nextAtMs: ended + (ended - began) / listingShare });
  const drops = await droppedPackets(host, state);
  return { atMs: Date.now(), counters, drops, ...(flows === undefined ? {} : { flows }) };
}

async function observe(host: Host, state: DirectorState): Promise<Observed> {
  const maps = liveMaps(state);
  const result = await host.run(listScript(maps));
  if (result.code !== 0) {
    return { running: false, notes: [`nft: ${firstLine(result.stderr)}`] };
  }
  const filled = [...elementsFrom(maps, result.stdout)].map(([map, entries]) => {
    if (!(entries instanceof Uint32Array)) return `${map}: ${entries.size}`;
    return `${map}: ${entries.filter((word) => word !== 0).length} of ${entries.length} rows`;
  });
  const tracking = tablesOf(state).includes('inet') ? await tableUse(host) : [];
  const warnings = await lackingRoom(host, state.trackedFlows);
  return { running: true, notes: [...filled, ...tracking], warnings };
}

/** What `steer` returns equals `directorDigest(state, live)` once the kernel holds it. */
export const nftDirector: Driver<DirectorState, DirectorLive> = {
  name: 'nft',
  role: 'director',
  can: nftDirectorCan,
  render: directorBundle,
  observe,
  steer: (host, state, live) => steer(host, state, live),
  sample,
  liveDigest: directorDigest,
};

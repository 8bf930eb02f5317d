/** Live state ↔ elements of our maps. Pure: what is wanted, what was read, and the smallest change between them. */
import { createHash } from 'node:crypto';
import {
  type DirectorLive,
  type DirectorState,
  ipFamily,
  type RealLive,
  type TableGroup,
  tableDigest,
  vxlanMac,
} from '@tricade/cluster';
import { translates } from '../forwarding.ts';
import {
  type Family,
  natRealsMap,
  natRowsMap,
  realsMap,
  rowsMap,
  type TableFamily,
  table,
  takingMap,
  tunnelRealsMap,
  tunnelTakingMap,
} from './names.ts';

/** Words of a table, one a row, 0 where there is no element; or id → MAC or address. */
export type Entries = Uint32Array | ReadonlyMap<number, string>;
/** Contents of live maps by `family name`. */
export type Elements = ReadonlyMap<string, Entries>;

/** A live map of the rule set of a state, and what of the live state it holds. */
export interface LiveMap {
  readonly family: TableFamily;
  readonly name: string;
  /** Rows of a group, what frames are sent to, or addresses of a family of the reals that are not dead. */
  readonly holds: TableGroup | Macs | Family;
}

/**
 * MACs of the reals that are not dead, or of their ends of the tunnel; or of those of them that take new flows as well: a SYN or datagram of a
 * remembered flow still goes there.
 */
interface Macs {
  readonly of: 'reals' | 'tunnels';
  readonly taking: boolean;
}

function isRows(holds: LiveMap['holds']): holds is TableGroup {
  return typeof holds === 'object' && 'size' in holds;
}

/** The group whose rows a map holds; undefined for maps of reals. */
export function rowsIn({ holds }: LiveMap): TableGroup | undefined {
  return isRows(holds) ? holds : undefined;
}

export function mapKey({ family, name }: Pick<LiveMap, 'family' | 'name'>): string {
  return `${family} ${name}`;
}

/** Groups by what their services ask for; one that no service names is forwarded by MAC. */
export function groupsOf(state: DirectorState): Readonly<Record<TableFamily, TableGroup[]>> {
  const uses = (group: TableGroup, translated: boolean) =>
    state.services.some((each) => each.group === group.group && translates(each) === translated);
  return {
    netdev: state.groups.filter((group) => uses(group, false) || !uses(group, true)),
    inet: state.groups.filter((group) => uses(group, true)),
  };
}

/** The tables that a state needs: a director that only translates has nothing at the ingress hook. */
export function tablesOf(state: DirectorState): readonly TableFamily[] {
  const translated = state.services.some(translates);
  const forwards = state.services.length === 0 || !state.services.every(translates);
  return [...(forwards ? ['netdev' as const] : []), ...(translated ? ['inet' as const] : [])];
}

const tunnelMaps: readonly LiveMap[] = [
  { family: 'netdev', name: tunnelRealsMap, holds: { of: 'tunnels', taking: false } },
  { family: 'netdev', name: tunnelTakingMap, holds: { of: 'tunnels', taking: true } },
];

export function liveMaps(state: DirectorState): readonly LiveMap[] {
  const groups = groupsOf(state);
  const maps: Readonly<Record<TableFamily, readonly LiveMap[]>> = {
    netdev: [
      ...groups.netdev.map((group) => ({
        family: 'netdev' as const,
        name: rowsMap(group),
        holds: group,
      })),
      { family: 'netdev', name: realsMap, holds: { of: 'reals', taking: false } },
      { family: 'netdev', name: takingMap, holds: { of: 'reals', taking: true } },
      ...(state.services.some(({ mode }) => mode === 'tunnel') ? tunnelMaps : []),
    ],
    inet: [
      ...groups.inet.map((group) => ({
        family: 'inet' as const,
        name: natRowsMap(group),
        holds: group,
      })),
      ...([4, 6] as const).map((family) => ({
        family: 'inet' as const,
        name: natRealsMap(family),
        holds: family,
      })),
    ],
  };
  return tablesOf(state).flatMap((family) => maps[family]);
}

/** The elements that a live state asks for. Rows of a group that it does not speak of are left out: they stay as they are. */
export function wantedElements(state: DirectorState, live: DirectorLive): Elements {
  const reals = Object.values(live.tables).flatMap((one) => one.reals);
  const addresses = new Map(
    state.groups.flatMap((group) => group.reals.map((real) => [real.id, real.addresses] as const)),
  );
  const found = new Map<string, Entries>();
  for (const map of liveMaps(state)) {
    const { holds } = map;
    if (isRows(holds)) {
      const rows = live.tables[holds.group]?.rows;
      if (rows !== undefined) found.set(mapKey(map), rows);
    } else if (typeof holds === 'object') {
      found.set(mapKey(map), macs(reals, holds));
    } else {
      found.set(mapKey(map), addressesOf(reals, addresses, holds));
    }
  }
  return found;
}

/** Reals without a MAC are none yet; the end of a tunnel is found by routing. */
function macs(reals: readonly RealLive[], { of, taking }: Macs): Entries {
  return new Map(
    reals.flatMap(({ id, address, mac: own, dead, health }) => {
      const mac = of === 'tunnels' ? vxlanMac(address) : own?.toLowerCase();
      return dead || mac === undefined || (taking && health === 'down') ? [] : [[id, mac]];
    }),
  );
}

function addressesOf(
  reals: readonly RealLive[],
  addresses: ReadonlyMap<number, readonly string[]>,
  family: Family,
): Entries {
  return new Map(
    reals.flatMap(({ id, dead }) => {
      const address = addresses.get(id)?.find((each) => ipFamily(each) === family);
      return dead || address === undefined ? [] : [[id, address]];
    }),
  );
}

/** SHA-256 (hex) over all entries, whatever order they came in. */
export function elementsDigest(elements: Elements): string {
  const hash = createHash('sha256');
  for (const [key, entries] of [...elements].sort(byKey)) {
    hash.update(`${key}\n`);
    if (entries instanceof Uint32Array) hash.update(`${tableDigest(entries)}\n`);
    else for (const [id, data] of [...entries].sort(byKey)) hash.update(`${id} ${data}\n`);
  }
  return hash.digest('hex');
}

/** The digest that `steer` returns once the kernel holds `live` and nothing else. */
export function directorDigest(state: DirectorState, live: DirectorLive): string {
  return elementsDigest(wantedElements(state, live));
}

function byKey<K extends string | number>(a: readonly [K, unknown], b: readonly [K, unknown]) {
  return a[0] < b[0] ? -1 : 1;
}

/** One transaction for `nft -f` that turns `have` into `want`, as far as `want` goes; '' where nothing differs. */
export function changeScript(state: DirectorState, have: Elements, want: Elements): string {
  const lines = liveMaps(state).flatMap((map) => {
    const wanted = want.get(mapKey(map));
    return wanted === undefined ? [] : mapChange(map, have.get(mapKey(map)), wanted);
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** An element's data cannot be changed in place: it is deleted and added, which is one moment inside a transaction. */
function mapChange(map: LiveMap, have: Entries | undefined, want: Entries): readonly string[] {
  const gone: number[] = [];
  const fresh: string[] = [];
  for (const key of keysOf(have)) if (dataAt(have, key) !== dataAt(want, key)) gone.push(key);
  for (const key of keysOf(want)) {
    const data = dataAt(want, key);
    if (data !== dataAt(have, key)) fresh.push(`${key} : ${data}`);
  }
  const element = `element ${map.family} ${table} ${map.name}`;
  return [
    ...(gone.length > 0 ? [`delete ${element} { ${gone.join(', ')} }`] : []),
    ...(fresh.length > 0 ? [`add ${element} { ${fresh.join(', ')} }`] : []),
  ];
}

/** Keys that have an element. */
function* keysOf(entries: Entries | undefined): Iterable<number> {
  if (!(entries instanceof Uint32Array)) return yield* entries?.keys() ?? [];
  for (let slot = 0; slot < entries.length; slot++) if (entries[slot] !== 0) yield slot;
}

function dataAt(entries: Entries | undefined, key: number): string | undefined {
  if (!(entries instanceof Uint32Array)) return entries?.get(key);
  const word = entries[key] ?? 0;
  return word === 0 ? undefined : `0x${word.toString(16).padStart(8, '0')}`;
}

/** From what the maps hold to what they shall hold, as requests to the helper, in the order in which packets may meet them. Pure. */
import type { DirectorLive, DirectorState } from '@tricade/cluster';
import { withArmsOf } from './abi.ts';
import type { Entries, Layout } from './layout.ts';
import type { Contents } from './maps.ts';

/** Words of each table as they were written last, by group; a table not listed is written whole. */
export type KnownRows = ReadonlyMap<string, Uint32Array>;

export interface ChangeInput {
  readonly state: DirectorState;
  readonly live: DirectorLive;
  readonly layout: Layout;
  readonly have: Contents;
  readonly want: Contents;
  readonly rows: KnownRows;
}

/**
 * Devices before the reals that lie behind them, new reals before the rows that name them, rows and what answers become before the services that point at them, prefixes before the configuration that has them looked at;
 * taken away the other way round. A deny list changes by what is different: a source on both lists is denied all the while.
 */
export function changesOf(input: ChangeInput): readonly string[] {
  const { have, want } = input;
  const services = difference(have.services, want.services);
  const prefixes = difference(have.prefixes, want.prefixes);
  const denied = difference(have.denied, want.denied);
  const replies = difference(have.replies, want.replies);
  const egress = difference(have.egress, want.egress);
  const reals = realChanges(have.reals, want.reals);
  const [early, late] = configChanges(have.config, want.config);
  return [
    ...put('egress', egress.set),
    ...early,
    ...put('reals', reals.set),
    ...rowChanges(input),
    ...put('replies', replies.set),
    ...put('services', services.set),
    ...put('vip_prefixes', prefixes.set),
    ...put('denied_sources', denied.set),
    ...late,
    ...drop('denied_sources', denied.gone),
    ...drop('vip_prefixes', prefixes.gone),
    ...drop('services', services.gone),
    ...drop('replies', replies.gone),
    ...put('reals', reals.silent),
    ...drop('egress', egress.gone),
  ];
}

/**
 * The configuration, early and late. Early the devices alone, besides those that are there: reals are about to lie behind them. Where another ABI stands there
 * nothing is forwarded, and nothing has to be early.
 */
function configChanges(
  have: string,
  want: string,
): readonly [readonly string[], readonly string[]] {
  const isOther = have.slice(0, abiDigits) !== want.slice(0, abiDigits);
  const early = isOther ? have : withArmsOf(have, want);
  const write = (hex: string) => `write director_config 0 ${base64(hex)}`;
  return [early === have ? [] : [write(early)], early === want ? [] : [write(want)]];
}

/** Of `director_config.abi`. */
const abiDigits = 8;

/** What is different, as sentences; none: the maps hold what was wanted. Tables that are not spoken of may hold anything. */
export function faultsOf(have: Contents, want: Contents): readonly string[] {
  const counts = [
    ['services', difference(have.services, want.services)],
    ['prefixes', difference(have.prefixes, want.prefixes)],
    ['denied sources', difference(have.denied, want.denied)],
    ['replies', difference(have.replies, want.replies)],
    ['devices', difference(have.egress, want.egress)],
  ] as const;
  const { set, silent } = realChanges(have.reals, want.reals);
  const tables = [...want.tables].filter(([group, digest]) => have.tables.get(group) !== digest);
  return [
    ...counts.flatMap(([what, { set: other, gone }]) =>
      other.length + gone.length === 0
        ? []
        : [`${other.length + gone.length} ${what} are not as written`],
    ),
    ...(set.length + silent.length === 0
      ? []
      : [`${set.length + silent.length} reals are not as written`]),
    ...tables.map(([group]) => `the table of ${group} is not as written`),
    ...(have.config === want.config ? [] : ['the configuration is not as written']),
  ];
}

type Pair = readonly [key: string, value: string];

interface Difference {
  readonly set: readonly Pair[];
  readonly gone: readonly string[];
}

function difference(have: Entries, want: Entries): Difference {
  if (have === want) return { set: [], gone: [] };
  return {
    set: [...want].filter(([key, value]) => have.get(key) !== value),
    gone: [...have.keys()].filter((key) => !want.has(key)),
  };
}

const silentReal = '00'.repeat(32);

/** Reals that get packets from now on, and those that get none any more: an id that nobody has holds zeros. */
function realChanges(
  have: ReadonlyMap<number, string>,
  want: ReadonlyMap<number, string>,
): { readonly set: readonly Pair[]; readonly silent: readonly Pair[] } {
  const ids = new Set([...have.keys(), ...want.keys()]);
  const changed = [...ids].flatMap((id) => {
    const value = want.get(id) ?? silentReal;
    return (have.get(id) ?? silentReal) === value ? [] : [[indexKey(id), value] as const];
  });
  const isSilent = ([, value]: Pair) => value.startsWith('000000000000');
  return {
    set: changed.filter((pair) => !isSilent(pair)),
    silent: changed.filter(isSilent),
  };
}

function rowChanges({ state, live, layout, have, want, rows }: ChangeInput): readonly string[] {
  return state.groups.flatMap(({ group }) => {
    const table = live.tables[group];
    const at = layout.rowsAt.get(group) ?? 0;
    if (table === undefined || have.tables.get(group) === want.tables.get(group)) return [];
    const before = rows.get(group);
    const changed = before === undefined ? [] : changedRows(before, table.rows);
    // An entry takes three times the room of a word in a row.
    if (before === undefined || changed.length * 3 > table.rows.length) {
      return [`write rows ${at} ${wordBytes(table.rows).toString('base64')}`];
    }
    const pairs = new Uint32Array(changed.flatMap((row) => [at + row, table.rows[row] as number]));
    return changed.length === 0 ? [] : [`put rows ${wordBytes(pairs).toString('base64')}`];
  });
}

function changedRows(before: Uint32Array, now: Uint32Array): readonly number[] {
  const changed: number[] = [];
  for (let row = 0; row < now.length; row++) if (before[row] !== now[row]) changed.push(row);
  return changed;
}

/** Little-endian words as bytes. */
function wordBytes(words: Uint32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}

function indexKey(index: number): string {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(index);
  return key.toString('hex');
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function put(map: string, pairs: readonly Pair[]): readonly string[] {
  return pairs.length === 0 ? [] : [`put ${map} ${base64(pairs.flat().join(''))}`];
}

function drop(map: string, keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : [`drop ${map} ${base64(keys.join(''))}`];
}

/**
 * Where things lie in the director's maps: rows of each table, the number of each VIPless prefix and of each service. What lies somewhere already
 * stays there, so that packets meet no moment of another table's rows; what is new goes where nothing lies. Pure.
 */
import {
  canonicalPrefix,
  contains,
  type DirectorState,
  parsePrefix,
  TricadeError,
} from '@tricade/cluster';
import {
  classAddress,
  modeNumbers,
  prefixKey,
  readService,
  serviceKey,
  wideAddress,
} from './abi.ts';

/** Keys and values of a map, hexadecimal. */
export type Entries = ReadonlyMap<string, string>;

export interface Layout {
  /** First row of each table, by group. */
  readonly rowsAt: ReadonlyMap<string, number>;
  /** Classes of VIPless prefixes, by canonical prefix: 1, 2, …. */
  readonly classes: ReadonlyMap<string, number>;
  /** Numbers of services in the counters, by name. */
  readonly serviceIds: ReadonlyMap<string, number>;
}

/** What was read back, as far as it decides where things lie. */
export interface Found {
  readonly services: Entries;
  /** Key of `vip_prefixes` → class. */
  readonly classes: ReadonlyMap<string, number>;
  /** Capacity of `rows`. */
  readonly rowsRoom: number;
}

/** One key of the services map, and what it is for. */
export interface Match {
  readonly key: string;
  readonly service: DirectorState['services'][number];
  /** Looks at no port: a service of any protocol. */
  readonly any: boolean;
  /** Only says that the address is a VIP: no service takes the rest of it. */
  readonly none: boolean;
}

/** The prefix of a VIPless service; undefined for a VIP that is one address. Throws TRI-D06 for neither. */
export function prefixOf(vip: string): string | undefined {
  const prefix = parsePrefix(vip);
  if (prefix === undefined)
    throw new TricadeError('TRI-D06', `${JSON.stringify(vip)} is neither an address nor a prefix`);
  const whole = prefix.family === 4 ? 32 : 128;
  return prefix.length === whole ? undefined : canonicalPrefix(vip);
}

/** Key of `vip_prefixes`, hexadecimal. */
export function keyOfPrefix(prefix: string): string {
  const { address = '', length = 0 } = parsePrefix(prefix) ?? {};
  return prefixKey(address, length).toString('hex');
}

/**
 * Every key that the services ask for. A VIP without a service for all protocols has one key more, that says so. What the services of a VIP leave over is taken by
 * those of the narrowest prefix around it: the program looks at one VIP, so their keys are repeated there.
 */
export function matchesOf(
  state: DirectorState,
  classes: ReadonlyMap<string, number>,
): readonly Match[] {
  const matches = new Map<string, Match>();
  const rests = new Map<string, Match>();
  for (const [vip, levels] of levelsByVip(state)) {
    const prefix = prefixOf(vip);
    const address =
      prefix === undefined
        ? wideAddress(vip.split('/')[0] as string)
        : classAddress(classes.get(prefix) ?? 0);
    const rest = serviceKey(address, 0, 'any').toString('hex');
    const [service] = levels[0] ?? [];
    if (service !== undefined) rests.set(rest, { key: rest, service, any: true, none: true });
    for (const match of levels.reduce(
      (narrower, level) => [...narrower, ...leftOver(address, level, narrower)],
      [] as readonly Match[],
    ))
      matches.set(match.key, match);
  }
  return [...new Map([...rests, ...matches]).values()];
}

/** Keys at an address for the services of one VIP, without what those of narrower ones take. The first service that names a key has it. */
function leftOver(
  address: Buffer,
  services: readonly Service[],
  narrower: readonly Match[],
): readonly Match[] {
  const taken = new Set(narrower.map(({ key }) => key));
  const own = new Map<string, Match>();
  for (const service of services) {
    for (const { port, protocol } of service.ports) {
      const key = serviceKey(address, port, protocol).toString('hex');
      if (own.has(key) || [key, ...wider(address, protocol)].some((each) => taken.has(each)))
        continue;
      own.set(key, { key, service, any: protocol === 'any', none: false });
    }
  }
  return [...own.values()];
}

type Service = DirectorState['services'][number];

/** Keys that take every port of a protocol at an address. */
function wider(address: Buffer, protocol: Service['ports'][number]['protocol']): readonly string[] {
  return [serviceKey(address, 0, protocol), serviceKey(address, 0, 'any')].map((key) =>
    key.toString('hex'),
  );
}

/** Each VIP with its services, and those of the prefixes around it, the narrowest first. */
function levelsByVip({
  services,
}: DirectorState): ReadonlyMap<string, readonly (readonly Service[])[]> {
  const byVip = new Map<string, Service[]>();
  for (const service of services) {
    const own = byVip.get(service.vip);
    if (own === undefined) byVip.set(service.vip, [service]);
    else own.push(service);
  }
  const prefixes = [...byVip.keys()]
    .filter((vip) => prefixOf(vip) !== undefined)
    .toSorted((one, other) => lengthOf(other) - lengthOf(one));
  return new Map(
    [...byVip].map(([vip, own]) => {
      const around = prefixes.filter((prefix) => prefix !== vip && holds(prefix, vip));
      return [vip, [own, ...around.map((prefix) => byVip.get(prefix) ?? [])]];
    }),
  );
}

function lengthOf(vip: string): number {
  return parsePrefix(vip)?.length ?? 0;
}

function holds(prefix: string, vip: string): boolean {
  const inner = parsePrefix(vip);
  return inner !== undefined && inner.length > lengthOf(prefix) && contains(prefix, inner.address);
}

/** Keeps what the maps hold, and places what is new. Throws TRI-D22 where the tables do not fit. */
export function layoutOf(state: DirectorState, found: Found): Layout {
  const classes = classesOf(state, found);
  const matches = matchesOf(state, classes);
  return {
    classes,
    serviceIds: serviceIdsOf(state, matches, found),
    rowsAt: rowsAtOf(state, matches, found),
  };
}

function classesOf(state: DirectorState, found: Found): ReadonlyMap<string, number> {
  const taken = new Set(found.classes.values());
  const classes = new Map<string, number>();
  for (const { vip } of state.services) {
    const prefix = prefixOf(vip);
    if (prefix === undefined || classes.has(prefix)) continue;
    classes.set(prefix, found.classes.get(keyOfPrefix(prefix)) ?? firstFree(taken, 1));
  }
  return classes;
}

function serviceIdsOf(
  state: DirectorState,
  matches: readonly Match[],
  found: Found,
): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const taken = new Set<number>();
  for (const value of found.services.values()) taken.add(readOf(value).id);
  const own = new Set<number>();
  for (const { key, service } of matches) {
    const value = found.services.get(key);
    if (value === undefined || ids.has(service.service)) continue;
    const { id } = readOf(value);
    // One that two services had belongs to the first.
    if (!own.has(id)) ids.set(service.service, id);
    own.add(id);
  }
  for (const { service } of state.services) {
    if (!ids.has(service)) ids.set(service, firstFree(taken, 0));
  }
  return ids;
}

function firstFree(taken: Set<number>, from: number): number {
  let number = from;
  while (taken.has(number)) number += 1;
  taken.add(number);
  return number;
}

function readOf(hex: string): ReturnType<typeof readService> {
  return readService(Buffer.from(hex, 'hex'));
}

interface Region {
  readonly at: number;
  readonly count: number;
}

/**
 * A group whose services point at a region of its size keeps it; others get the first gap that nothing points into. Where the gaps are too small for
 * that, all tables are laid out anew over what is there, and for some milliseconds a packet may meet rows of another table.
 */
function rowsAtOf(
  state: DirectorState,
  matches: readonly Match[],
  { services, rowsRoom }: Found,
): ReadonlyMap<string, number> {
  const inUse: Region[] = [...services.values()]
    .map(readOf)
    .map(({ rowsAt, rowsCount }) => ({ at: rowsAt, count: rowsCount }))
    .filter(({ count }) => count > 0);
  const kept = new Map<string, number>();
  for (const { group, size } of state.groups) {
    const own = matches
      .filter((match) => !match.none && match.service.group === group)
      .flatMap(({ key }) => services.get(key) ?? [])
      .map(readOf)
      .find((has) => has.rowsCount === size && ![...kept.values()].includes(has.rowsAt));
    if (own !== undefined) kept.set(group, own.rowsAt);
  }
  const rowsAt = placed(state, { kept, inUse, rowsRoom }) ?? placed(state, { rowsRoom });
  if (rowsAt !== undefined) return rowsAt;
  const rows = state.groups.reduce((sum, { size }) => sum + size, 0);
  throw new TricadeError('TRI-D22', `the tables have ${rows} rows, there is room for ${rowsRoom}`, {
    node: state.node,
  });
}

/** Undefined where a group finds no gap. */
function placed(
  { groups }: DirectorState,
  has: {
    readonly kept?: ReadonlyMap<string, number>;
    readonly inUse?: readonly Region[];
    readonly rowsRoom: number;
  },
): ReadonlyMap<string, number> | undefined {
  const rowsAt = new Map(has.kept);
  const taken: Region[] = [...(has.inUse ?? [])];
  for (const { group, size } of groups) {
    if (rowsAt.has(group)) continue;
    const at = firstGap(taken, size, has.rowsRoom);
    if (at === undefined) return undefined;
    rowsAt.set(group, at);
    taken.push({ at, count: size });
  }
  return rowsAt;
}

function firstGap(regions: readonly Region[], size: number, room: number): number | undefined {
  let at = 0;
  for (const region of [...regions].sort((one, other) => one.at - other.at)) {
    if (region.at - at >= size) return at;
    at = Math.max(at, region.at + region.count);
  }
  return at + size <= room ? at : undefined;
}

/** `enum mode` of a match. */
export function modeOf(
  { service, none }: Match,
  { tunnel }: Pick<DirectorState, 'tunnel'>,
): number {
  if (none) return modeNumbers['none'] as number;
  const isGue = service.mode === 'tunnel' && tunnel?.encapsulation === 'gue';
  return modeNumbers[isGue ? 'gue' : service.mode] ?? 0;
}

/** Generation and live state → the contents of the director's maps. Pure. */
import { createHash } from 'node:crypto';
import {
  type DirectorLive,
  type DirectorState,
  type Guard,
  keyBytes,
  tableDigest,
} from '@tricade/cluster';
import { translates } from '../forwarding.ts';
import {
  type Arm,
  type ConfigValue,
  classValue,
  configFlags,
  configValue,
  egressOf,
  realValue,
  serviceFlags,
  serviceValue,
} from './abi.ts';
import { deniedEntries } from './denied.ts';
import { hasReturns, mostDatagrams, natOf, remembers } from './flows.ts';
import { type Entries, keyOfPrefix, type Layout, type Match, matchesOf, modeOf } from './layout.ts';
import { repliesOf, servicesByFlow } from './replies.ts';

/** Contents of the maps: keys and values hexadecimal, reals by id. */
export interface Contents {
  readonly services: Entries;
  readonly prefixes: Entries;
  readonly denied: Entries;
  /** What answers of reals become in destination NAT. */
  readonly replies: Entries;
  readonly config: string;
  /** Devices by arm. */
  readonly egress: Entries;
  readonly reals: ReadonlyMap<number, string>;
  /** Digest of each table, by group; groups that the live state does not speak of are left as they are. */
  readonly tables: ReadonlyMap<string, string>;
}

/** What the machine has of its own: the devices, in the order of `armsOf`, and the secret of this boot. */
export interface Machine {
  readonly arms: readonly Arm[];
  readonly secret: Uint8Array;
}

export function contentsOf(
  of: { readonly state: DirectorState; readonly live: DirectorLive; readonly layout: Layout },
  machine: Machine,
): Contents {
  const { state, live, layout } = of;
  const services = servicesOf(state, layout);
  const prefixes = prefixesOf(layout);
  const replies = repliesOf(state);
  return {
    services,
    prefixes,
    denied: deniedEntries(state.guard?.deny),
    replies,
    config: configValue({
      flags:
        (layout.classes.size > 0 ? configFlags.prefixes : 0) |
        (remembers(state) ? configFlags.replies : 0) |
        (hasReturns(state) ? configFlags.returns : 0) |
        guardFlags(state.guard),
      ...limitOf(state.guard),
      ...(state.tunnel?.sources === undefined ? {} : { sources: state.tunnel.sources }),
      ...(state.sample === undefined ? {} : { sample: state.sample }),
      self: state.self,
      addresses: state.addresses,
      servicesEpoch: epochOf(services, prefixes),
      mostDatagrams: mostDatagrams(state),
      ...natOf(state),
      ...machine,
    }).toString('hex'),
    egress: egressOf(machine.arms),
    reals: realsOf(state, live),
    tables: tablesOf(state, live),
  };
}

/** The same with another live state: all but reals and tables stays. */
export function followed(before: Contents, state: DirectorState, live: DirectorLive): Contents {
  return { ...before, reals: realsOf(state, live), tables: tablesOf(state, live) };
}

function servicesOf(state: DirectorState, layout: Layout): Entries {
  const groups = new Map(state.groups.map((group) => [group.group, group]));
  const byFlow = servicesByFlow(state);
  const value = (match: Match): string => {
    const group = groups.get(match.service.group);
    const isTable = group !== undefined && !match.none;
    return serviceValue({
      hashKey: keyBytes(group?.hashKey ?? '0'.repeat(32)),
      rowsAt: isTable ? (layout.rowsAt.get(group.group) ?? 0) : 0,
      rowsCount: isTable ? group.size : 0,
      id: layout.serviceIds.get(match.service.service) ?? 0,
      flags: match.none ? 0 : flagsOf(match, byFlow),
      mode: modeOf(match, state),
      affinity: match.service.affinity,
    }).toString('hex');
  };
  return new Map(matchesOf(state, layout.classes).map((match) => [match.key, value(match)]));
}

function flagsOf({ any, service }: Match, servicesWithReturns: ReadonlySet<object>): number {
  const { second, noPorts, secondUdp, byFlow } = serviceFlags;
  const ports = any ? noPorts : 0;
  // A translated packet fits the sockets of one real: there is no second one to name.
  if (translates(service)) return ports | (servicesWithReturns.has(service) ? byFlow : 0);
  return second | ports | (service.quic ? secondUdp : 0);
}

function prefixesOf(layout: Layout): Entries {
  return new Map(
    [...layout.classes].map(([prefix, number]) => [
      keyOfPrefix(prefix),
      classValue(number).toString('hex'),
    ]),
  );
}

function guardFlags({ deny, limit }: Guard = {}): number {
  return (
    (deny === undefined ? 0 : configFlags.deny) | (limit === undefined ? 0 : configFlags.limit)
  );
}

function limitOf({ limit }: Guard = {}): Pick<ConfigValue, 'limit'> {
  if (limit === undefined) return {};
  const intervalNs = Math.round((limit.perMs * 1_000_000) / limit.flows);
  return { limit: { intervalNs, burst: limit.burst } };
}

/** A number that changes with the services and prefixes, whatever order they came in. */
function epochOf(...maps: readonly Entries[]): number {
  const hash = createHash('sha256');
  for (const map of maps) {
    for (const [key, value] of [...map].sort(byKey)) hash.update(`${key} ${value}\n`);
    hash.update('\n');
  }
  return hash.digest().readUInt32LE();
}

/** Reals of every table. One that is dead, or whose MAC is not known, gets nothing. */
export function realsOf(state: DirectorState, live: DirectorLive): ReadonlyMap<number, string> {
  const reals = new Map<number, string>();
  const arms = armOfReals(state);
  for (const group of state.groups) {
    const addresses = new Map(group.reals.map((real) => [real.id, real.addresses]));
    for (const { id, mac, dead } of live.tables[group.group]?.reals ?? []) {
      const known = dead ? undefined : mac?.toLowerCase();
      reals.set(id, realHex(known, addresses.get(id) ?? none, arms.get(id) ?? 0));
    }
  }
  return reals;
}

/** Reals that lie behind another arm than the first, by id: its index. */
function armOfReals({ arms = [] }: DirectorState): ReadonlyMap<number, number> {
  return new Map(arms.flatMap(({ reals }, at) => reals.map((id) => [id, at + 1] as const)));
}

const none: readonly string[] = [];
/** Reals seldom change: their values are kept by the addresses that they are made of, under MAC and arm. */
const realValues = new WeakMap<readonly string[], Map<string, string>>();

function realHex(mac: string | undefined, addresses: readonly string[], arm: number): string {
  const values = realValues.get(addresses) ?? new Map<string, string>();
  realValues.set(addresses, values);
  const key = `${mac} ${arm}`;
  const hex = values.get(key) ?? realValue(mac, addresses, arm).toString('hex');
  values.set(key, hex);
  return hex;
}

/** Rows are looked at as a whole once, not at every glance at the state that holds them. */
const digests = new WeakMap<Uint32Array, string>();

function digestOf(rows: Uint32Array): string {
  const known = digests.get(rows) ?? tableDigest(rows);
  digests.set(rows, known);
  return known;
}

function tablesOf(state: DirectorState, live: DirectorLive): ReadonlyMap<string, string> {
  return new Map(
    state.groups.flatMap(({ group }) => {
      const rows = live.tables[group]?.rows;
      return rows === undefined ? [] : [[group, digestOf(rows)] as const];
    }),
  );
}

/** The digest that `steer` returns once the maps hold `live` and nothing else: SHA-256 (hex) over tables and reals, whatever order they came in. */
export function xdpDigest(state: DirectorState, live: DirectorLive): string {
  const hash = createHash('sha256');
  for (const [group, digest] of [...tablesOf(state, live)].sort(byKey))
    hash.update(`${group} ${digest}\n`);
  for (const [id, value] of [...realsOf(state, live)].sort(byKey)) hash.update(`\n${id} ${value}`);
  return hash.digest('hex');
}

function byKey<K extends string | number>(a: readonly [K, unknown], b: readonly [K, unknown]) {
  return a[0] < b[0] ? -1 : 1;
}

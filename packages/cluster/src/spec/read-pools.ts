/** Pools, servers and checks: spec → model. */
import { canonicalAddress } from '../ip.ts';
import type { Balance, Check, ClusterNode, Pool, Server } from '../model/intent.ts';
import { defaultNumber, defaultText } from './defaults.ts';
import { readAddresses, readManagement } from './read-networks.ts';
import type { Reading } from './reading.ts';
import type { KeyPath } from './source-tree.ts';
import {
  type CheckSpec,
  entries,
  items,
  type PoolSpec,
  type ServerSpec,
  type TimingSpec,
} from './spec-file.ts';
import { parseDuration, parseEndpoint, parsePort, parseStatus } from './units.ts';
import { shown } from './words.ts';

/** A server with what its machine needs. */
export interface ReadServer {
  readonly server: Server;
  readonly addresses: readonly string[];
  readonly pool: string;
  readonly node: ClusterNode;
}

export interface ReadPools {
  readonly pools: readonly Pool[];
  readonly servers: readonly ReadServer[];
}

export function readPools(reading: Reading): ReadPools {
  const fedPorts = portsOfFedPools(reading);
  const servers: ReadServer[] = [];
  const pools = entries(reading.file.pools).flatMap(([name, spec]): Pool[] => {
    if (spec === undefined) return [];
    const path = ['pools', name];
    const check = readCheck(spec.check, [...path, 'check'], reading);
    const port = spec.port ?? fedPorts.get(name) ?? (check.kind === 'dns' ? 53 : 80);
    const read = readServers(spec, { reading, pool: name, port });
    servers.push(...read);
    const balance = (spec.balance ?? defaultText('pools.*.balance')) as Balance;
    return [{ name, servers: read.map(({ server }) => server), check, balance }];
  });
  return { pools, servers };
}

/** First numbered port of the first service that feeds a pool directly: what servers of most modes must listen on. */
function portsOfFedPools({ file }: Reading): Map<string, number> {
  const ports = new Map<string, number>();
  for (const [, service] of entries(file.services)) {
    const pool = service?.l7 === undefined ? service?.l4?.pool : undefined;
    if (pool === undefined || ports.has(pool)) continue;
    const numbered = items(service?.ports)
      .map(({ value }) => parsePort(value)?.port ?? 0)
      .find((port) => port > 0);
    if (numbered !== undefined) ports.set(pool, numbered);
  }
  return ports;
}

interface InPool {
  readonly reading: Reading;
  readonly pool: string;
  readonly port: number;
}

function readServers(spec: PoolSpec, inPool: InPool): ReadServer[] {
  const servers: ReadServer[] = [];
  for (const [name, given] of entries(spec.servers)) {
    const read = given === undefined ? undefined : readServer(name, given, inPool);
    if (read) servers.push(read);
  }
  return servers;
}

function readServer(name: string, given: ServerSpec, inPool: InPool): ReadServer | undefined {
  const { reading, pool } = inPool;
  const path = ['pools', pool, 'servers', name];
  const spec = typeof given === 'string' ? {} : given;
  const { addresses, port } = readEndpoint(given, path, reading);
  const [address] = addresses;
  if (address === undefined) return undefined;
  const server: Server = {
    name,
    address,
    port: spec.port ?? port ?? inPool.port,
    weight: spec.weight ?? defaultNumber('pools.*.servers.*.weight'),
  };
  const legs = legsOf(addresses, { path, device: spec.device }, reading);
  const management = readManagement(spec.management, legs, { report: reading.report, path });
  const managed = spec.managed ?? false;
  const node: ClusterNode = { name, tier: 'servers', legs, management, managed };
  return { server, addresses, pool, node };
}

function readEndpoint(
  given: ServerSpec,
  path: KeyPath,
  { report }: Reading,
): { addresses: string[]; port?: number } {
  if (typeof given !== 'string') {
    return { addresses: readAddresses(given.address as string, [...path, 'address'], { report }) };
  }
  const endpoint = parseEndpoint(given);
  if (endpoint === undefined) {
    const message = `"${shown(given)}" is no address and no address:port`;
    const isBareV6 =
      canonicalAddress(given.replace(/:\d+$/, '')) !== undefined && given.includes('::');
    const fix = isBareV6
      ? `write \`"[${given.replace(/:\d+$/, '')}]:${given.split(':').at(-1)}"\``
      : undefined;
    report.error('TRI-C022', { path }, { message, ...(fix ? { fix } : {}) });
    return { addresses: [] };
  }
  const { address, port } = endpoint;
  return { addresses: [address], ...(port === undefined ? {} : { port }) };
}

/** The legs of a server: one per network in which its addresses lie. */
function legsOf(
  addresses: readonly string[],
  { path, device }: { path: KeyPath; device: string | undefined },
  reading: Reading,
): ClusterNode['legs'] {
  const legs = new Map<string, string[]>();
  for (const address of addresses) {
    const network = reading.networkOf(address);
    if (network) legs.set(network.name, [...(legs.get(network.name) ?? []), address]);
    else {
      const message = `server address ${address} lies in none of the networks`;
      reading.report.error('TRI-C027', { path }, message);
    }
  }
  return [...legs].map(([network, own]) => ({
    network,
    addresses: own,
    device: device ?? network,
  }));
}

function readCheck(spec: CheckSpec | undefined, path: KeyPath, reading: Reading): Check {
  if (spec === undefined || spec === 'none' || spec === 'tcp') {
    return { kind: spec ?? 'none', target: '', statuses: [], ...readTiming({}, path, reading) };
  }
  const kinds = (['http', 'dns', 'tcp'] as const).filter((kind) => spec[kind] !== undefined);
  if (kinds.length > 1) {
    const message = `a check is of one kind, this one of ${kinds.length}: ${kinds.join(', ')}`;
    reading.report.error('TRI-C045', { path }, message);
  }
  const kind = kinds[0] ?? 'tcp';
  return {
    kind,
    target: kind === 'tcp' ? '' : String(spec[kind]),
    ...(spec.host === undefined ? {} : { host: spec.host }),
    statuses: kind === 'http' ? readStatuses(spec, path, reading) : [],
    ...(spec.port === undefined ? {} : { port: spec.port }),
    ...readTiming(spec, path, reading),
  };
}

function readStatuses(
  spec: Exclude<CheckSpec, string>,
  path: KeyPath,
  { report }: Reading,
): Check['statuses'] {
  return items(spec.status ?? defaultText('pools.*.check.status')).flatMap(({ value, index }) => {
    const range = parseStatus(value);
    if (range) return [range];
    const at = [...path, 'status', ...(index === undefined ? [] : [index])];
    report.error('TRI-C013', { path: at }, `"${shown(String(value))}" is no range of statuses`);
    return [];
  });
}

type Timing = Pick<
  Check,
  'intervalMs' | 'fastIntervalMs' | 'downIntervalMs' | 'timeoutMs' | 'rise' | 'fall'
>;

/** Shortest interval between attempts, and shortest timeout. */
const leastMs = 10;
const leastFastMs = 100;
const mostTimeoutMs = 1000;

/** Intervals, timeout, rise and fall; what is missing follows from `every` (see `defaults`). */
export function readTiming(spec: TimingSpec, path: KeyPath, { report }: Reading): Timing {
  const ms = (key: keyof TimingSpec, otherwise: number): number => {
    const given = spec[key];
    const parsed = given === undefined ? otherwise : parseDuration(String(given));
    if (parsed !== undefined && parsed >= leastMs) return parsed;
    const message = `"${key}" takes a duration of ${leastMs}ms or more; found "${given}"`;
    report.error('TRI-C013', { path: [...path, key] }, message);
    return otherwise;
  };
  const intervalMs = ms('every', parseDuration(defaultText('pools.*.check.every')) ?? 0);
  const fast = Math.min(intervalMs, Math.max(leastFastMs, Math.round(intervalMs / 4)));
  const timeoutMs = ms('timeout', Math.min(intervalMs, mostTimeoutMs));
  if (timeoutMs > intervalMs) {
    const message = `an attempt may take ${timeoutMs} ms, the next is due after ${intervalMs} ms`;
    report.warning('TRI-C046', { path: [...path, 'timeout'] }, message);
  }
  return {
    intervalMs,
    fastIntervalMs: ms('fastEvery', fast),
    downIntervalMs: ms('downEvery', intervalMs * 2),
    timeoutMs,
    rise: spec.rise ?? defaultNumber('pools.*.check.rise'),
    fall: spec.fall ?? defaultNumber('pools.*.check.fall'),
  };
}

/** What the templates are filled with, checked: the driver trusts nobody's validation but its own. */
import { isIP } from 'node:net';
import {
  type ProxyFrontend,
  type ProxyPool,
  type ProxyState,
  type ProxyTimeouts,
  TricadeError,
} from '@tricade/cluster';
import { proxyDrivers } from './capabilities.ts';

type ProxyDriver = keyof typeof proxyDrivers;

export interface BindValues {
  readonly at: string;
  /** An IPv6 wildcard, which would take IPv4 too. */
  readonly v6only: boolean;
}

export interface FrontendValues {
  readonly service: string;
  readonly protocol: 'http' | 'tcp';
  readonly isHttp: boolean;
  readonly binds: readonly BindValues[];
  /** It serves a whole prefix behind a wildcard listener, which closes what is not for one of `served`. */
  readonly isPrefix: boolean;
  readonly served: readonly string[];
  readonly pool: string;
}

export interface PoolValues {
  readonly pool: string;
  readonly protocol: 'http' | 'tcp';
  readonly balance: string;
  readonly isHashed: boolean;
  /** '' for none. */
  readonly cookie: string;
  readonly servers: readonly {
    readonly name: string;
    readonly at: string;
    readonly weight: number;
  }[];
}

/** Listeners of the services, for a driver of this package that can do what they ask. Throws TRI-H001…H004. */
export function frontendValues(state: ProxyState, driver: ProxyDriver): FrontendValues[] {
  const pools = new Map(state.pools.map((pool) => [pool.pool, pool]));
  refuseTwice('service', state.frontends);
  const values = state.frontends.map((frontend) => {
    refuseUnable(frontend, driver);
    const pool = pools.get(frontend.pool);
    if (pool?.protocol !== frontend.protocol) throw misfit(frontend, pool);
    return frontendOf(frontend);
  });
  refuseShared([...values, { service: 'the health port', binds: healthValues(state) }]);
  return values;
}

/** Times as HAProxy and nginx write them, in the largest unit that keeps them whole. */
export type WaitValues = Readonly<Record<string, string>>;

/** Name of each timeout without its unit → its value. Throws TRI-H002. */
export function waitValues(timeouts: ProxyTimeouts): WaitValues {
  const bounds = [1, 2 ** 31 - 1] as const;
  return Object.fromEntries(
    Object.entries(timeouts).map(([key, value]) => {
      const ms = whole(`timeout ${key}`, value, bounds);
      const [size, unit] = (
        [
          [3_600_000, 'h'],
          [1_000, 's'],
          [1, 'ms'],
        ] as const
      ).find(([each]) => ms % each === 0) ?? [1, 'ms'];
      return [key.replace(/Ms$/, ''), `${ms / size}${unit}`];
    }),
  );
}

/** Where the proxy says that it works. */
export function healthValues(state: ProxyState): BindValues[] {
  const { addresses, port } = state.health;
  return addresses.map((address) => ({
    at: socketAddress(address, port, 'health port'),
    v6only: false,
  }));
}

/** Throws TRI-H002. */
export function poolValues(state: ProxyState): PoolValues[] {
  refuseTwice('pool', state.pools);
  return state.pools.map((pool) => {
    const place = `pool ${pool.pool}`;
    const cookie = pool.stickiness.kind === 'cookie' ? cookieOf(pool, pool.stickiness.name) : '';
    if (!['roundrobin', 'leastconn', 'source', 'random'].includes(pool.balance))
      throw invalid(`${place}: balance`, pool.balance, 'one of the cluster file');
    // The same clients go to the same servers through every proxy, without a table that a reload could lose.
    const isHashed = pool.stickiness.kind === 'source' || pool.balance === 'source';
    refuseTwice('name', pool.servers);
    return {
      pool: named('pool', pool.pool),
      protocol: pool.protocol,
      balance: isHashed ? 'source' : pool.balance,
      isHashed,
      cookie,
      servers: pool.servers.map((server) => serverOf(pool, server)),
    };
  });
}

/** A name of ours. None begins with `_`: such sections are the template's own. */
export function named(what: string, name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name))
    throw invalid(`name of a ${what}:`, name, 'letters, digits, . and -');
  return name;
}

/** A whole number within bounds. */
export function whole(place: string, value: number, bounds: readonly [number, number]): number {
  const [least, most] = bounds;
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalid(place, value, `a whole number from ${least} to ${most}`);
  return value;
}

function cookieOf(pool: ProxyPool, name: string): string {
  if (pool.protocol !== 'http' || !/^[A-Za-z0-9_-]+$/.test(name))
    throw invalid(`pool ${pool.pool}: cookie`, name, 'letters, digits, _ and - (with HTTP)');
  return name;
}

function serverOf(
  pool: ProxyPool,
  server: ProxyPool['servers'][number],
): PoolValues['servers'][number] {
  const place = `server ${pool.pool}/${server.name}`;
  return {
    name: named('server', server.name),
    at: socketAddress(server.address, server.port, place),
    weight: whole(`${place}: weight`, server.weight, [0, 256]),
  };
}

function frontendOf(frontend: ProxyFrontend): FrontendValues {
  const { protocol, pool } = frontend;
  const place = `service ${frontend.service}`;
  let isPrefix = false;
  const binds = frontend.binds.map(({ vip, port }) => {
    const vipAddress = addressOf(vip, frontend);
    const at = socketAddress(vipAddress.address, port, place);
    if (!vipAddress.isPrefix) return { at, v6only: false };
    isPrefix = true;
    const v6only = isIP(vipAddress.address) === 6;
    return { at: socketAddress(v6only ? '::' : '0.0.0.0', port, place), v6only };
  });
  const served = isPrefix ? frontend.binds.map(({ vip }) => vip) : [];
  const service = named('service', frontend.service);
  return { service, protocol, isHttp: protocol === 'http', binds, isPrefix, served, pool };
}

/** One address, or where the service is VIPless a whole prefix. */
function addressOf(vip: string, frontend: ProxyFrontend): { address: string; isPrefix: boolean } {
  const [address = '', length, ...rest] = vip.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  if (length === undefined || vip === `${address}/${bits}`) return { address, isPrefix: false };
  const place = `service ${frontend.service}: VIP`;
  if (frontend.listen !== 'transparent') throw invalid(place, vip, 'one address');
  if (rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits)
    throw invalid(place, vip, 'an address or a prefix');
  return { address, isPrefix: true };
}

function socketAddress(address: string, port: number, place: string): string {
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 0) throw invalid(`${place}: address`, address, 'an IP address');
  const number = whole(`${place}: port`, port, [1, 65_535]);
  return family === 6 ? `[${address}]:${number}` : `${address}:${number}`;
}

function refuseUnable({ service, mode, protocol, tls }: ProxyFrontend, driver: ProxyDriver): void {
  const can = proxyDrivers[driver];
  const refused = (what: string, hint: string) =>
    new TricadeError('TRI-H001', `service ${service}: the ${driver} driver does not do ${what}`, {
      hint,
    });
  if (!can.modes.includes(mode)) throw refused(`the mode ${mode}`, 'Use the mode reverse-proxy.');
  if (tls !== undefined && !can.tls) throw refused('TLS', 'Use the service without TLS.');
  if (protocol === 'tcp' && !can.proxies?.includes('tcp'))
    throw refused(`TCP: ${can.refuses?.tcp}`, 'Use the haproxy driver.');
}

function refuseTwice<Key extends string>(
  key: Key,
  items: readonly Readonly<Record<Key, string>>[],
): void {
  const seen = new Set<string>();
  for (const { [key]: name } of items) {
    if (seen.has(name)) throw invalid(`${key}:`, name, 'a name used once');
    seen.add(name);
  }
}

function refuseShared(
  frontends: readonly { service: string; binds: readonly BindValues[] }[],
): void {
  const seen = new Map<string, string>();
  for (const { service, binds } of frontends) {
    for (const { at } of binds) {
      const other = seen.get(at);
      if (other !== undefined)
        throw new TricadeError('TRI-H003', `${other} and ${service} both listen on ${at}`);
      seen.set(at, service);
    }
  }
}

function misfit({ service, protocol, pool }: ProxyFrontend, found?: ProxyPool): TricadeError {
  const why = found ? `speaks ${found.protocol}, the service ${protocol}` : 'does not exist';
  return new TricadeError('TRI-H004', `service ${service}: its pool ${pool} ${why}`);
}

function invalid(place: string, value: unknown, allowed: string): TricadeError {
  const shown = String(JSON.stringify(value)).slice(0, 80);
  return new TricadeError('TRI-H002', `${place} ${shown} is not ${allowed}`);
}

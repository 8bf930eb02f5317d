/** States and weights of servers as they are wanted, and the digest of what is found of them. Pure but for the digest's hash. */
import { createHash } from 'node:crypto';
import type { ProxyLive, ProxyState, ServerState } from '@tricade/cluster';

/**
 * A pool whose one server stands for the proxy itself: in maintenance = the proxy is being drained. So a drain travels like the state of any
 * server. A pool cannot have this name.
 */
export const selfPool = '_proxy';
export const selfServer = 'serving';

export interface ServerSetting {
  readonly state: ServerState;
  /** 0–256. */
  readonly weight: number;
  readonly address: string;
  readonly port: number;
}

export interface WantedServer extends ServerSetting {
  readonly pool: string;
  readonly server: string;
  /** Of the configuration: HAProxy takes a weight from the live file only where it was set on top of this one. */
  readonly baseWeight: number;
}

/** `POOL/SERVER` → setting. The proxy's own entry among them. */
export type Wanted = ReadonlyMap<string, WantedServer>;
export type Found = ReadonlyMap<string, ServerSetting>;
/** What digests speak of. */
type Standing = Pick<ServerSetting, 'state' | 'weight'>;

export const selfKey: string = `${selfPool}/${selfServer}`;
/** HAProxy's default weight: the proxy's own entry has no other. */
const selfWeight = 1;

/** Every server of the state. One that `live` does not know is ready with its own weight: nobody said anything against it. */
export function wantedServers(state: ProxyState, live: ProxyLive): Wanted {
  const wanted = new Map<string, WantedServer>();
  const self = live.draining ? 'maint' : 'ready';
  wanted.set(selfKey, {
    pool: selfPool,
    server: selfServer,
    state: self,
    weight: selfWeight,
    baseWeight: selfWeight,
    address: '127.0.0.1',
    port: 1,
  });
  for (const { pool, servers } of state.pools) {
    for (const { name, address, port, weight } of servers) {
      const said = live.pools[pool]?.[name];
      wanted.set(`${pool}/${name}`, {
        pool,
        server: name,
        state: said?.state ?? 'ready',
        weight: said?.weight ?? weight,
        baseWeight: weight,
        address,
        port,
      });
    }
  }
  return wanted;
}

/** `POOL/SERVER` of the dead. */
export function deadServers(wanted: Wanted): ReadonlySet<string> {
  return new Set([...wanted].filter(([, { state }]) => state === 'dead').map(([key]) => key));
}

/** SHA-256 (hex) over the states and weights of the servers that are wanted, as they are in `settings`. */
function digest(wanted: Wanted, settings: ReadonlyMap<string, Standing>): string {
  const lines = [...wanted.keys()].sort().map((key) => {
    const setting = settings.get(key);
    return setting ? `${key} ${setting.state} ${setting.weight}\n` : `${key} absent\n`;
  });
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Of what was read back after the sessions of the dead were ended: in maintenance is all that HAProxy knows of them. */
export function foundDigest(wanted: Wanted, found: ReadonlyMap<string, Standing>): string {
  const settings = [...found].map(([key, setting]) => {
    const isDead = setting.state === 'maint' && wanted.get(key)?.state === 'dead';
    return [key, isDead ? { ...setting, state: 'dead' as const } : setting] as const;
  });
  return digest(wanted, new Map(settings));
}

/** What `steer` answers once `live` is in force: what an ack is compared with. */
export function proxyDigest(state: ProxyState, live: ProxyLive): string {
  const wanted = wantedServers(state, live);
  return digest(wanted, wanted);
}

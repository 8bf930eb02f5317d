/** What the templates are filled with, checked: the driver trusts nobody's validation but its own. */
import type { ProxyState } from '@tricade/cluster';
import { frontendValues, type PoolValues, poolValues } from '../values.ts';

export interface ServiceValues {
  readonly service: string;
  readonly pool: string;
  readonly binds: readonly { readonly at: string }[];
  readonly isPrefix: boolean;
  readonly served: readonly string[];
}

/** One of nginx's `server` blocks a service. Throws TRI-H001…H004. */
export function serviceValues(state: ProxyState): ServiceValues[] {
  return frontendValues(state, 'nginx').map(({ service, pool, binds, isPrefix, served }) => ({
    service,
    pool,
    binds: binds.map(({ at }) => ({ at })),
    isPrefix,
    served,
  }));
}

export interface BalancerPool {
  readonly pool: string;
  readonly balance: string;
  /** `-` for none. */
  readonly cookie: string;
  readonly servers: readonly {
    readonly name: string;
    /** IPv6 in brackets. */
    readonly address: string;
    readonly port: string;
    readonly weight: number;
  }[];
}

/** Throws TRI-H002. */
export function balancerPools(state: ProxyState): BalancerPool[] {
  return poolValues(state).map(({ pool, balance, cookie, servers }) => ({
    pool,
    balance,
    cookie: cookie === '' ? '-' : cookie,
    servers: servers.map(socketOf),
  }));
}

function socketOf({ name, at, weight }: PoolValues['servers'][number]) {
  const colon = at.lastIndexOf(':');
  return { name, address: at.slice(0, colon), port: at.slice(colon + 1), weight };
}

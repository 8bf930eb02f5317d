/** The cluster file as it is written, after the schema: what is there has the right type, anything may be missing. */

type OneOrMore<T> = T | readonly (T | undefined)[];
type Named<T> = Readonly<Record<string, T | undefined>>;
type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

export type LegSpec = OneOrMore<string> | Loose<{ address: OneOrMore<string>; device: string }>;
export type ManagementSpec = string | Loose<{ address: string; port: number; jump: string }>;
/** Networks by name; `management` is no network. */
export type NodeSpec = Named<LegSpec> & { readonly management?: ManagementSpec | undefined };
export type NodesSpec = Named<NodeSpec>;

export type TimingSpec = Loose<{
  every: string;
  fastEvery: string;
  downEvery: string;
  timeout: string;
  rise: number;
  fall: number;
}>;

export type CheckSpec =
  | 'none'
  | 'tcp'
  | (TimingSpec &
      Loose<{
        tcp: boolean;
        http: string;
        dns: string;
        host: string;
        status: OneOrMore<number | string>;
        port: number;
      }>);

export type ServerSpec =
  | string
  | Loose<{
      address: OneOrMore<string>;
      port: number;
      weight: number;
      managed: boolean;
      device: string;
      management: ManagementSpec;
    }>;

export type ProxyTimeout =
  | 'connect'
  | 'queue'
  | 'request'
  | 'keepAlive'
  | 'client'
  | 'server'
  | 'tunnel'
  | 'close';

export type PoolSpec = Loose<{
  servers: Named<ServerSpec>;
  check: CheckSpec;
  balance: string;
  port: number;
}>;

export type ServiceSpec = Loose<{
  vip: OneOrMore<string>;
  ports: OneOrMore<number | string>;
  listen: string;
  affinity: string;
  l4: Loose<{ mode: string; pool: string; scheduler: string; onePacket: boolean; quic: boolean }>;
  l7: Loose<{
    mode: string;
    pool: string;
    protocol: string;
    stickiness: 'none' | 'source' | Loose<{ cookie: string }>;
    tls: Loose<{ certificate: string }>;
  }>;
}>;

export type SpecFile = Loose<{
  version: 1;
  cluster: string;
  networks: Named<Loose<{ cidr: OneOrMore<string>; mtu: number }>>;
  routers: Loose<{
    driver: string;
    asn: number;
    ecmp: Loose<{ hash: string; maxPaths: number; resilient: boolean }>;
    nodes: NodesSpec;
  }>;
  l4: Loose<{
    driver: string;
    asn: number;
    scheduler: string;
    trackedFlows: number;
    deny: OneOrMore<string>;
    limit: Loose<{ newFlows: string; burst: number }>;
    sample: number;
    tunnel: Loose<{ encapsulation: string; sources: string; accept: string }>;
    announce: Loose<{ via: string; bfd: string; holdTime: string }>;
    nodes: NodesSpec;
  }>;
  l7: Loose<{
    driver: string;
    maxConnections: number;
    timeouts: Loose<Record<ProxyTimeout, string>>;
    nodes: NodesSpec;
  }>;
  pools: Named<PoolSpec>;
  services: Named<ServiceSpec>;
  monitor: Loose<{ nodes: NodesSpec; agree: number; floor: string; check: TimingSpec }>;
  state: Loose<{ redis: string | Loose<{ url: string; password: string }> }>;
  ssh: Loose<{ user: string; key: string; knownHosts: string }>;
  rollout: Loose<{
    canary: number;
    maxUnavailable: number;
    drain: string;
    gates: Loose<{ errorRate: string; wait: string }>;
  }>;
}>;

/** The values of `given` that are there, as a list, each with its index where it stood in one. */
export function items<T extends string | number>(
  given: OneOrMore<T> | undefined,
): { readonly value: T; readonly index: number | undefined }[] {
  if (given === undefined) return [];
  if (typeof given === 'string' || typeof given === 'number') {
    return [{ value: given as T, index: undefined }];
  }
  const found: { value: T; index: number | undefined }[] = [];
  for (const [index, value] of (given as readonly (T | undefined)[]).entries()) {
    if (value !== undefined) found.push({ value, index });
  }
  return found;
}

/** Name and value of each entry; values that were cut out come as undefined. */
export function entries<T>(named: Readonly<Record<string, T>> | undefined): [string, T][] {
  return named === undefined ? [] : Object.entries(named);
}

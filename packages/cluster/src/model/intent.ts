/** What the operator wants: the cluster file after validation, with every default filled in. Plain data, JSON-safe. */

/** Name of a node, pool, service or network: `[a-z][a-z0-9-]{0,31}`, unique among nodes (servers included) of a cluster. */
export type Name = string;
/** Textual IP address without prefix length, canonical (RFC 5952 for IPv6). */
export type Address = string;
/** Textual prefix `address/length`, canonical, host bits zero. */
export type Cidr = string;
/** `file:path`, `env:NAME`: where a secret is; never its value. */
export type SecretRef = string;

export interface Network {
  readonly name: Name;
  /** At most one IPv4 and one IPv6 subnet. */
  readonly cidrs: readonly Cidr[];
  /** Default 1500. */
  readonly mtuBytes: number;
}

/** One leg of a node. The interface on the host has the network's name unless `device` says otherwise. */
export interface Leg {
  readonly network: Name;
  /** At most one IPv4 and one IPv6 address inside the network's subnets. */
  readonly addresses: readonly Address[];
  readonly device: string;
}

export type Tier = 'routers' | 'l4' | 'l7' | 'servers' | 'monitor';

/** A machine of the cluster. */
export interface ClusterNode {
  readonly name: Name;
  readonly tier: Tier;
  readonly legs: readonly Leg[];
  /** Where SSH goes; default: the first leg's first address, port 22. */
  readonly management: { readonly address: Address; readonly port: number; readonly jump?: string };
  /** False: Tricade never logs in there (default for servers). */
  readonly managed: boolean;
}

export type RouterDriver =
  | 'bird'
  | 'frr'
  | 'linux'
  | 'eos'
  | 'junos'
  | 'nxos'
  | 'iosxr'
  | 'template';
export interface RouterTier {
  readonly driver: RouterDriver;
  readonly asn: number;
  /** `l3`: addresses only; `l4`: addresses and ports. */
  readonly ecmp: {
    readonly hash: 'l3' | 'l4';
    readonly maxPaths: number;
    readonly resilient: boolean;
  };
}

/** BFD (RFC 5880): transmit and receive interval, detection multiplier. */
export interface Bfd {
  readonly intervalMs: number;
  readonly multiplier: number;
}

export type L4Driver = 'xdp' | 'nft' | 'ipvs';
/**
 * How a director picks a real where its kernel does the picking: Maglev hashing (NSDI 2016, section 3.4), weighted round robin, weighted least
 * connections, hash of the source.
 */
export type Scheduler = 'mh' | 'wrr' | 'wlc' | 'sh';

/** New TCP flows that one source may open: so many in each `perMs`, and `burst` of them at once. */
export interface FlowLimit {
  readonly flows: number;
  readonly perMs: number;
  readonly burst: number;
}

/** Who is not let in by directors. At least one of the two. */
export interface Guard {
  /** Sources whose packets to any VIP are dropped: canonical, none named twice. */
  readonly deny?: readonly Cidr[];
  /** A source is one IPv4 address, or one IPv6 /64. */
  readonly limit?: FlowLimit;
}

/** What a tunnel puts around a packet: IP (RFC 2003, RFC 2473), IP and GUE (draft-ietf-intarea-gue), or a whole frame in UDP (RFC 7348). */
export type Encapsulation = 'ipip' | 'gue' | 'vxlan';

/** How tunnels of directors look. At least one of the three. */
export interface TunnelOptions {
  /** Left out: as the driver has it. */
  readonly encapsulation?: Encapsulation;
  /** IPv4 prefix, of whose addresses each flow has one as the outer source; left out: the director's own address. */
  readonly sources?: Cidr;
  /** Outer sources that receivers take besides: those that directors had before. */
  readonly accept?: Cidr;
}

export interface L4Tier {
  readonly driver: L4Driver;
  readonly asn: number;
  /** Left out: everybody is let in. */
  readonly guard?: Guard;
  readonly tunnel?: TunnelOptions;
  /** Flows that machines have room for whose kernels track them (NAT); left out by files of older versions: the kernel's own limit. */
  readonly trackedFlows?: number;
  /** One packet in so many (the next power of two) is told of; 0: none. Left out: as the driver has it. */
  readonly sample?: number;
  /** As the file says it; what counts stands in each service. */
  readonly scheduler?: Scheduler;
  readonly announce: {
    /** `arp`: no routers; one director answers ARP and ND for the VIPs. */
    readonly via: 'bgp' | 'static' | 'vrrp' | 'arp';
    readonly bfd?: Bfd;
    readonly holdTimeMs: number;
  };
}

export type L7Driver = 'haproxy' | 'nginx';
/** How long a proxy waits, ms. */
export interface ProxyTimeouts {
  /** For a server to take a connection. */
  readonly connectMs: number;
  /** For a server to have room. */
  readonly queueMs: number;
  /** For a whole request head. */
  readonly requestMs: number;
  /** For the next request on a connection. */
  readonly keepAliveMs: number;
  /** For a client to send or take something. */
  readonly clientMs: number;
  /** For a server to answer or send something. */
  readonly serverMs: number;
  /** For either side, where bytes pass as they come: TCP services, WebSocket. */
  readonly tunnelMs: number;
  /** For the other half of a connection that one side has ended. */
  readonly closeMs: number;
}
export interface L7Tier {
  readonly driver: L7Driver;
  /** Client connections a proxy takes at most. Left out by files of older versions, as are the timeouts. */
  readonly maxConnections?: number;
  readonly timeouts?: ProxyTimeouts;
}

/** Health check of a pool (HAProxy's model: rise, fall, three intervals). */
export interface Check {
  readonly kind: 'tcp' | 'http' | 'dns' | 'none';
  /** HTTP: request path. DNS: name asked for. */
  readonly target: string;
  /** HTTP: Host header; default the server's address. */
  readonly host?: string;
  /** HTTP: accepted status codes as inclusive ranges; default 200–399. */
  readonly statuses: readonly (readonly [number, number])[];
  /** Port checked; default the server's own. */
  readonly port?: number;
  readonly intervalMs: number;
  /** While in transition or unknown. */
  readonly fastIntervalMs: number;
  /** While fully down. */
  readonly downIntervalMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
}

export interface Server {
  readonly name: Name;
  readonly address: Address;
  readonly port: number;
  /** 0–256, default 100. 0: no new flows. */
  readonly weight: number;
}

export type Balance = 'roundrobin' | 'leastconn' | 'source' | 'random';
export interface Pool {
  readonly name: Name;
  readonly servers: readonly Server[];
  readonly check: Check;
  readonly balance: Balance;
}

/** Transport and port of a service; `port` 0 = every port; protocol 'any' = layer-3 balancing (port 0). */
export interface ServicePort {
  readonly protocol: 'tcp' | 'udp' | 'any';
  readonly port: number;
}

export type L4Mode = 'dnat' | 'full-nat' | 'dsr' | 'tunnel';
export type L7Mode = 'reverse-proxy' | 'transparent-proxy';

export interface Service {
  readonly name: Name;
  /** One IPv4 and/or one IPv6 address; with `listen: transparent` a prefix is allowed. */
  readonly vips: readonly (Address | Cidr)[];
  readonly ports: readonly ServicePort[];
  /** `configured`: VIP on loopback of those who answer; `transparent`: VIPless, configured nowhere, only routed. */
  readonly listen: 'configured' | 'transparent';
  readonly affinity: 'flow' | 'source' | 'source-network';
  /** `pool` is set iff there is no `l7`: directors feed the servers themselves. */
  readonly l4: {
    readonly mode: L4Mode;
    readonly pool?: Name;
    /** Only where the director's driver has schedulers. */
    readonly scheduler?: Scheduler;
    /** Directors remember nothing of the service's datagrams: each is scheduled anew (IPVS's one-packet scheduling). */
    readonly onePacket?: true;
    /** Its datagrams are QUIC, and connection ids name the server that gave them out: in rows that change they go there. */
    readonly quic?: true;
  };
  readonly l7?: {
    readonly mode: L7Mode;
    readonly pool: Name;
    readonly stickiness:
      | { readonly kind: 'none' }
      | { readonly kind: 'cookie'; readonly name: string }
      | { readonly kind: 'source' };
    /** HTTP, or bytes as they come. */
    readonly protocol: 'http' | 'tcp';
    readonly tls?: { readonly certificate: SecretRef };
  };
  /** `line` of the cluster file, for reasons. */
  readonly source: string;
}

export interface Rollout {
  readonly canary: number;
  readonly maxUnavailable: number;
  readonly drainMs: number;
  readonly gates: { readonly errorRate: number; readonly waitMs: number };
}

/** The whole intent. Everything else is computed from it by pure functions. */
export interface Cluster {
  readonly version: 1;
  readonly name: Name;
  readonly networks: readonly Network[];
  readonly routers: RouterTier;
  readonly l4: L4Tier;
  readonly l7: L7Tier;
  /** All machines: routers, directors, proxies, monitors, and the servers of all pools. Order of the file. */
  readonly nodes: readonly ClusterNode[];
  readonly pools: readonly Pool[];
  readonly services: readonly Service[];
  readonly monitor: {
    /** Vantage points that must agree. */
    readonly agree: number;
    /** Share of a group (0–1) below which health is ignored for it. */
    readonly floor: number;
    /** Check of proxies and directors; of directors and proxies themselves: TCP to the service port or the agent. */
    readonly check: Check;
  };
  readonly state: {
    readonly redis: 'managed' | { readonly url: string; readonly password?: SecretRef };
  };
  readonly ssh: { readonly user: string; readonly key: SecretRef; readonly knownHosts: string };
  readonly rollout: Rollout;
}

/** Stable number of a proxy or server in forwarding tables: 1–32767, never reused. */
export type MemberId = number;

/**
 * What is installed, as one number with its content: made under the change lock, kept by every node and monitor.
 * `ids` maps `group/member` of every forwarding table to its id; ids of removed members stay listed.
 */
export interface Generation {
  readonly number: number;
  /** SHA-256 (hex) over the canonical intent. */
  readonly digest: string;
  readonly ids: Readonly<Record<string, MemberId>>;
  /** 16 bytes hex: key of the flow hash of all groups; made once at the cluster's first generation. */
  readonly hashKey: string;
  /** Rows of each forwarding table, by group: fixed when the group is born. A group not listed is born with this generation. */
  readonly tableRows?: Readonly<Record<string, number>>;
}

/**
 * A latch: what an operator (or a rollout on his behalf) said about one member or node. Kept by the feed and every monitor's disk;
 * health never writes it.
 */
export interface Latch {
  /** A node name (all its memberships) or a member `group/name`. */
  readonly target: string;
  readonly kind: 'drain' | 'maintenance' | 'force-up' | 'force-down';
  readonly by: string;
  readonly why: string;
  readonly sinceMs: number;
  /** Wall clock, ms since 1970; undefined: until undone. */
  readonly untilMs?: number;
  readonly revision: number;
}

/** Owned by the operator. */
export type Admin = 'filling' | 'active' | 'draining' | 'inactive';
/** Owned by the monitor. */
export type Health = 'unknown' | 'up' | 'down';

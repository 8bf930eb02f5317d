/** The wanted state of a proxy. Plain data, JSON-safe. */
import type {
  Address,
  Balance,
  Check,
  Cidr,
  L7Mode,
  Name,
  ProxyTimeouts,
  SecretRef,
} from './intent.ts';

export interface ProxyPool {
  readonly pool: Name;
  readonly balance: Balance;
  readonly protocol: 'http' | 'tcp';
  readonly servers: readonly {
    readonly name: Name;
    readonly address: Address;
    readonly port: number;
    readonly weight: number;
  }[];
  readonly check: Check;
  readonly stickiness:
    | { readonly kind: 'none' }
    | { readonly kind: 'cookie'; readonly name: string }
    | { readonly kind: 'source' };
}

export interface ProxyFrontend {
  readonly service: Name;
  readonly mode: L7Mode;
  readonly protocol: 'http' | 'tcp';
  /** `transparent`: VIPless, bound by TPROXY or AnyIP. */
  readonly listen: 'configured' | 'transparent';
  readonly binds: readonly { readonly vip: Address | Cidr; readonly port: number }[];
  readonly pool: Name;
  readonly tls?: { readonly certificate: SecretRef };
}

export interface ProxyState {
  readonly node: Name;
  /** Where the program answers `GET /healthz` while it works: on the node's own addresses, never on a VIP. */
  readonly health: { readonly addresses: readonly Address[]; readonly port: number };
  readonly frontends: readonly ProxyFrontend[];
  readonly pools: readonly ProxyPool[];
  /** Client connections at most. */
  readonly maxConnections: number;
  readonly timeouts: ProxyTimeouts;
}

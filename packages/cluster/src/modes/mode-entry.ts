import type { L4Mode, L7Mode } from '../model/intent.ts';

export type ModeName = L4Mode | L7Mode | 'transparent-listening';

/** Whose address a packet carries. `real`: the proxy or server that a director feeds; `server`: the one that a proxy asks. */
export type AddressOwner = 'client' | 'vip' | 'director' | 'real' | 'proxy' | 'server';

/** Whose MAC a frame carries. `before`: whoever handed the packet over (the router, or the client on one segment), left as it was. */
export type MacOwner = 'before' | 'gateway' | 'director' | 'real' | 'proxy' | 'server';

/** The headers of a packet as it leaves a hop, as data: `trace` fills in addresses, drivers are held against it. */
export interface Rewrites {
  readonly sourceAddress: AddressOwner;
  readonly destinationAddress: AddressOwner;
  readonly sourceMac: MacOwner;
  readonly destinationMac: MacOwner;
  /** Outer header of a tunnel (RFC 2003, RFC 2473); the addresses above are then the inner ones. */
  readonly outer?: { readonly sourceAddress: 'director'; readonly destinationAddress: 'real' };
}

export interface Reply {
  /** `direct`: from the real to the client, past the balancer. */
  readonly path: 'direct' | 'through-director' | 'through-proxy';
  /** As the real (or server) sends it. */
  readonly sent: Rewrites;
  /** As it leaves the balancer; undefined where it passes none. */
  readonly forwarded?: Rewrites;
}

/** What is told about a mode whatever its kind. All texts are sentences without a full stop at the end, or short phrases. */
export interface Described {
  readonly title: string;
  /** Other names that people and programs use. */
  readonly aliases: readonly string[];
  readonly presentation: string;
  /** Connections between client and server, and who ends them. */
  readonly connections: string;
  readonly pros: readonly string[];
  readonly cons: readonly string[];
  readonly usage: readonly string[];
  /** Codes of the topology rules that this mode brings (`tricade explain CODE`). */
  readonly needs: readonly `TRI-T${number}`[];
}

export interface L4ModeEntry extends Described {
  readonly kind: 'l4';
  readonly name: L4Mode;
  readonly layer: '4';
  /** What the director sends to the real. */
  readonly request: Rewrites;
  readonly reply: Reply;
  /** The real must hold the VIP on a loopback that answers no ARP or ND. */
  readonly vipOnReal: boolean;
  /** Who is the client, for the real. */
  readonly seesClientAddress: boolean;
}

export interface L7ModeEntry extends Described {
  readonly kind: 'l7';
  readonly name: L7Mode;
  readonly layer: '7';
  /** What the proxy sends to the server, on a connection of its own. */
  readonly request: Rewrites;
  readonly reply: Reply;
  readonly seesClientAddress: boolean;
}

/** Not a way of forwarding but of listening: it changes only how packets of clients reach the balancer. */
export interface ListeningEntry extends Described {
  readonly kind: 'listening';
  readonly name: 'transparent-listening';
  readonly layer: '4 and 7';
  readonly combinesWith: readonly (L4Mode | L7Mode)[];
}

export type ModeEntry = L4ModeEntry | L7ModeEntry | ListeningEntry;

/** Where a flow goes, hop by hop. */
import type { Reason } from '../reason.ts';

export type Protocol = 'tcp' | 'udp';

/** The five-tuple as the client sends it. */
export interface Flow {
  readonly protocol: Protocol;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
}

/** One of the candidates, known exactly, or one of them (routers' and balancers' own hashes). */
export type Choice =
  | { readonly kind: 'exact'; readonly node: string }
  | { readonly kind: 'one-of'; readonly nodes: readonly string[] };

/** Headers of a packet on the wire. `undefined` MAC or address: not knowable (unmanaged neighbour). */
export interface WirePacket {
  readonly sourceAddress: string;
  readonly sourceMac: string | undefined;
  readonly destinationAddress: string;
  readonly destinationMac: string | undefined;
  /** Outer header of a tunnel; the four fields above are then the inner packet's addresses and the frame's MACs. */
  readonly outer?: {
    readonly protocol: 'ipip' | 'ip6ip6' | 'gue' | 'vxlan';
    readonly sourceAddress: string;
    readonly destinationAddress: string;
  };
}

/** One row of the packet table of seed 3. */
export interface Hop {
  /** 1-based. */
  readonly step: number;
  readonly direction: 'request' | 'reply';
  readonly from: string;
  readonly to: Choice;
  /** Network on which the packet is seen. */
  readonly network: string;
  readonly packet: WirePacket;
  /** Why this hop, and why these rewrites. */
  readonly why: readonly Reason[];
}

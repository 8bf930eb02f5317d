/** What a lab is made of. Plain data, JSON-safe. */

export interface LabNetwork {
  /** Also the name of the device in each host; 15 − 4 characters at most. */
  readonly name: string;
  readonly cidrs: readonly string[];
  readonly mtuBytes: number;
}

export interface LabInterface {
  readonly network: string;
  /** With prefix length, IPv4 and IPv6. */
  readonly addresses: readonly string[];
  readonly mac: string;
}

export type LabHostKind = 'router' | 'l4' | 'l7' | 'server' | 'monitor' | 'client';

export interface LabHost {
  readonly name: string;
  readonly kind: LabHostKind;
  readonly interfaces: readonly LabInterface[];
  /** Default routes, at most one a family. */
  readonly gateways: readonly string[];
  /** The host runs the origin server on these TCP ports (53 also answers UDP). */
  readonly origin?: { readonly ports: readonly number[] };
}

export interface LabTopology {
  readonly name: string;
  readonly networks: readonly LabNetwork[];
  readonly hosts: readonly LabHost[];
}

/** Out-of-band network of the lab: SSH goes there. Private to the lab's own network namespace, so labs do not meet. */
export const managementNetwork = 'mgmt';
export const managementBridge = '10.9.0.1';

/** Management address of the n-th host (0-based). */
export function managementAddress(index: number): string {
  return `10.9.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

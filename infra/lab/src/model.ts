/** What a lab is made of. Plain data, JSON-safe. VIPs are no part of it: a rollout configures them. */

export interface LabNetwork {
  readonly name: string;
  /** `address/length`; host addresses outside of them are faults. */
  readonly cidrs: readonly string[];
  readonly mtuBytes: number;
}

export interface LabInterface {
  readonly network: string;
  /** With prefix length, IPv4 and IPv6. */
  readonly addresses: readonly string[];
  /** `macOf(host, network)`, so that packet tables are stable. */
  readonly mac: string;
  /** Name of the device on the host, at most 15 bytes; the network's name when left out. */
  readonly device?: string;
}

export type LabHostKind = 'router' | 'l4' | 'l7' | 'server' | 'monitor' | 'client';

export interface LabHost {
  readonly name: string;
  readonly kind: LabHostKind;
  readonly interfaces: readonly LabInterface[];
  /** Default routes, at most one a family. */
  readonly gateways: readonly string[];
  /** The host runs the origin server: DNS on port 53 and echo on port 7 (both UDP and TCP), HTTP on all others. */
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

/** Name of a leg's device on its host. */
export function deviceOf(leg: LabInterface): string {
  return leg.device ?? leg.network;
}

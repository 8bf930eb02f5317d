/** Packets that are no plain ones of a service, and why directors refuse or answer them. */
import { client, vip } from './director-side.ts';
import { ip, protocols, tcp } from './frames.ts';

export type Family = 4 | 6;
export const families: readonly Family[] = [4, 6];
/** A row whose current real is 1 and whose previous one is 2. */
export const inChange: number = 1 | (2 << 16);
/** `enum reason`: passed up or answered. */
export const reasons = {
  otherMac: 2,
  notIp: 3,
  noVip: 4,
  echo: 5,
  tooBig: 6,
  icmpError: 7,
  fragment: 8,
};
/** `enum reason`: dropped. */
export const drops = {
  malformed: 16,
  denied: 17,
  limited: 18,
  noPort: 19,
  fragmentLost: 24,
  icmpOther: 25,
  extensions: 26,
  noRoom: 27,
  vlan: 28,
  arm: 29,
};

interface Ends {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

export function ends(family: Family, port = 80): Ends {
  return {
    source: client[family],
    sourcePort: 40_001,
    destination: vip[family],
    destinationPort: port,
  };
}

/** A segment of an established flow, with so much in it. */
export function ack(family: Family, length = 0): Uint8Array {
  const payload = new Uint8Array(length).fill(0x61);
  return tcp({ ...ends(family), flags: 'A', sequence: 9, payload });
}

/** TCP as it stands behind an IP header. */
export function segment(family: Family): Uint8Array {
  return ack(family).slice(family === 4 ? 20 : 40);
}

/** An IP packet of the client to the VIP: TCP unless `more` says otherwise. */
export function toVip(family: Family, more: object, payload: Uint8Array): Uint8Array {
  const header = { source: client[family], destination: vip[family], protocol: protocols.tcp };
  return ip({ ...header, ...more }, payload);
}

export function bytes(...list: number[]): Uint8Array {
  return Uint8Array.from(list);
}

export function pad(length: number): Uint8Array {
  return new Uint8Array(length);
}

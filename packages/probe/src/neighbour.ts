/** What the kernel knows of an address on a network of its own. */
import { readFileSync } from 'node:fs';

const arpTable = '/proc/net/arp';
/** `ATF_COM` of <linux/if_arp.h>: the entry is complete, the address answered ARP. */
const complete = 0x2;

/** Whether an IPv4 address has a complete ARP entry, so that a kernel answers there. False for any other address, and where it cannot be told. */
export function answersArp(address: string): boolean {
  if (address.includes(':')) return false;
  try {
    return hasCompleteEntry(readFileSync(arpTable, 'utf8'), address);
  } catch {
    return false;
  }
}

/** Reads the text of /proc/net/arp (proc_net(5)): `address type flags mac mask device`, one heading. */
export function hasCompleteEntry(table: string, address: string): boolean {
  return table
    .split('\n')
    .map((line) => line.split(/\s+/))
    .some(([entry, , flags]) => entry === address && (Number(flags) & complete) !== 0);
}

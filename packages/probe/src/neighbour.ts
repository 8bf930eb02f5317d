/** What the kernel knows of addresses on its own networks: whether they answer ARP. IPv4 only: /proc has no such table for ND. */
import { readFileSync } from 'node:fs';

const arpTable = '/proc/net/arp';
/** `ATF_COM` of <linux/if_arp.h>: the entry is complete, the address answered ARP. */
const complete = 0x2;
/** A storm of failures reads the table once. */
const keepMs = 20;

/** `answers`, `silent` (asked, and no answer), or undefined: not a neighbour, not asked lately, or nobody can tell. */
export type ArpState = 'answers' | 'silent' | undefined;

let table: ReadonlyMap<string, ArpState> = new Map();
let readAtMs = Number.NEGATIVE_INFINITY;

/** What ARP says of an address just now. */
export function arpState(address: string): ArpState {
  const nowMs = performance.now();
  if (nowMs - readAtMs > keepMs) {
    readAtMs = nowMs;
    table = parseArp(read());
  }
  return table.get(address);
}

/** Text of /proc/net/arp (proc_net(5)): a heading, then `address type flags mac mask device`. */
export function parseArp(text: string): ReadonlyMap<string, ArpState> {
  const states = new Map<string, ArpState>();
  for (const line of text.split('\n').slice(1)) {
    const [address = '', , flags] = line.split(/\s+/);
    if (address === '') continue;
    const answers = (Number(flags) & complete) !== 0 || states.get(address) === 'answers';
    states.set(address, answers ? 'answers' : 'silent');
  }
  return states;
}

function read(): string {
  try {
    return readFileSync(arpTable, 'latin1');
  } catch {
    return '';
  }
}

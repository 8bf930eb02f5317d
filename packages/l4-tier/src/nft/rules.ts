/**
 * The rule set of a director that hands frames on whole, at the netdev ingress hook: by rewriting MAC addresses (direct server return), or into a
 * VXLAN device, whose list of MACs says at what address each real takes the frame out again (tunnel).
 *
 * A row of a table is an element slot → word (`Table.rows`), so the kernel holds exactly what the control plane numbered. The packet's mark is the
 * working register: the row's word, or the id of a real. netdev ingress has no conntrack, so flows are remembered in dynamic maps of bounded size:
 *
 * | packet                           | goes to                                                                   |
 * |----------------------------------|---------------------------------------------------------------------------|
 * | of a remembered flow             | the real it went to, while that one is not dead                           |
 * | SYN of a remembered flow         | the same, while that one takes new flows and saw no FIN; else as a new one |
 * | SYN, or the first one of UDP     | the row's current real                                                    |
 * | other TCP packet, unknown flow   | the row's elder (previous unless armed): it came from another director    |
 *
 * Memory: a first packet is remembered for 10 s, the next one prolongs that to 5 min (TCP) or 1 min (UDP), FIN or RST cuts it to 30 s. So a flood of
 * first packets ages out in 10 s. A full map refuses new flows and drops no old one: flows that find no room go by their row alone, as in a
 * stateless director. nft's `update` never changes the data of an element: an entry whose real is gone is deleted first.
 *
 * What bounds the text (nft 1.0.6): a key that is updated together with data has 16 bytes at most (a longer one aborts nft), so IPv6 flows are keyed by
 * two differently seeded 32-bit hashes of both addresses, and the ports; one map a protocol leaves the protocol out. A refused `update` ends its
 * rule, so forwarding stands in the next one.
 */
import { createHash } from 'node:crypto';
import { keyBytes, nftHashExpression, type TableGroup } from '@tricade/cluster';
import {
  type Flavour,
  flavourName,
  flowsMap,
  realsMap,
  rowsMap,
  takingMap,
  tunnelRealsMap,
  tunnelTakingMap,
} from './names.ts';
import { type Spread, type Way, wayOf } from './services.ts';

/** Entries of each flow memory: about 8 MiB when full, and 13 ms of listing per thousand. */
export const flowsSize = 65_536;
/** Ids are 15 bits (`MemberId`), so this holds all. */
const realsSize = 32_768;
/** Seconds that an entry lives after its first packet, after another one, and after FIN or RST. */
export const memorySeconds = { first: 10, tcp: 300, udp: 60, closing: 30 } as const;
/** Set on the remembered id once FIN or RST was seen: such an entry is not prolonged. Ids end below it. */
export const closingBit = 0x8000;

/** Key of a flow in its memory. */
function flowKey({ family }: Flavour, keys: FlowKeys): string {
  if (family === 4) return 'ip saddr . ip daddr . th sport . th dport';
  const hash = (seed: number) => `jhash ip6 saddr . ip6 daddr mod 4294967295 seed ${seed}`;
  return `${hash(keys[0])} . ${hash(keys[1])} . th sport . th dport`;
}

/** Seeds of the two hashes in an IPv6 key. */
export type FlowKeys = readonly [number, number];

/** Seeds that are secret as the cluster's key is, and differ from the table's own. */
export function flowKeys(hashKey: string): FlowKeys {
  const digest = createHash('sha256').update(`tricade flow memory ${hashKey}`).digest();
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)];
}

/** What all spreads of a flavour that leave by one way share. */
export interface Memory {
  readonly flavour: Flavour;
  readonly way: Way;
}

function memoryName(kind: string, { flavour, way }: Memory): string {
  return `${way.prefix}${kind}_${flavourName(flavour)}`;
}

/** Maps and empty chains: adding what is there already changes nothing, so rows and flows outlive a new rule set. */
export function declarations(options: {
  readonly device: string;
  readonly groups: readonly TableGroup[];
  readonly chains: readonly string[];
  readonly memories: readonly Memory[];
}): readonly string[] {
  const { device, groups, chains, memories } = options;
  const ways = memories.some(({ way }) => way.prefix !== '')
    ? [realsMap, takingMap, tunnelRealsMap, tunnelTakingMap]
    : [realsMap, takingMap];
  const flavours = new Map(memories.map(({ flavour }) => [flavourName(flavour), flavour]));
  return [
    ...['fragments', 'no_real', 'unserved'].map((name) => `counter ${name} { }`),
    ...ways.map(
      (map) => `map ${map} { typeof meta mark : ether daddr; size ${realsSize}; counter; }`,
    ),
    ...[...flavours.values()].map((flavour) => {
      const addresses =
        flavour.family === 4 ? 'ip saddr . ip daddr' : 'numgen inc mod 2 . numgen inc mod 2';
      const seconds = memorySeconds[flavour.protocol];
      return `map ${flowsMap(flavour)} { typeof ${addresses} . tcp sport . tcp dport : meta mark; size ${flowsSize}; flags dynamic,timeout; timeout ${seconds}s; }`;
    }),
    ...groups.map(
      (group) =>
        `map ${rowsMap(group)} { typeof numgen inc mod 2 : meta mark; size ${group.size}; }`,
    ),
    ...memories.flatMap((memory) =>
      chainsOf(memory.flavour).map((kind) => `chain ${memoryName(kind, memory)} { }`),
    ),
    ...chains.map((name) => `chain ${name} { }`),
    `chain ingress { type filter hook ingress device "${device}" priority 0; policy accept; }`,
    ...tunnelDevices(memories).map(
      (name) =>
        `chain ${name.replaceAll('-', '_')} { type filter hook ingress device "${name}" priority 0; policy drop; }`,
    ),
  ];
}

/** Tunnels end on reals: a director takes nothing out of one, and its devices' chains drop whatever comes. */
export function tunnelDevices(memories: readonly Memory[]): readonly string[] {
  return [...new Set(memories.filter(({ way }) => way.prefix).map(({ way }) => way.device))];
}

function chainsOf({ protocol }: Flavour): readonly string[] {
  return protocol === 'tcp'
    ? ['known', 'reopen', 'closing', 'learn']
    : ['known', 'prolong', 'learn'];
}

/** Rules of the chains that all groups share: what happens to remembered flows, and how new ones are remembered. */
export function memoryChains(
  memory: Memory,
  keys: FlowKeys,
): ReadonlyMap<string, readonly string[]> {
  const { flavour, way } = memory;
  const key = flowKey(flavour, keys);
  const words: MemoryWords = {
    name: (kind) => memoryName(kind, memory),
    update: `update @${flowsMap(flavour)} { ${key}`,
    forget: `delete @${flowsMap(flavour)} { ${key} : meta mark }`,
    send: `fwd to "${way.device}"`,
    way,
  };
  const chains = flavour.protocol === 'udp' ? udpMemory(words) : tcpMemory(words);
  const first = `${words.update} timeout ${memorySeconds.first}s : meta mark }`;
  return new Map([...chains, [words.name('learn'), [first, words.send]]]);
}

/** What rules of a memory are made of. */
interface MemoryWords {
  /** Chain of a kind. */
  readonly name: (kind: string) => string;
  /** Begin of an update of the flow's entry. */
  readonly update: string;
  /** Removes the flow's entry. */
  readonly forget: string;
  /** Sends the packet on. */
  readonly send: string;
  readonly way: Way;
}

type Chains = readonly (readonly [name: string, rules: readonly string[]])[];

function udpMemory({ name, update, forget, send, way }: MemoryWords): Chains {
  const known = `ether daddr set meta mark map @${way.taking} goto ${name('prolong')}`;
  return [
    [name('known'), [known, forget]],
    [name('prolong'), [`${update} : meta mark }`, send]],
  ];
}

function tcpMemory({ name, update, forget, send, way }: MemoryWords): Chains {
  const open = `meta mark & ${closingBit} == 0`;
  const keep = `ether daddr set meta mark & ${closingBit - 1} map @${way.reals} ${send}`;
  const known = [
    `tcp flags & (syn | ack) == syn goto ${name('reopen')}`,
    `tcp flags & (fin | rst) != 0 ${open} goto ${name('closing')}`,
    `${open} ${update} : meta mark }`,
    keep,
    forget,
  ];
  const reopen = `${open} ether daddr set meta mark map @${way.taking} goto ${name('learn')}`;
  const closing = `meta mark set meta mark | ${closingBit} ${update} timeout ${memorySeconds.closing}s : meta mark }`;
  return [
    [name('known'), known],
    [name('reopen'), [reopen, forget]],
    [name('closing'), [forget, closing, keep, forget]],
  ];
}

/** Rules of a spread: memory, then the row. `device`: see `wayOf`. */
export function spreadRules(spread: Spread, keys: FlowKeys, device: string): readonly string[] {
  const { flavour, group, affinity } = spread;
  const { protocol, family } = flavour;
  const way = wayOf(spread, device);
  const name = (kind: string) => memoryName(kind, { flavour, way });
  const hash = nftHashExpression({
    family,
    affinity,
    ports: true,
    size: group.size,
    key: keyBytes(group.hashKey),
  });
  const current = 'meta mark & 0xffff';
  const elder = 'meta mark >> 16';
  const to = (id: string) =>
    `ether daddr set ${id} map @${way.reals} meta mark set ${id} goto ${name('learn')}`;
  return [
    'meta mark set 0 ether saddr set $own_mac',
    `meta mark set ${flowKey(flavour, keys)} map @${flowsMap(flavour)} jump ${name('known')}`,
    'meta mark set 0',
    `meta l4proto ${protocol} meta mark set ${hash} map @${rowsMap(group)}`,
    ...(protocol === 'tcp'
      ? [
          `tcp flags & (syn | ack) != syn meta mark & 0x80000000 == 0 meta mark & 0x7fff0000 != 0 ${to(elder)}`,
        ]
      : []),
    to(current),
    'counter name no_real drop',
  ];
}

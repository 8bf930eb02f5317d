/**
 * The flow hash of a forwarding table: keyed, the same on all directors of a group, and computed here too, so that `trace` can tell where a
 * flow goes and a proxy which rows it still owns.
 *
 * What is hashed (network byte order, as it stands in the packet):
 *
 * | affinity         | message                                                                    |
 * |------------------|----------------------------------------------------------------------------|
 * | `flow`           | source address, destination address, source port, destination port          |
 * | `flow`, no ports | source address, destination address (services of protocol `any`, port 0)    |
 * | `source`         | source address                                                             |
 * | `source-network` | source address cut to /24 (IPv4) or /64 (IPv6), all its bytes              |
 *
 * The protocol is not part of it: a table is looked up per service, and ICMP errors and DNS over both transports then land with their flow.
 * A service whose affinity is to the source sends one client to one real on every port and VIP of its group.
 *
 * - `multilinear`: words of four bytes, each read little-endian, in the order ports (source's first), destination, source: three for IPv4, nine for
 *   IPv6; what is not hashed is zero. Key words are SipHash-1-3 of their numbers under the whole 16-byte key.
 * - `jhash`: the kernel's jhash over nft's registers: each port padded by two zero bytes behind it (16 and 40 bytes for `flow`). Its seed is the
 *   first four bytes of the key read as a big-endian number. It is seeded, not cryptographic: use it where a director is nft.
 *
 * `nftHashExpression` is the text that nft must use; `hash.root.test.ts` compares both with the kernel.
 */
import { jhash } from './hash/jhash.ts';
import { multilinear } from './hash/multilinear.ts';
import { addressBytes } from './ip.ts';
import type { Service } from './model/intent.ts';

export type HashKind = 'multilinear' | 'jhash';
export type Affinity = Service['affinity'];

/** What of a packet is hashed. Ports left out: none are looked at (protocol `any`). */
export interface FlowTuple {
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** How a table hashes: which function, under which 16-byte key, over what. */
export interface HashRule {
  readonly kind: HashKind;
  readonly key: Uint8Array;
  readonly affinity: Affinity;
}

/** Bytes of a source address that `source-network` keeps: /24 and /64. */
const networkBytes = { 4: 3, 16: 8 } as const;

/** The 16 bytes of `Generation.hashKey`. Throws RangeError where it is not 32 hexadecimal digits. */
export function keyBytes(hex: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/.test(hex))
    throw new RangeError('a hash key has 32 lower-case hexadecimal digits');
  return Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

/** Seed of `jhash`: the key's first four bytes, big-endian, unsigned. */
export function jhashSeed(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(0);
}

/** Port in network byte order. */
const portBytes = (port: number): readonly [number, number] => [port >> 8, port & 0xff];

/** For nft's registers: what is not hashed is left out. */
function registers({ affinity }: Omit<HashRule, 'key'>, flow: FlowTuple): Uint8Array {
  const source = sourceBytes(affinity, flow);
  if (affinity !== 'flow') return source;
  const ports = [flow.sourcePort, flow.destinationPort].filter((port) => port !== undefined);
  return Uint8Array.of(
    ...source,
    ...addressBytes(flow.destinationAddress),
    ...ports.flatMap((port) => [...portBytes(port), 0, 0]),
  );
}

/** Every flow of a family has the same words: what is not hashed is zero. */
function wholeWords({ affinity }: Omit<HashRule, 'key'>, flow: FlowTuple): Uint8Array {
  const source = sourceBytes(affinity, flow);
  const words = new Uint8Array(4 + 2 * source.length);
  words.set(source, 4 + source.length);
  if (affinity !== 'flow') return words;
  words.set(addressBytes(flow.destinationAddress), 4);
  if (flow.sourcePort !== undefined && flow.destinationPort !== undefined) {
    words.set([...portBytes(flow.sourcePort), ...portBytes(flow.destinationPort)]);
  }
  return words;
}

function sourceBytes(affinity: Affinity, flow: FlowTuple): Uint8Array {
  const source = addressBytes(flow.sourceAddress);
  return affinity === 'source-network'
    ? source.fill(0, networkBytes[source.length as 4 | 16])
    : source;
}

/** The bytes that are hashed for a flow. Throws RangeError where an address is none. */
export function flowMessage(rule: Omit<HashRule, 'key'>, flow: FlowTuple): Uint8Array {
  return rule.kind === 'jhash' ? registers(rule, flow) : wholeWords(rule, flow);
}

/** The flow's hash, unsigned 32 bits. */
export function flowHash(rule: HashRule, flow: FlowTuple): number {
  const message = flowMessage(rule, flow);
  return rule.kind === 'multilinear'
    ? multilinear(rule.key, message)
    : jhash(message, jhashSeed(rule.key));
}

/** Row of a hash: `(hash × size) >> 32`, exact for sizes up to 2^21 (the product stays below 2^53). The kernel's `reciprocal_scale`. */
export function rowOf(hash: number, size: number): number {
  return Math.floor((hash * size) / 0x1_0000_0000);
}

/**
 * The nft expression whose value is the row, e.g. `jhash ip saddr . ip daddr . th sport . th dport mod 4096 seed 0x00010203`.
 * `ports: false` for services of protocol `any`. With `th` nft wants a rule that has matched the transport protocol before
 * (`meta l4proto { tcp, udp }`); with `ip`/`ip6` in an inet or netdev chain it adds the match on the family itself.
 */
export function nftHashExpression(options: {
  readonly family: 4 | 6;
  readonly affinity: Affinity;
  readonly ports: boolean;
  readonly size: number;
  readonly key: Uint8Array;
}): string {
  const ip = options.family === 4 ? 'ip' : 'ip6';
  const mask = options.family === 4 ? '255.255.255.0' : 'ffff:ffff:ffff:ffff::';
  const fields: Readonly<Record<Affinity, string>> = {
    flow: `${ip} saddr . ${ip} daddr${options.ports ? ' . th sport . th dport' : ''}`,
    source: `${ip} saddr`,
    'source-network': `${ip} saddr & ${mask}`,
  };
  const seed = jhashSeed(options.key).toString(16).padStart(8, '0');
  return `jhash ${fields[options.affinity]} mod ${options.size} seed 0x${seed}`;
}

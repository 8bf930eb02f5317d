/**
 * A sum of products of 64-bit key words with 32-bit words of the message, of which the upper half is taken (Dietzfelbinger, "Universal hashing and
 * k-wise independent random variables via integer arithmetic without primes", 1996): strongly universal. Behind it a bijection of 32 bits, which
 * keeps that and hides that the sum is linear.
 */
import { siphash13 } from './siphash.ts';

/** A word that is added, one that stirs the sum, and one for each word of a message: of 12 bytes (IPv4), of 36 (IPv6). */
const words = 14;
const stir = 1;
const firstByLength = { 12: 2, 36: 5 } as const;

/** Low and high halves of the key's words: [k0l, k0h, k1l, …]. */
type KeyWords = Float64Array;

/** Groups are few, and their keys stay. */
const expanded = new WeakMap<Uint8Array, KeyWords>();

function keyWords(key: Uint8Array): KeyWords {
  const known = expanded.get(key);
  if (known) return known;
  const made = Float64Array.from(
    Array.from({ length: words }, (_, i) => siphash13(key, Uint8Array.of(i, 0, 0, 0))).flat(),
  );
  expanded.set(key, made);
  return made;
}

/** Low 32 bits of a product of two numbers below 2^32, unsigned. */
const lowOf = (a: number, b: number): number => Math.imul(a, b) >>> 0;

/** High 32 bits of that product. No partial product reaches 2^53. */
function highOf(a: number, b: number): number {
  const upper = a * (b >>> 16);
  const lower = a * (b & 0xffff);
  return Math.floor((upper + Math.floor(lower / 0x1_0000)) / 0x1_0000);
}

/** Hash of 12 or 36 bytes, four a word, each read little-endian: unsigned 32 bits. `key`: 16 bytes that stay as they are. */
export function multilinear(key: Uint8Array, message: Uint8Array): number {
  const k = keyWords(key);
  const first = firstByLength[message.length as keyof typeof firstByLength];
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let low = k[0] as number;
  let high = k[1] as number;
  for (let at = 0; at < message.length; at += 4) {
    const word = view.getUint32(at, true);
    const keyLow = k[2 * first + at / 2] as number;
    const keyHigh = k[2 * first + at / 2 + 1] as number;
    low += lowOf(keyLow, word);
    high += highOf(keyLow, word) + lowOf(keyHigh, word) + Math.floor(low / 0x1_0000_0000);
    low %= 0x1_0000_0000;
  }
  let hash = (high % 0x1_0000_0000) >>> 0;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, (k[2 * stir] as number) | 1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

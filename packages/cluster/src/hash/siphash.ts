/**
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): makes a group's key into the words of its multilinear hash.
 * 64-bit words are pairs of 32-bit halves, since BigInt is two orders of magnitude slower.
 */

/** v0…v3 as low and high halves: [v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h]. */
type State = Int32Array;

/** Adds the pair at `b` to the pair at `a`. */
function add(v: State, a: number, b: number): void {
  const low = ((v[a] as number) >>> 0) + ((v[b] as number) >>> 0);
  v[a + 1] = (v[a + 1] as number) + (v[b + 1] as number) + (low > 0xffffffff ? 1 : 0);
  v[a] = low;
}

/** Rotates the pair at `a` left by `bits` (< 32). */
function rotate(v: State, a: number, bits: number): void {
  const low = v[a] as number;
  const high = v[a + 1] as number;
  v[a] = (low << bits) | (high >>> (32 - bits));
  v[a + 1] = (high << bits) | (low >>> (32 - bits));
}

/** Xors the pair at `b` into the pair at `a`. */
function xor(v: State, a: number, b: number): void {
  v[a] = (v[a] as number) ^ (v[b] as number);
  v[a + 1] = (v[a + 1] as number) ^ (v[b + 1] as number);
}

/** Rotates the pair at `a` by 32. */
function swap(v: State, a: number): void {
  const low = v[a] as number;
  v[a] = v[a + 1] as number;
  v[a + 1] = low;
}

function round(v: State): void {
  add(v, 0, 2);
  rotate(v, 2, 13);
  xor(v, 2, 0);
  swap(v, 0);
  add(v, 4, 6);
  rotate(v, 6, 16);
  xor(v, 6, 4);
  add(v, 0, 6);
  rotate(v, 6, 21);
  xor(v, 6, 0);
  add(v, 4, 2);
  rotate(v, 2, 17);
  xor(v, 2, 4);
  swap(v, 4);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function absorb(v: State, low: number, high: number): void {
  v[6] = (v[6] as number) ^ low;
  v[7] = (v[7] as number) ^ high;
  round(v);
  v[0] = (v[0] as number) ^ low;
  v[1] = (v[1] as number) ^ high;
}

/** SipHash-1-3 of `message` under a 16-byte key: low and high half of the 64-bit result, unsigned. Throws RangeError for another key length. */
export function siphash13(key: Uint8Array, message: Uint8Array): readonly [number, number] {
  if (key.length !== 16) throw new RangeError(`a SipHash key has 16 bytes, not ${key.length}`);
  const k = [word(key, 0), word(key, 4), word(key, 8), word(key, 12)] as const;
  const v = Int32Array.of(
    k[0] ^ 0x70736575,
    k[1] ^ 0x736f6d65,
    k[2] ^ 0x6e646f6d,
    k[3] ^ 0x646f7261,
    k[0] ^ 0x6e657261,
    k[1] ^ 0x6c796765,
    k[2] ^ 0x79746573,
    k[3] ^ 0x74656462,
  );
  const whole = message.length & ~7;
  for (let at = 0; at < whole; at += 8) absorb(v, word(message, at), word(message, at + 4));
  absorb(v, word(message, whole), word(message, whole + 4) | (message.length << 24));
  v[4] = (v[4] as number) ^ 0xff;
  for (let i = 0; i < 3; i++) round(v);
  const half = (at: 0 | 1): number =>
    ((v[at] as number) ^ (v[at + 2] as number) ^ (v[at + 4] as number) ^ (v[at + 6] as number)) >>>
    0;
  return [half(0), half(1)];
}

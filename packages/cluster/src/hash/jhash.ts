/** Bob Jenkins' lookup3 as the Linux kernel has it (`include/linux/jhash.h`) on a little-endian machine: what nft's `jhash` computes. */

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** a, b, c. */
type State = [number, number, number];

function mix([a, b, c]: State): State {
  a = (a - c) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotate(b, 4);
  b = (b + a) | 0;
  return [a, b, c];
}

function final([a, b, c]: State): number {
  c = (c ^ b) - rotate(b, 14);
  a = (a ^ c) - rotate(c, 11);
  b = (b ^ a) - rotate(a, 25);
  c = (c ^ b) - rotate(b, 16);
  a = (a ^ c) - rotate(c, 4);
  b = (b ^ a) - rotate(a, 14);
  c = (c ^ b) - rotate(b, 24);
  return c >>> 0;
}

/** `jhash(message, length, seed)`, unsigned 32 bits. An empty message gives the seed's initial value. */
export function jhash(message: Uint8Array, seed: number): number {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const start = (0xdeadbeef + message.length + seed) | 0;
  let state: State = [start, start, start];
  let at = 0;
  for (; message.length - at > 12; at += 12) {
    const [a, b, c] = state;
    state = mix([
      (a + view.getUint32(at, true)) | 0,
      (b + view.getUint32(at + 4, true)) | 0,
      (c + view.getUint32(at + 8, true)) | 0,
    ]);
  }
  if (at === message.length) return state[2] >>> 0;
  const tail = new Uint8Array(12);
  tail.set(message.subarray(at));
  const rest = new DataView(tail.buffer);
  return final([
    (state[0] + rest.getUint32(0, true)) | 0,
    (state[1] + rest.getUint32(4, true)) | 0,
    (state[2] + rest.getUint32(8, true)) | 0,
  ]);
}

/** The name of a table's content. It finds accidents (lost writes, mixed-up tables), not attackers. */

/** Two independent lanes of murmur3's mixing (Appleby), seeded apart: 64 bits. */
export function tableDigest(rows: Uint32Array): string {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (const word of rows) {
    a ^= Math.imul(word, 0xcc9e2d51);
    a = Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64;
    b ^= Math.imul(word ^ 0x9e3779b9, 0x1b873593);
    b = Math.imul((b << 17) | (b >>> 15), 9) + 0x38495ab5;
  }
  return hex(finish(a ^ rows.length)) + hex(finish(b + rows.length));
}

function finish(lane: number): number {
  lane ^= lane >>> 16;
  lane = Math.imul(lane, 0x85ebca6b);
  lane ^= lane >>> 13;
  lane = Math.imul(lane, 0xc2b2ae35);
  return (lane ^ (lane >>> 16)) >>> 0;
}

function hex(lane: number): string {
  return lane.toString(16).padStart(8, '0');
}

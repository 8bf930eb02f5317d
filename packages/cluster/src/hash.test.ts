import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jhash } from './hash/jhash.ts';
import { multilinear } from './hash/multilinear.ts';
import { siphash13 } from './hash/siphash.ts';
import { flowHash, flowMessage, jhashSeed, keyBytes, nftHashExpression, rowOf } from './hash.ts';

const key = keyBytes('000102030405060708090a0b0c0d0e0f');
const upTo = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

describe('SipHash-1-3', () => {
  // Key 00…0f, message 00 01 02 …: the vectors that come with the reference implementation, cut to 32 bits.
  test.each([
    [0, 0x050fc4dc],
    [1, 0x7d57ca93],
    [4, 0x88d38328],
    [7, 0x9bb11140],
    [8, 0x8d299a8e],
    [12, 0x57b4d9a2],
    [16, 0x7d908b66],
    [32, 0x16a7b60d],
    [36, 0xada26206],
    [63, 0xb7bbb3a8],
  ])('%i bytes', (length, want) => expect(siphash13(key, upTo(length))[0]).toBe(want));

  test('another key length is refused', () => {
    expect(() => siphash13(upTo(8), upTo(1))).toThrow(RangeError);
  });
});

/** The definition, in numbers of any size. */
function multilinearOf(of: Uint8Array, message: Uint8Array): number {
  const word = (i: number): bigint => {
    const [low, high] = siphash13(of, Uint8Array.of(i, 0, 0, 0));
    return (BigInt(high) << 32n) | BigInt(low);
  };
  let sum = word(0);
  for (let i = 0; i < message.length / 4; i++) {
    sum +=
      word(i + (message.length === 12 ? 2 : 5)) * BigInt(Buffer.from(message).readUInt32LE(4 * i));
  }
  let hash = (sum >> 32n) & 0xffff_ffffn;
  hash ^= hash >> 16n;
  hash = (hash * ((word(1) & 0xffff_ffffn) | 1n)) & 0xffff_ffffn;
  return Number(hash ^ (hash >> 15n));
}

describe('the multilinear hash', () => {
  test.each([12, 36])('is as defined over %i bytes', (bytes) => {
    const some = fc.uint8Array({ minLength: bytes, maxLength: bytes });
    const keys = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(keys, some, (anyKey, message) => {
        expect(multilinear(anyKey, message)).toBe(multilinearOf(anyKey, message));
      }),
    );
    const ones = new Uint8Array(bytes).fill(0xff);
    expect(multilinear(key, ones)).toBe(multilinearOf(key, ones));
  });
});

describe('jhash', () => {
  // Jenkins' own driver5 vectors of lookup3's hashlittle().
  test.each([
    ['', 0, 0xdeadbeef],
    ['Four score and seven years ago', 0, 0x17770551],
    ['Four score and seven years ago', 1, 0xcd628161],
  ])('%j seed %i', (text, seed, want) => {
    expect(
      jhash(
        Uint8Array.from(text, (char) => char.charCodeAt(0)),
        seed,
      ),
    ).toBe(want);
  });
});

const flow4 = {
  sourceAddress: '192.0.2.7',
  destinationAddress: '198.51.100.1',
  sourcePort: 40000,
  destinationPort: 443,
};
const flow6 = { ...flow4, sourceAddress: '2001:db8:1:2:3::7', destinationAddress: '2001:db8::1' };
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

describe('what is hashed', () => {
  test.each([
    ['multilinear', 'flow', flow4, '9c4001bbc6336401c0000207'],
    ['jhash', 'flow', flow4, 'c0000207c63364019c40000001bb0000'],
    ['multilinear', 'source', flow4, '0000000000000000c0000207'],
    ['jhash', 'source', flow4, 'c0000207'],
    ['jhash', 'source-network', flow4, 'c0000200'],
    ['multilinear', 'source-network', flow6, `${'0'.repeat(40)}20010db8000100020000000000000000`],
    [
      'multilinear',
      'flow',
      { sourceAddress: '192.0.2.7', destinationAddress: '198.51.100.1' },
      '00000000c6336401c0000207',
    ],
  ] as const)('%s %s', (...[kind, affinity, flow, want]) => {
    expect(hex(flowMessage({ kind, affinity }, flow))).toBe(want);
  });

  test('IPv6 flows have 36 and 40 bytes', () => {
    expect(flowMessage({ kind: 'multilinear', affinity: 'flow' }, flow6)).toHaveLength(36);
    expect(flowMessage({ kind: 'jhash', affinity: 'flow' }, flow6)).toHaveLength(40);
  });

  test('affinity to the source ignores everything else', () => {
    const rule = { kind: 'multilinear', key, affinity: 'source' } as const;
    expect(flowHash(rule, { ...flow4, sourcePort: 1, destinationAddress: '203.0.113.9' })).toBe(
      flowHash(rule, flow4),
    );
    expect(flowHash(rule, { ...flow4, sourceAddress: '192.0.2.8' })).not.toBe(
      flowHash(rule, flow4),
    );
  });

  test('another key, another hash', () => {
    const other = { kind: 'jhash', key: keyBytes('f'.repeat(32)), affinity: 'flow' } as const;
    expect(flowHash(other, flow4)).not.toBe(flowHash({ ...other, key }, flow4));
  });
});

describe('rows', () => {
  test('exact where the product needs more than 32 bits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.integer({ min: 1, max: 2 ** 21 }),
        (hash, size) => {
          expect(rowOf(hash, size)).toBe(Number((BigInt(hash) * BigInt(size)) >> 32n));
        },
      ),
    );
  });

  test('10,000 flows of one client spread over 64 rows', () => {
    for (const kind of ['multilinear', 'jhash'] as const) {
      const hits = new Uint32Array(64);
      for (let i = 0; i < 10_000; i++) {
        const row = rowOf(
          flowHash({ kind, key, affinity: 'flow' }, { ...flow4, sourcePort: 1024 + i }),
          64,
        );
        hits[row] = (hits[row] ?? 0) + 1;
      }
      expect(Math.min(...hits)).toBeGreaterThan(100);
      expect(Math.max(...hits)).toBeLessThan(215);
    }
  });
});

describe('for nft', () => {
  test('seed is the first four bytes of the key, big-endian', () =>
    expect(jhashSeed(key)).toBe(0x00010203));
  test.each([
    [4, 'flow', true, 'jhash ip saddr . ip daddr . th sport . th dport mod 4096 seed 0x00010203'],
    [6, 'flow', false, 'jhash ip6 saddr . ip6 daddr mod 4096 seed 0x00010203'],
    [4, 'source', true, 'jhash ip saddr mod 4096 seed 0x00010203'],
    [6, 'source-network', true, 'jhash ip6 saddr & ffff:ffff:ffff:ffff:: mod 4096 seed 0x00010203'],
  ] as const)('IPv%i %s', (...[family, affinity, ports, want]) => {
    expect(nftHashExpression({ family, affinity, ports, size: 4096, key })).toBe(want);
  });
  test('a key that is none', () => expect(() => keyBytes('12')).toThrow(RangeError));
});

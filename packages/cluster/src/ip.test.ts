import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import {
  addressBytes,
  canonicalAddress,
  canonicalPrefix,
  contains,
  hasHostBits,
  ipFamily,
  networkAddress,
  overlaps,
  parsePrefix,
  sameFamily,
} from './ip.ts';

describe('what is an address', () => {
  test.for([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0000:0001:0000:0000:0000:0000', '2001:db8:0:1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['::192.0.2.1', '::c000:201'],
    ['2001:db8::192.0.2.1', '2001:db8::c000:201'],
    ['2001:db8:1:2:3:4:192.0.2.1', '2001:db8:1:2:3:4:c000:201'],
    ['010.0.0.1', undefined],
    ['192.0.2', undefined],
    ['0x7f.0.0.1', undefined],
    ['fe80::1%eth0', undefined],
    ['2001:db8::1::2', undefined],
    ['', undefined],
  ] as const)('%s is %s', ([text, want]) => expect(canonicalAddress(text)).toBe(want));
});

/** Without dotted tails: ipaddr.js 2.5 takes ::192.0.2.1 for ::ffff:192.0.2.1. */
const v6 = fc.oneof(
  fc.ipV6().filter((text) => !text.includes('.')),
  fc
    .array(fc.constantFrom(0, 0, 0, 1, 0xdb8, 0xffff), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.map((group) => group.toString(16)).join(':')),
);
const address = fc.oneof(fc.ipV4(), v6);
const prefix = address.chain((text) =>
  fc.integer({ min: 0, max: text.includes(':') ? 128 : 32 }).map((length) => `${text}/${length}`),
);

describe('against ipaddr.js', () => {
  test('canonical text and bytes', () => {
    fc.assert(
      fc.property(address, (text) => {
        const parsed = ipaddr.parse(text);
        const want = parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
        expect(canonicalAddress(text)).toBe(want);
        expect([...addressBytes(text)]).toEqual(parsed.toByteArray());
      }),
      { numRuns: 2000 },
    );
  });

  test('containment', () => {
    fc.assert(
      fc.property(prefix, prefix, fc.boolean(), (outer, other, isNear) => {
        const length = Number(outer.split('/')[1]);
        const inner = isNear
          ? `${outer.split('/')[0]}/${Math.min(length + 3, outer.includes(':') ? 128 : 32)}`
          : other;
        const [net, bits] = ipaddr.parseCIDR(outer);
        const [host, innerBits] = ipaddr.parseCIDR(inner);
        const want =
          net.kind() === host.kind() && innerBits >= bits && host.match([net, bits] as never);
        expect(contains(outer, inner)).toBe(want);
        expect(overlaps(outer, inner)).toBe(overlaps(inner, outer));
      }),
      { numRuns: 2000 },
    );
  });

  test('first address of a prefix', () => {
    fc.assert(
      fc.property(prefix, (text) => {
        const parsed = parsePrefix(text);
        if (!parsed) throw new Error(text);
        const own = parsed.family === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
        const want = canonicalAddress(own.networkAddressFromCIDR(text).toString());
        expect(networkAddress(parsed)).toBe(want);
        expect(canonicalPrefix(text)).toBe(`${want}/${parsed.length}`);
        expect(hasHostBits(parsed)).toBe(want !== parsed.address);
      }),
      { numRuns: 2000 },
    );
  });
});

test.for([
  ['192.0.2.0/33', undefined],
  ['192.0.2.0/08', undefined],
  ['192.0.2.0/', undefined],
  ['192.0.2.0/1e1', undefined],
  ['2001:db8::/129', undefined],
  ['192.0.2.1', { address: '192.0.2.1', length: 32, family: 4 }],
  ['2001:DB8::/32', { address: '2001:db8::', length: 32, family: 6 }],
] as const)('prefix %s', ([text, want]) => expect(parsePrefix(text)).toEqual(want));

test('family of text, and the first of the same', () => {
  expect([ipFamily('192.0.2.1'), ipFamily('::1'), ipFamily('x')]).toEqual([4, 6, 0]);
  expect(sameFamily(['192.0.2.1', '2001:db8::1'], '2001:db8::/32')).toBe('2001:db8::1');
  expect(() => addressBytes('x')).toThrow(RangeError);
});

import { contains } from '@tricade/cluster';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixKey } from './abi.ts';
import { deniedEntries } from './denied.ts';

/** As the kernel asks a trie: some key whose bits are the first of the source's. */
function isDenied(deny: readonly string[], source: string): boolean {
  const bitsOf = (key: Buffer) => BigInt(`0x${key.subarray(4).toString('hex')}`);
  const asked = bitsOf(prefixKey(source, source.includes(':') ? 128 : 32));
  return [...deniedEntries(deny).keys()].some((hex) => {
    const key = Buffer.from(hex, 'hex');
    const behind = BigInt(128 - key.readUInt32LE(0));
    return asked >> behind === bitsOf(key) >> behind;
  });
}

test.for([
  ['IPv4 stands beside IPv6', ['192.0.2.0/24'], ['192.0.2.7'], ['198.51.100.7', '::1']],
  [
    'low IPv6 addresses, among which IPv4 is kept',
    ['::/8'],
    ['::1', 'ff::1'],
    ['192.0.2.7', '2001:db8::1'],
  ],
  [
    'half of IPv6',
    ['::/1'],
    ['::1', '2001:db8::1', '7fff::1', '::fffe:c000:207'],
    ['0.0.0.0', '192.0.2.7', '255.255.255.255', '8000::'],
  ],
  [
    'a low prefix, and an IPv4 one',
    ['::/64', '192.0.2.0/24'],
    ['::1', '192.0.2.7'],
    ['198.51.100.7', '0:0:0:1::'],
  ],
] as const)('%s', ([, deny, denied, others]) => {
  for (const source of denied) expect(isDenied(deny, source), source).toBe(true);
  for (const source of others) expect(isDenied(deny, source), source).toBe(false);
});

test('no list of one family denies a source of the other', () => {
  const six = fc.nat(96).map((length) => `::/${length}`);
  fc.assert(
    fc.property(six, fc.ipV4(), fc.ipV6(), (cidr, four, other) => {
      expect(isDenied([cidr], four)).toBe(false);
      fc.pre(!contains('::ffff:0:0/96', other));
      expect(isDenied([cidr], other)).toBe(contains(cidr, other));
    }),
  );
});

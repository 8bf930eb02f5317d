import fc from 'fast-check';
import { expect, test } from 'vitest';
import { macOf } from './mac.ts';

test.for([
  ['l4a', 'edge', '02:dc:ea:b8:2a:cd'],
  ['l4a', 'inside', '02:a3:f8:a2:6f:6a'],
  ['l4b', 'edge', '02:c2:e0:2b:51:cd'],
  ['r1', 'outside', '02:0c:23:9b:96:7a'],
])('%s/%s has the address it always had', ([node = '', network = '', want]) => {
  // Recorded packet tables hold these: a change here breaks them.
  expect(macOf(node, network)).toBe(want);
});

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);

test('is a locally administered unicast address', () => {
  fc.assert(
    fc.property(name, name, (node, network) => {
      expect(macOf(node, network)).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    }),
  );
});

test('differs for all interfaces of a large cluster', () => {
  const nodes = ['r', 'l4', 'p', 'w', 'm'].flatMap((tier) =>
    Array.from({ length: 200 }, (_, i) => `${tier}${i}`),
  );
  const all = nodes.flatMap((node) => ['edge', 'inside'].map((network) => macOf(node, network)));
  expect(new Set(all).size).toBe(all.length);
});

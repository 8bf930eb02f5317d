import { expect, test } from 'vitest';
import { packetMatch } from './packet-match.ts';

const packet = {
  sourceAddress: '192.0.2.7',
  sourcePort: 40_000,
  destinationAddress: '2001:db8::10',
  destinationPort: 80,
  protocol: 6,
  bytes: 60,
};

test.for([
  ['2001:db8::10', undefined, true],
  ['2001:DB8:0::10', undefined, true],
  ['[2001:db8::10]:80', '192.0.2.7:40000', true],
  ['2001:db8::/64', '192.0.2.0/24', true],
  ['[2001:db8::10]:81', undefined, false],
  ['2001:db8::11', undefined, false],
  ['2001:db8::10', '192.0.2.8', false],
  ['2001:db8::10', '192.0.2.7:40001', false],
  ['203.0.113.0/24', undefined, false],
] as const)('to %s, from %s: %s', ([to, from, want]) => {
  expect(packetMatch({ to, ...(from === undefined ? {} : { from }) })(packet)).toBe(want);
});

test.for(['', 'shop', '203.0.113.10:', '203.0.113.10/129'])('no such end: %j', (to) => {
  expect(() => packetMatch({ to })).toThrow(expect.objectContaining({ code: 'TRI-U007' }));
});

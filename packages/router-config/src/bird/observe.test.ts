import { describe, expect, test } from 'vitest';
import { parseAnnouncements, parseNextHops, parseSessions } from './observe.ts';

describe('next hops of the FIB', () => {
  const cases = [
    { name: 'none', given: ['', '[]'], want: {} },
    {
      name: 'one',
      given: ['[{"dst":"203.0.113.10","gateway":"198.51.100.11","dev":"edge","flags":[]}]'],
      want: { '203.0.113.10/32': ['198.51.100.11'] },
    },
    {
      name: 'several, sorted',
      given: [
        '[{"dst":"203.0.113.10","nexthops":[{"gateway":"198.51.100.12"},{"gateway":"198.51.100.11"}]}]',
      ],
      want: { '203.0.113.10/32': ['198.51.100.11', '198.51.100.12'] },
    },
    {
      name: 'both families, a link down',
      given: [
        '[{"dst":"203.0.113.64/28","gateway":"198.51.100.11","flags":["dead","linkdown"]}]',
        '[{"dst":"2001:db8:ffff::10","gateway":"2001:db8:1::11","flags":[]}]',
      ],
      want: { '203.0.113.64/28': [], '2001:db8:ffff::10/128': ['2001:db8:1::11'] },
    },
    {
      name: 'one route a next hop, as older iproute2 lists IPv6',
      given: [
        '[{"dst":"2001:db8:ffff::10","gateway":"2001:db8:1::12"},{"dst":"2001:db8:ffff::10","gateway":"2001:db8:1::11"}]',
      ],
      want: { '2001:db8:ffff::10/128': ['2001:db8:1::11', '2001:db8:1::12'] },
    },
  ];
  test.for(cases)('$name', ({ given, want }) => expect(parseNextHops(...given)).toEqual(want));
  test('no JSON is an error', () => expect(() => parseNextHops('Error')).toThrow(SyntaxError));
});

test('announcements are read from static routes by their MED', () => {
  const output = `BIRD 2.0.12 ready.
Table master4:
203.0.113.10/32      blackhole [vips4 06:35:12.123] * (200)
\tType: static univ
\tBGP.med: 100
203.0.113.11/32      blackhole [vips4 06:35:12.123] * (200)
\tType: static univ
\tBGP.med: 77
203.0.113.12/32      blackhole [other 06:35:12.123] * (200)
\tType: static univ

Table master6:
2001:db8:ffff::10/128 blackhole [vips6 06:35:12.123] * (200)
\tType: static univ
\tBGP.med: 1000
`;
  expect(parseAnnouncements(output)).toEqual({
    '203.0.113.10/32': 'up',
    '2001:db8:ffff::10/128': 'last-resort',
  });
});

test('sessions are BGP protocols; those that only listen are none', () => {
  const output = `BIRD 2.0.12 ready.
Name       Proto      Table      State  Since         Info
device1    Device     ---        up     06:35:12.100
directors0 BGP        ---        start  06:35:12.100  Passive
director0x1 BGP        ---        up     06:35:13.200  Established
router-r1-4 BGP        ---        start  06:35:13.200  Active        Socket: Connection refused
`;
  expect(parseSessions(output)).toEqual({
    director0x1: 'up',
    'router-r1-4': 'down',
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  announcementDigest,
  announcementOf,
  fencedDigest,
  holdTimes,
  medOf,
  routerSysctls,
} from './routing.ts';

test('each announcement has a MED of its own, in the order of preference', () => {
  const meds = Object.values(medOf);
  expect(meds).toEqual([...new Set(meds)].sort((a, b) => a - b));
  for (const [how, med] of Object.entries(medOf)) expect(announcementOf(med)).toBe(how);
  expect(announcementOf(0)).toBeUndefined();
});

test.for([
  [9_000, 9, 3],
  [90_000, 90, 30],
  [1, 3, 1],
] as const)('hold time %i ms is %i s, keepalive %i s', ([ms, holdSeconds, keepaliveSeconds]) =>
  expect(holdTimes(ms)).toEqual({ holdSeconds, keepaliveSeconds }),
);

describe('digests', () => {
  const hows = fc.constantFrom('up', 'drained', 'last-resort', 'withdrawn');
  const announcements = fc.dictionary(
    fc.constantFrom('203.0.113.1/32', '203.0.113.2/32', '2001:db8::1/128'),
    hows,
  );

  test('order does not count, withdrawn is as absent', () => {
    fc.assert(
      fc.property(announcements, (given) => {
        const turned = Object.fromEntries(Object.entries(given).reverse());
        expect(announcementDigest(turned)).toBe(announcementDigest(given));
        const only = Object.entries(given).filter(([, how]) => how !== 'withdrawn');
        expect(announcementDigest(Object.fromEntries(only))).toBe(announcementDigest(given));
      }),
    );
    expect(fencedDigest(['b', 'a', 'b'])).toBe(fencedDigest(['a', 'b']));
  });

  test('another state has another digest', () => {
    expect(announcementDigest({ '203.0.113.1/32': 'up' })).not.toBe(
      announcementDigest({ '203.0.113.1/32': 'drained' }),
    );
    expect(fencedDigest(['198.51.100.1'])).not.toBe(fencedDigest([]));
    expect(announcementDigest({})).not.toBe('');
  });
});

describe('sysctls', () => {
  test('the hash is of addresses and ports, or of addresses', () => {
    const of = (hash: 'l3' | 'l4') => routerSysctls({ hash, devices: [] });
    expect(of('l4')['net.ipv4.fib_multipath_hash_fields']).toBe('55');
    expect(of('l3')['net.ipv6.fib_multipath_hash_fields']).toBe('3');
  });

  test('a device with a dot is written with slashes', () => {
    const keys = Object.keys(routerSysctls({ hash: 'l4', devices: ['eth0.100', 'edge'] }));
    expect(keys).toContain('net/ipv4/conf/eth0.100/rp_filter');
    expect(keys).toContain('net.ipv4.conf.edge.rp_filter');
  });
});

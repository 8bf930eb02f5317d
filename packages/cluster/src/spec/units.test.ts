import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from './did-you-mean.ts';
import {
  durationText,
  parseBfd,
  parseDuration,
  parseEndpoint,
  parsePercent,
  parsePort,
  parseStatus,
  patterns,
} from './units.ts';

describe('durations', () => {
  test.for([
    ['50ms', 50],
    ['1s', 1000],
    ['1.5s', 1500],
    ['0.25ms', undefined],
    ['2m', 120_000],
    ['3h', 10_800_000],
    ['0s', 0],
    ['10', undefined],
    ['1 s', undefined],
    ['-1s', undefined],
    ['1e3s', undefined],
    ['01s', undefined],
    ['1d', undefined],
  ] as const)('%s is %s ms', ([text, want]) => {
    expect(parseDuration(text)).toBe(want);
    if (want !== undefined) expect(text).toMatch(new RegExp(patterns.duration));
  });

  test.for([
    [0, '0ms'],
    [1500, '1500ms'],
    [2000, '2s'],
    [60_000, '1m'],
    [3_600_000, '1h'],
    [5_400_000, '90m'],
  ] as const)('%s ms is written %s', ([ms, want]) => {
    expect(durationText(ms)).toBe(want);
    expect(parseDuration(want)).toBe(ms);
  });
});

describe('shares', () => {
  test.for([
    ['50%', 0.5],
    ['0%', 0],
    ['100%', 1],
    ['99.9%', 0.9990000000000001],
    ['101%', undefined],
    ['100.1%', undefined],
    ['0.5', undefined],
  ] as const)('%s is %s', ([text, want]) => {
    const share = parsePercent(text);
    if (want === undefined) expect(share).toBeUndefined();
    else expect(share).toBeCloseTo(want, 10);
  });
});

describe('ports', () => {
  test.for([
    [80, { protocol: 'tcp', port: 80 }],
    ['443/tcp', { protocol: 'tcp', port: 443 }],
    ['53/udp', { protocol: 'udp', port: 53 }],
    ['all', { protocol: 'any', port: 0 }],
    ['all/udp', { protocol: 'udp', port: 0 }],
    [65_536, undefined],
    [0, undefined],
    ['080', undefined],
    ['53/sctp', undefined],
    ['53/', undefined],
  ] as const)('%s', ([given, want]) => {
    expect(parsePort(given)).toEqual(want);
    if (want) expect(String(given)).toMatch(new RegExp(patterns.port));
  });
});

describe('endpoints', () => {
  test.for([
    ['192.0.2.1', { address: '192.0.2.1' }],
    ['192.0.2.1:80', { address: '192.0.2.1', port: 80 }],
    ['2001:DB8::1', { address: '2001:db8::1' }],
    ['[2001:db8::1]:80', { address: '2001:db8::1', port: 80 }],
    ['[2001:db8::1]', { address: '2001:db8::1' }],
    ['2001:db8::1:80', { address: '2001:db8::1:80' }],
    ['[192.0.2.1]:80', undefined],
    ['192.0.2.1:0', undefined],
    ['192.0.2.1:65536', undefined],
    ['192.0.2.01:80', undefined],
    ['w1:80', undefined],
    ['', undefined],
    [':80', undefined],
  ] as const)('%s', ([text, want]) => expect(parseEndpoint(text)).toEqual(want));
});

test.for([
  ['50ms x 3', { intervalMs: 50, multiplier: 3 }],
  ['off', undefined],
] as const)('bfd %s', ([text, want]) => expect(parseBfd(text)).toEqual(want));

test.for([
  [200, [200, 200]],
  ['200-399', [200, 399]],
  ['399-200', undefined],
  ['600', undefined],
] as const)('status %s', ([given, want]) => expect(parseStatus(given)).toEqual(want));

describe('did you mean', () => {
  test.for([
    ['edge', 'edge', 0],
    ['egde', 'edge', 1],
    ['edg', 'edge', 1],
    ['brid', 'bird', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ] as const)('%s → %s takes %s', ([from, to, want]) =>
    expect(editDistance(from, to, 5)).toBe(want),
  );

  test.for([
    ['wbe', ['web', 'dns'], 'web'],
    ['WEB', ['web'], 'web'],
    ['x', ['l4', 'l7'], undefined],
    ['colour', ['agree', 'floor'], undefined],
    ['healthcheck', ['check', 'health-check'], 'health-check'],
    ['x'.repeat(10_000), ['web'], undefined],
  ] as const)('%s of %s', ([given, known, want]) => expect(nearest(given, known)).toBe(want));
});

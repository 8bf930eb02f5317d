import { describe, expect, test } from 'vitest';
import { failed } from './attempt.ts';
import { parseArp } from './neighbour.ts';

const system = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

describe('what the system says', () => {
  test.each([
    ['ECONNREFUSED', 'connection refused', false],
    ['ECONNRESET', 'connection reset', false],
    ['ENETUNREACH', 'network unreachable', false],
    ['ETIMEDOUT', 'ETIMEDOUT', false],
    ['EHOSTUNREACH', 'no answer to ARP or ND', true],
    ['EHOSTDOWN', 'no answer to ARP or ND', true],
  ])('%s', (code, detail, unreachable) => {
    expect(failed(system(code), '2001:db8::9')).toEqual({ ok: false, detail, unreachable });
  });
});

test('the kernel’s ARP table', () => {
  const heading =
    'IP address       HW type     Flags       HW address            Mask     Device\n';
  const states = parseArp(
    `${heading}192.0.2.1        0x1         0x2         02:00:00:00:00:01     *        eth0\n` +
      '192.0.2.2        0x1         0x0         00:00:00:00:00:00     *        eth0\n' +
      '192.0.2.3        0x1         0x6         02:00:00:00:00:03     *        eth0\n' +
      '192.0.2.1        0x1         0x0         00:00:00:00:00:00     *        eth1\n',
  );
  expect([...states]).toEqual([
    ['192.0.2.1', 'answers'],
    ['192.0.2.2', 'silent'],
    ['192.0.2.3', 'answers'],
  ]);
  expect(parseArp('')).toEqual(new Map());
});

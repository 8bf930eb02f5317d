import { expect, test } from 'vitest';
import { forwardingSysctls } from './forwarding.ts';

const of = (mode: 'dsr' | 'dnat', ...vips: readonly string[]) => {
  const rest = { ports: [], listen: 'configured', affinity: 'flow', group: 'web' } as const;
  return {
    legs: [{ device: 'edge.7', addresses: [] }],
    services: vips.map((vip) => ({ service: 'web', vip, mode, ...rest })),
  };
};

test('each leg of a director that translates forwards, and tells of no shorter way', () => {
  expect(forwardingSysctls(of('dnat', '203.0.113.10'))).toEqual({
    'net.ipv4.conf.all.send_redirects': '0',
    'net/ipv4/conf/edge.7/forwarding': '1',
    'net/ipv4/conf/edge.7/send_redirects': '0',
    'net/ipv4/conf/edge.7/rp_filter': '2',
  });
});

test('IPv6 is switched on for a VIP of that family alone', () => {
  const six = forwardingSysctls(of('dnat', '203.0.113.10', '2001:db8:ffff::10'));
  expect(six['net.ipv6.conf.all.forwarding']).toBe('1');
});

test('who hands packets on whole is left as it is', () => {
  expect(forwardingSysctls(of('dsr', '203.0.113.10', '2001:db8:ffff::10'))).toEqual({});
});

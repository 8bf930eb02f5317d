import type { DirectorState } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { classAddress, serviceKey, wideAddress } from './abi.ts';
import { matchesOf } from './layout.ts';

type Service = DirectorState['services'][number];
type Port = Service['ports'][number];

const service = (name: string, vip: string, ...ports: readonly Port[]): Service => ({
  service: name,
  vip,
  ports,
  mode: 'dsr',
  listen: vip.includes('/') ? 'transparent' : 'configured',
  affinity: 'flow',
  group: 'l7',
});
const tcp = (port: number): Port => ({ protocol: 'tcp', port });
const classes = new Map([
  ['203.0.113.0/28', 1],
  ['203.0.113.8/29', 2],
]);

/** Who takes the packets of a key; `nobody` where the key says that no service does. */
function takenBy(services: readonly Service[]) {
  const matches = matchesOf({ services } as unknown as DirectorState, classes);
  const byKey = new Map(matches.map((match) => [match.key, match]));
  return (address: Buffer, { port, protocol }: Port): string | undefined => {
    const match = byKey.get(serviceKey(address, port, protocol).toString('hex'));
    return match?.none ? 'nobody' : match?.service.service;
  };
}

test('what a VIP leaves over is taken by the narrowest prefix around it', () => {
  const of = takenBy([
    service('wide', '203.0.113.0/28', tcp(0), tcp(25)),
    service('near', '203.0.113.8/29', tcp(443)),
    service('exact', '203.0.113.10', tcp(80)),
    service('whole', '203.0.113.11', tcp(0)),
  ]);
  const exact = wideAddress('203.0.113.10');
  expect(of(exact, tcp(80))).toBe('exact');
  expect(of(exact, tcp(443))).toBe('near');
  expect(of(exact, tcp(25))).toBe('wide');
  expect(of(exact, tcp(0))).toBe('wide');
  expect(of(exact, { protocol: 'any', port: 0 })).toBe('nobody');
  const whole = wideAddress('203.0.113.11');
  expect([of(whole, tcp(0)), of(whole, tcp(443)), of(whole, tcp(25))]).toEqual([
    'whole',
    undefined,
    undefined,
  ]);
  const near = classAddress(2);
  expect([of(near, tcp(443)), of(near, tcp(25)), of(near, tcp(0))]).toEqual([
    'near',
    'wide',
    'wide',
  ]);
  expect(of(classAddress(1), tcp(443))).toBeUndefined();
});

test('VIPs outside of all prefixes are as they were', () => {
  const of = takenBy([
    service('wide', '203.0.113.0/28', tcp(0)),
    service('else', '198.51.100.200', tcp(80)),
  ]);
  const address = wideAddress('198.51.100.200');
  expect([of(address, tcp(80)), of(address, tcp(0))]).toEqual(['else', undefined]);
});

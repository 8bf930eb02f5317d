import { expect, test } from 'vitest';
import type { SeenPacket } from '../driver.ts';
import { nowMs, wellSnapshot } from '../testing/snapshots.ts';
import { agreementOf } from './agree.ts';
import type { TraceInput } from './input.ts';
import { trace } from './trace.ts';

const { cluster, generation, feed } = wellSnapshot();
const input: Omit<TraceInput, 'flow'> = {
  cluster,
  generation,
  feed,
  nowMs,
  macOf: () => undefined,
  director: { flowHash: 'multilinear', dsrSourceMac: 'tagged' },
  client: { name: 'client', network: cluster.networks[0]?.name ?? '' },
};
const [service] = cluster.services;
const packet = {
  sourceAddress: '192.0.2.200',
  sourcePort: 40_000,
  destinationAddress: service?.vips[0] ?? '',
  destinationPort: service?.ports[0]?.port ?? 0,
  protocol: 6,
  bytes: 60,
};
/** Where trace sends it: rows are known, so it is one. */
const flow = { ...packet, protocol: 'tcp' } as const;
const real = trace({ ...input, flow })
  .hops.map(({ to }) => (to.kind === 'exact' ? to.node : ''))
  .find((name) => name.startsWith('p')) as string;
const other = real === 'p1' ? 'p2' : 'p1';
const sent = (to: string): SeenPacket => ({ ...packet, sent: { row: 1, real: to } });

test.for([
  ['sent where trace says', sent(real), true],
  ['sent elsewhere', sent(other), false],
  ['dropped, where trace sends it on', { ...packet, reason: 'limited' }, false],
  ['dropped, where trace ends', { ...packet, destinationPort: 9, reason: 'no-port' }, true],
  ['sent, where trace ends', { ...sent(real), destinationPort: 9 }, false],
  ['of a protocol that trace does not know', { ...sent(real), protocol: 47 }, undefined],
] as const)('%s', ([, seen, agrees]) => {
  expect(agreementOf(seen, input).agrees).toBe(agrees);
});

test('without rows every real that may get it is told, and nothing is judged but others', () => {
  const { feed: _, ...alone } = input;
  expect(agreementOf(sent(other), alone)).toMatchObject({ traced: ['p1', 'p2', 'p3'] });
  expect(agreementOf(sent(other), alone)).not.toHaveProperty('agrees');
  expect(agreementOf(sent('w1'), alone).agrees).toBe(false);
});

import type { DirectorState } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { capacities, directorBundle } from './render.ts';

const of = (mode: 'dnat' | 'full-nat', reals = 2): DirectorState => ({
  ...{ node: 'l4a', self: 0, device: 'edge', addresses: ['198.51.100.11'], legs: [] },
  services: [
    {
      ...{ service: 'web', vip: '203.0.113.10', ports: [{ protocol: 'tcp', port: 80 }], mode },
      ...{ listen: 'configured', affinity: 'flow', group: 'web' },
    },
  ],
  groups: [
    {
      ...{ group: 'web', size: 4, hashKey: '00'.repeat(16) },
      reals: Array.from({ length: reals }, (_, at) => {
        const address = `198.51.${100 + (at >> 8)}.${at & 255}`;
        return { id: at + 1, name: `s${at}`, address, addresses: [address] };
      }),
    },
  ],
});

test('modes that need a memory of flows are refused, with the reason', () => {
  expect(() => directorBundle(of('dnat'))).toThrow(
    /web: xdp does not do dnat: it remembers no flow/,
  );
  expect(() => directorBundle(of('full-nat'))).toThrow(/web: xdp does not do full-nat: the source/);
});

test('there is room for the answers of two generations', () => {
  expect(capacities(of('dnat'))['replies']).toBe(16_384);
  expect(capacities(of('dnat', 9_000))['replies']).toBe(32_768);
});

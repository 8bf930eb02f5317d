import type { Cluster, Generation, TraceInput } from '@tricade/cluster';
import { trace } from '@tricade/cluster';
import { readSpec } from '@tricade/cluster/spec';
import type { CapturedFrame } from '@tricade/lab';
import { describe, expect, test } from 'vitest';
import { prove } from './prove.ts';
import { proofLines } from './view/prove.ts';

/** Servers behind a router, in every mode that can do that. */
function clusterIn(mode: 'full-nat' | 'tunnel'): Cluster {
  const { cluster } = readSpec(
    `version: 1
cluster: apart
networks: { outside: { cidr: 192.0.2.0/24 }, edge: { cidr: 198.51.100.0/26, mtu: 1600 }, inside: { cidr: 198.51.100.64/26, mtu: 1600 } }
routers: { asn: 64512, nodes: { r1: { outside: 192.0.2.1, edge: 198.51.100.1, inside: 198.51.100.65 } } }
l4: { driver: nft, asn: 64513, announce: { via: bgp }, nodes: { l4a: { edge: 198.51.100.11 } } }
pools: { web: { check: none, servers: { w1: { address: 198.51.100.101, managed: true } } } }
services: { web: { vip: 203.0.113.10, ports: 80, l4: { mode: ${mode}, pool: web } } }
monitor: { nodes: { m1: { edge: 198.51.100.31 } } }
`,
    'apart.yaml',
  );
  if (cluster === undefined) throw new Error('the file has faults');
  return cluster;
}

const generation: Generation = {
  number: 1,
  digest: 'd',
  ids: { 'web/w1': 1 },
  hashKey: '00'.repeat(16),
};
const flow = {
  protocol: 'tcp',
  sourceAddress: '192.0.2.249',
  sourcePort: 42_000,
  destinationAddress: '203.0.113.10',
  destinationPort: 80,
} as const;

function inputIn(mode: 'full-nat' | 'tunnel'): TraceInput {
  return {
    cluster: clusterIn(mode),
    generation,
    nowMs: 0,
    macOf: (node, network) => `${node}.${network}`,
    director: { dsrSourceMac: 'own' },
    client: { name: 'client', network: 'outside' },
    flow,
  };
}

const ip = (sourceAddress: string, destinationAddress: string, protocol: number) => ({
  version: 4 as const,
  sourceAddress,
  destinationAddress,
  protocol,
  ttl: 64,
  lengthBytes: 60,
  trafficClass: 0,
});

/** Frames as the trace has them; between director and real the client's port is `port`. */
function framesOf(input: TraceInput, port: number): CapturedFrame[] {
  return trace(input).hops.map(({ from, network, direction, packet }, index): CapturedFrame => {
    const client = [packet.sourceAddress, packet.destinationAddress].includes(flow.sourceAddress);
    const near = client ? flow.sourcePort : port;
    const [sourcePort, destinationPort] = direction === 'request' ? [near, 80] : [80, near];
    const whole = {
      ip: ip(packet.sourceAddress, packet.destinationAddress, 6),
      transport: {
        protocol: 'tcp' as const,
        sourcePort,
        destinationPort,
        flags: 'S',
        payloadBytes: 0,
      },
    };
    const { outer } = packet;
    return {
      atMs: index,
      host: from,
      network,
      direction: 'sent',
      lengthBytes: 74,
      etherType: 0x0800,
      sourceMac: packet.sourceMac ?? '',
      destinationMac: packet.destinationMac ?? '',
      packet:
        outer === undefined
          ? whole
          : { ip: ip(outer.sourceAddress, outer.destinationAddress, 17), inner: whole },
    };
  });
}

function proved(mode: 'full-nat' | 'tunnel', spoil: (frames: CapturedFrame[]) => CapturedFrame[]) {
  const input = inputIn(mode);
  const [service] = input.cluster.services;
  if (service === undefined) throw new Error('no service');
  return prove(input, service, { frames: spoil(framesOf(input, 1_024)), answered: true });
}

describe('a flow that a router carries on to the real', () => {
  test.for(['full-nat', 'tunnel'] as const)('%s: packets as traced are a proof', (mode) => {
    const proof = proved(mode, (frames) => frames);
    expect(proof.hops.flatMap(({ differs }) => differs)).toEqual([]);
    expect(proof.holds).toBe(true);
  });

  test('another address of the director in the outer header is none', () => {
    const proof = proved('tunnel', (frames) =>
      frames.map((frame) =>
        frame.packet?.inner === undefined
          ? frame
          : {
              ...frame,
              packet: { ...frame.packet, ip: ip('198.51.100.12', '198.51.100.101', 17) },
            },
      ),
    );
    expect(proof.holds).toBe(false);
    expect(proof.hops.map(({ differs }) => differs)).toEqual([
      [],
      [],
      ['outer'],
      ['outer'],
      [],
      [],
    ]);
    expect(proofLines(proof).join('\n')).toContain(
      'vxlan 198.51.100.11 > 198.51.100.101 != vxlan 198.51.100.12 > 198.51.100.101',
    );
  });

  test('the same packet in IP in IP is none', () => {
    const proof = proved('tunnel', (frames) =>
      frames.map((frame) =>
        frame.packet?.inner === undefined
          ? frame
          : { ...frame, packet: { ...frame.packet, ip: { ...frame.packet.ip, protocol: 4 } } },
      ),
    );
    expect(proof.holds).toBe(false);
  });

  test('a hop that nobody saw is none', () => {
    const proof = proved('full-nat', (frames) => frames.filter((_, index) => index !== 3));
    expect(proof.holds).toBe(false);
    expect(proof.hops[3]?.differs).toEqual(['packet']);
  });

  test('an outer column stands only where there is a tunnel', () => {
    expect(proofLines(proved('full-nat', (frames) => frames))[0]).not.toContain('OUTER');
    expect(proofLines(proved('tunnel', (frames) => frames))[0]).toContain('OUTER');
  });
});

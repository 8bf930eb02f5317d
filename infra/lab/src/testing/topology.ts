/** A small lab for tests: a router between two networks, a director, a server behind, a client outside; IPv4 and IPv6. */
import { macOf } from '../mac.ts';
import type { LabHost, LabTopology } from '../model.ts';

/** Hosts r1, l4a, w1 (origin on 8080 and DNS), client. */
export function smallTopology(name: string): LabTopology {
  return {
    name,
    networks: [
      { name: 'outside', cidrs: ['192.0.2.0/24', '2001:db8:1::/64'], mtuBytes: 1500 },
      { name: 'inside', cidrs: ['198.51.100.0/26', '2001:db8:2::/64'], mtuBytes: 1600 },
    ],
    hosts: [
      host('r1', 'router', {
        outside: ['192.0.2.1/24', '2001:db8:1::1/64'],
        inside: ['198.51.100.1/26', '2001:db8:2::1/64'],
      }),
      host('l4a', 'l4', { inside: ['198.51.100.11/26'] }, ['198.51.100.1']),
      {
        ...host('w1', 'server', { inside: ['198.51.100.31/26', '2001:db8:2::31/64'] }, [
          '198.51.100.1',
          '2001:db8:2::1',
        ]),
        origin: { ports: [53, 8080] },
      },
      host('client', 'client', { outside: ['192.0.2.9/24', '2001:db8:1::9/64'] }, [
        '192.0.2.1',
        '2001:db8:1::1',
      ]),
    ],
  };
}

function host(
  name: string,
  kind: LabHost['kind'],
  legs: Readonly<Record<string, readonly string[]>>,
  gateways: readonly string[] = [],
): LabHost {
  const interfaces = Object.entries(legs).map(([network, addresses]) => ({
    network,
    addresses,
    mac: macOf(name, network),
  }));
  return { name, kind, interfaces, gateways };
}

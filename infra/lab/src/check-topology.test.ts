import { expect, test } from 'vitest';
import { checkTopology, topologyFaults } from './check-topology.ts';
import type { LabHost, LabTopology } from './model.ts';
import { smallTopology } from './testing/topology.ts';

const good = smallTopology('small');
const [router, , server] = good.hosts as readonly [LabHost, LabHost, LabHost, LabHost];
const [leg] = server.interfaces as readonly [LabHost['interfaces'][number]];
const withServer = (change: Partial<LabHost>): LabTopology => ({
  ...good,
  hosts: [router, { ...server, ...change }],
});
const withLeg = (change: object): LabTopology =>
  withServer({ interfaces: [{ ...leg, ...change }] });

test('a good one has no faults', () => expect(topologyFaults(good)).toEqual([]));

test.for<{ name: string; topology: LabTopology; want: string }>([
  { name: 'lab name', topology: { ...good, name: 'a b' }, want: '"a b" is no name of a lab' },
  { name: 'lab name that climbs', topology: { ...good, name: '../x' }, want: 'no name of a lab' },
  { name: 'host name', topology: withServer({ name: 'w1;id' }), want: '"w1;id" is no name' },
  { name: 'same host', topology: withServer({ name: 'r1' }), want: 'two hosts r1' },
  { name: 'unknown network', topology: withLeg({ network: 'x' }), want: 'no network x' },
  {
    name: 'network called like that of the lab',
    topology: { ...good, networks: [{ name: 'mgmt', cidrs: [], mtuBytes: 1500 }] },
    want: '"mgmt" is no name of a network',
  },
  {
    name: 'MTU',
    topology: { ...good, networks: [{ name: 'n', cidrs: [], mtuBytes: 10 }] },
    want: 'MTU 10',
  },
  {
    name: 'prefix',
    topology: { ...good, networks: [{ name: 'n', cidrs: ['x'], mtuBytes: 1500 }] },
    want: '"x" is no prefix',
  },
  {
    name: 'long device',
    topology: withLeg({ device: 'a-device-too-long' }),
    want: 'a-device-too-long',
  },
  { name: 'no MAC', topology: withLeg({ mac: '02:00' }), want: '"02:00" is no MAC address' },
  {
    name: 'same MAC',
    topology: withLeg({ mac: router.interfaces[0]?.mac }),
    want: 'two interfaces with MAC',
  },
  {
    name: 'no length',
    topology: withLeg({ addresses: ['198.51.100.31'] }),
    want: 'no address/length',
  },
  {
    name: 'outside of its network',
    topology: withLeg({ addresses: ['192.0.2.31/24'] }),
    want: '192.0.2.31/24 is outside',
  },
  {
    name: 'gateway elsewhere',
    topology: withServer({ gateways: ['192.0.2.1'] }),
    want: 'gateway "192.0.2.1"',
  },
  {
    name: 'two legs on one device',
    topology: withServer({ interfaces: [leg, { ...leg, mac: '02:00:00:00:00:01' }] }),
    want: 'two interfaces inside',
  },
  { name: 'port', topology: withServer({ origin: { ports: [70_000] } }), want: '70000 is no port' },
])('$name', ({ topology, want }) => {
  expect(topologyFaults(topology).join('\n')).toContain(want);
});

test('the error names all faults at once', () => {
  const bad = withServer({ name: 'W1', gateways: ['x'] });
  expect(() => checkTopology(bad)).toThrow(
    expect.objectContaining({
      code: 'TRI-L007',
      message: expect.stringMatching(/no name.*gateway/),
    }),
  );
});

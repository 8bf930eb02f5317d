import type { DirectorService, DirectorState } from '@tricade/cluster';
import { expect, test } from 'vitest';
import {
  configFlags,
  modeNumbers,
  replyValue,
  serviceFlags,
  serviceKey,
  wideAddress,
} from './abi.ts';
import { changesOf } from './changes.ts';
import { layoutOf } from './layout.ts';
import { contentsOf } from './maps.ts';
import { refusePortless, repliesOf, servicesByFlow } from './replies.ts';

type Ports = DirectorService['ports'];
const tcp = (port: number): Ports[number] => ({ protocol: 'tcp', port });
const udp = (port: number): Ports[number] => ({ protocol: 'udp', port });

const service = (vip: string, ports: Ports, more: object = {}): DirectorService => ({
  ...{ service: 'web', vip, ports, mode: 'dnat', listen: 'configured' },
  ...{ affinity: 'flow', group: 'web', ...more },
});
const real = (id: number, ...addresses: readonly string[]) => ({
  ...{ id, name: `s${id}`, address: addresses[0] as string, addresses },
});
const of = (...services: readonly DirectorService[]): DirectorState => ({
  ...{ node: 'l4a', self: 0, device: 'edge', addresses: ['198.51.100.11'], legs: [], services },
  groups: [
    {
      ...{ group: 'web', size: 4, hashKey: '00'.repeat(16) },
      reals: [
        real(1, '198.51.100.21', '2001:db8:1::21', '198.51.100.99'),
        real(2, '198.51.100.22'),
      ],
    },
    { group: 'mail', size: 4, hashKey: '00'.repeat(16), reals: [real(3, '198.51.100.23')] },
  ],
});

const [vip, other, vip6] = ['203.0.113.10', '203.0.113.11', '2001:db8:ffff::10'] as const;
const answer = (address: string, { port, protocol }: Ports[number], from?: string) =>
  [
    serviceKey(wideAddress(address), port, protocol).toString('hex'),
    replyValue(from).toString('hex'),
  ] as const;

test('each port of each real answers as its VIP, by the address that requests of the family go to', () => {
  const replies = repliesOf(of(service(vip, [tcp(80), udp(53)]), service(vip6, [tcp(80)])));
  expect([...replies].sort()).toEqual(
    [
      answer('198.51.100.21', tcp(80), vip),
      answer('198.51.100.22', tcp(80), vip),
      answer('198.51.100.21', udp(53), vip),
      answer('198.51.100.22', udp(53), vip),
      answer('2001:db8:1::21', tcp(80), vip6),
    ].sort(),
  );
});

test('other modes have no answers, and translate none', () => {
  const state = of(service(vip, [tcp(80)], { mode: 'dsr' }));
  expect(repliesOf(state).size).toBe(0);
  expect(contentsFor(state).config & configFlags.replies).toBe(0);
});

const tells = (one: Ports, two: Ports, more: object = {}) =>
  repliesOf(of(service(vip, one), service(other, two, more)));
const byFlow = (...services: readonly DirectorService[]) =>
  [...servicesByFlow(of(...services))].map((each) => each.vip);

test('two VIPs on one port of a real are told apart by flow, and another one of its ports by itself', () => {
  const any = [{ protocol: 'any', port: 0 }] as const;
  for (const [one, two] of [
    [[tcp(80)], [tcp(80)]],
    [[tcp(80)], [tcp(0)]],
    [[udp(53)], any],
  ] as const)
    expect(byFlow(service(vip, one), service(other, two))).toEqual([vip, other]);
  const third = service('203.0.113.12', [tcp(25)]);
  expect(byFlow(service(vip, [tcp(80)]), service(other, [tcp(80)]), third)).toEqual([vip, other]);
  expect([...tells([tcp(80)], [tcp(80)])]).toEqual([
    answer('198.51.100.21', tcp(80)),
    answer('198.51.100.22', tcp(80)),
  ]);
});

test('two VIPs are told apart by port, protocol and real', () => {
  expect(tells([tcp(80)], [tcp(443)]).size).toBe(4);
  expect(tells([tcp(53)], [udp(53)]).size).toBe(4);
  expect(tells([tcp(80)], [tcp(80)], { group: 'mail' }).size).toBe(3);
  expect(tells([tcp(80)], [tcp(80)], { mode: 'dsr' }).size, 'another mode').toBe(2);
});

test('the address that was asked of a prefix is told by flow', () => {
  const prefix = service('203.0.113.64/28', [tcp(80)], { listen: 'transparent' });
  expect(byFlow(prefix)).toEqual([prefix.vip]);
  expect([...repliesOf(of(prefix)).values()]).toEqual(['00'.repeat(20), '00'.repeat(20)]);
});

test.each([
  ['full-nat', [service(vip, [{ protocol: 'any', port: 0 }], { mode: 'full-nat' })]],
  ['a prefix', [service('203.0.113.64/28', [{ protocol: 'any', port: 0 }])]],
] as const)('all protocols in %s are refused: some have no ports', (_, services) => {
  expect(() => refusePortless(of(...services))).toThrow(
    /web: xdp tells answers of its flows apart by ports/,
  );
});

test('all protocols are taken where a real’s address tells the VIP', () => {
  expect(() => refusePortless(of(service(vip, [{ protocol: 'any', port: 0 }])))).not.toThrow();
});

function contentsFor(state: DirectorState) {
  const layout = layoutOf(state, { services: new Map(), classes: new Map(), rowsRoom: 64 });
  const arm = { ifindex: 3, mac: '02:00:00:00:00:11', mtuBytes: 1500 };
  const input = { state, live: { tables: {} }, layout };
  const contents = contentsOf(input, { arms: [arm], secret: new Uint8Array(16) });
  const value =
    contents.services.get(serviceKey(wideAddress(vip), 80, 'tcp').toString('hex')) ?? '';
  return {
    contents,
    config: Buffer.from(contents.config, 'hex').readUInt32LE(4),
    service: Buffer.from(value, 'hex'),
  };
}

test('a translated service names no second candidate, and has answers looked for', () => {
  const { config, service: value } = contentsFor(of(service(vip, [tcp(80)])));
  expect(config & configFlags.replies).toBe(configFlags.replies);
  expect([value.readUInt8(32), value.readUInt32LE(28)]).toEqual([modeNumbers['dnat'], 0]);
});

test('full NAT has its own ways back, and says what stands in the client’s place', () => {
  const {
    config,
    contents,
    service: value,
  } = contentsFor(of(service(vip, [tcp(80)], { mode: 'full-nat' })));
  const { replies, returns } = configFlags;
  expect(config & (replies | returns)).toBe(replies | returns);
  expect(contents.replies.size).toBe(0);
  expect([value.readUInt8(32), value.readUInt32LE(28)]).toEqual([modeNumbers['full-nat'], 0]);
  const bytes = Buffer.from(contents.config, 'hex');
  expect(bytes.subarray(200, 204)).toEqual(Buffer.from([198, 51, 100, 11]));
  expect([bytes.readUInt16LE(204), bytes.readUInt16LE(206)]).toEqual([1_024, 31_744]);
});

test('a service whose answers are told by flow says so', () => {
  const { config, service: value } = contentsFor(
    of(service(vip, [tcp(80)]), service(other, [tcp(80)])),
  );
  expect(config & configFlags.returns).toBe(configFlags.returns);
  expect(value.readUInt32LE(28)).toBe(serviceFlags.byFlow);
});

test('what an answer becomes is known before requests come, and until none comes any more', () => {
  const [none, some] = [of(), of(service(vip, [tcp(80)]))];
  const between = (before: DirectorState, after: DirectorState) => {
    const layout = layoutOf(after, { services: new Map(), classes: new Map(), rowsRoom: 64 });
    const [have, want] = [contentsFor(before).contents, contentsFor(after).contents];
    const input = { state: after, live: { tables: {} }, layout, have, want, rows: new Map() };
    return changesOf(input).map((request) => request.split(' ').slice(0, 2).join(' '));
  };
  expect(between(none, some)).toEqual(['put replies', 'put services', 'write director_config']);
  expect(between(some, none)).toEqual(['write director_config', 'drop services', 'drop replies']);
});

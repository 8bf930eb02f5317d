import type { DirectorState } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { flowsIn, memoryRoom, mostDatagrams, parseFlowCounts, portSysctls } from './flows.ts';

type Mode = DirectorState['services'][number]['mode'];
const service = (mode: Mode, group: string): DirectorState['services'][number] => ({
  ...{ service: group, vip: '203.0.113.10', ports: [{ protocol: 'tcp', port: 80 }], mode, group },
  ...{ listen: 'configured', affinity: 'flow' },
});
const group = (name: string, ...ids: readonly number[]): DirectorState['groups'][number] => ({
  ...{ group: name, size: 4, hashKey: '00'.repeat(16) },
  reals: ids.map((id) => {
    const address = `198.51.100.${id}`;
    return { id, name: `s${id}`, address, addresses: [address] };
  }),
});

test.each([
  ['DSR alone', ['dsr'], {}, [1, 1, 1, 1], 0],
  ['nothing said', ['dnat'], {}, [65_536, 65_536, 1, 1], 32_768],
  [
    'as many as the file says',
    ['dsr', 'dnat'],
    { trackedFlows: 100_001 },
    [100_001, 65_536, 1, 1],
    50_000,
  ],
  ['ways back', ['full-nat'], {}, [65_536, 65_536, 65_536, 65_536], 32_768],
] as const)('room: %s', (_, modes, more, room, datagrams) => {
  const state = { services: modes.map((mode) => service(mode, 'web')), groups: [], ...more };
  expect([Object.values(memoryRoom(state)), mostDatagrams(state)]).toEqual([room, datagrams]);
});

test('ports of full NAT are kept from the kernel’s own connections', () => {
  const state = { node: 'l4a', self: 0, device: 'edge', addresses: [], legs: [], groups: [] };
  expect(portSysctls({ ...state, services: [service('full-nat', 'web')] })).toEqual({
    'net.ipv4.ip_local_reserved_ports': '1024-32767',
  });
  expect(portSysctls({ ...state, services: [service('dnat', 'web')] })).toEqual({});
});

const pairs = (...words: readonly number[]) =>
  Buffer.from(Uint32Array.from(words).buffer).toString('base64');

test.each([
  ['nothing was counted yet', '-1', undefined],
  ['nobody has flows', '12', []],
  [
    'two reals',
    `2000 ${pairs(1, 7, 32_767, 70_000)}`,
    [
      [1, 7],
      [32_767, 70_000],
    ],
  ],
] as const)('the helper’s answer: %s', (_, words, want) => {
  const counts = parseFlowCounts(words);
  expect(counts && [...counts]).toEqual(want);
});

test.each(['', 'soon', '5 AAAA'])('what is no answer: %j', (words) => {
  expect(() => parseFlowCounts(words)).toThrow(/counts flows as/);
});

test('members of groups whose flows are remembered, those without flows too; a number of nobody is nobody’s', () => {
  const state = {
    services: [service('dsr', 'l7'), service('dnat', 'web')],
    groups: [group('l7', 1), group('web', 2, 3)],
  };
  expect(
    flowsIn(
      new Map([
        [2, 5],
        [9, 4],
      ]),
      state,
    ),
  ).toEqual({ 'web/s2': 5, 'web/s3': 0 });
});

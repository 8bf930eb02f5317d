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

test('a director that translates has its kernel forward, at boot, too', () => {
  const blob = { sha256: '00'.repeat(32), bytes: 1 };
  const legs = [{ device: 'edge', addresses: ['198.51.100.11'] }];
  const { sysctls, files, packages } = directorBundle({
    ...{ ...of('dnat'), legs, bpf: { helper: blob, object: blob } },
  });
  expect(sysctls).toEqual({
    'net.ipv4.conf.all.send_redirects': '0',
    'net.ipv4.conf.edge.forwarding': '1',
    'net.ipv4.conf.edge.send_redirects': '0',
    'net.ipv4.conf.edge.rp_filter': '2',
    'net.ipv4.conf.edge.accept_local': '1',
  });
  expect(packages).toContain('procps');
  const unit = files.find(({ path }) => path.endsWith('/tricade-director.service'))?.content;
  expect(unit).toMatchObject({
    text: expect.stringContaining(
      "sysctl -q -p /etc/sysctl.d/60-tricade-director.conf || :'\nExecStart=",
    ),
  });
});

test('the program sits at every device, up to as many as it has room for', () => {
  const bpf = { helper: { sha256: 'aa', bytes: 1 }, object: { sha256: 'bb'.repeat(32), bytes: 1 } };
  const [service] = of('dnat').services as [DirectorState['services'][number]];
  const dsr: DirectorState = { ...of('dnat'), services: [{ ...service, mode: 'dsr' }], bpf };
  const armed = (count: number) =>
    directorBundle({
      ...dsr,
      arms: Array.from({ length: count }, (_, at) => ({ device: `back${at}`, reals: [at + 1] })),
    });
  const config = armed(1).files.find(({ path }) => path.endsWith('bpf.conf'));
  expect(config?.content).toMatchObject({
    text: expect.stringContaining('attach director edge native\nattach director back0 native\n'),
  });
  expect(() => armed(4)).toThrow(/5 devices, and 4 are the most/);
});

test('there is room for the answers of two generations', () => {
  expect(capacities(of('dnat'))['replies']).toBe(16_384);
  expect(capacities(of('dnat', 9_000))['replies']).toBe(32_768);
});

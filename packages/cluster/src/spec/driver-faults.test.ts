import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Capabilities, Catalog } from '../driver.ts';
import { readSpec } from './read-spec.ts';

const base = readFileSync(new URL('./testdata/base.yaml', import.meta.url), 'utf8');

const able: Capabilities = {
  modes: ['dnat', 'full-nat', 'dsr', 'tunnel', 'reverse-proxy', 'transparent-proxy'],
  protocols: ['tcp', 'udp', 'any'],
  ipv6: true,
  transparentListening: true,
  weights: true,
  drain: true,
  hitlessReload: true,
  resilientEcmp: true,
  tls: true,
};

describe('what drivers can do', () => {
  const driverOf: Readonly<Record<string, string>> = {
    proxy: 'haproxy',
    router: 'bird',
    receiver: 'linux',
  };
  const catalog = (role: string, lacks: Partial<Capabilities>): Catalog => ({
    router: { bird: able },
    director: { nft: able },
    proxy: { haproxy: able },
    [role]: {
      [driverOf[role] ?? 'nft']: { ...able, ...lacks },
      ...(role === 'director' ? { xdp: able } : {}),
    },
  });

  test.for([
    [
      'a mode',
      'director',
      { modes: ['dnat'] },
      ['', ''],
      ['32:3 TRI-C038 director driver nft cannot forward in mode dsr (asked by 2 services)'],
    ],
    [
      'a protocol',
      'director',
      { protocols: ['tcp'] },
      ['', ''],
      ['38:13 TRI-C038 director driver nft cannot balance udp'],
    ],
    [
      'layer 3',
      'director',
      { protocols: ['tcp', 'udp'] },
      ['[53/udp, 53/tcp]', 'all'],
      ['38:12 TRI-C038 director driver nft cannot balance every IP protocol (layer 3)'],
    ],
    [
      'IPv6',
      'proxy',
      { ipv6: false },
      ['vip: 203.0.113.10', 'vip: 2001:db8:f::1'],
      ['33:10 TRI-C038 proxy driver haproxy cannot carry IPv6'],
    ],
    [
      'TLS',
      'proxy',
      { tls: false },
      ['l7: { pool: web }', 'l7: { pool: web, tls: { certificate: a.pem } }'],
      ['35:27 TRI-C038 proxy driver haproxy cannot end TLS'],
    ],
    [
      'TCP, with the reason',
      'proxy',
      { proxies: ['http'], refuses: { tcp: 'it has no Lua for it' } },
      ['l7: { pool: web }', 'l7: { pool: web, protocol: tcp }'],
      ['35:32 TRI-C038 proxy driver haproxy cannot proxy TCP: it has no Lua for it'],
    ],
    [
      'VIPless',
      'proxy',
      { transparentListening: false },
      ['vip: 203.0.113.10', 'vip: 203.0.113.10\n    listen: transparent'],
      ['34:13 TRI-C038 proxy driver haproxy cannot listen transparently (VIPless)'],
    ],
    [
      'a scheduler of one service, which rows stand for',
      'director',
      { tableRows: 4096 },
      ['l4: { pool: dns }', 'l4: { pool: dns, scheduler: wlc }'],
      [
        '39:33 TRI-C038 director driver nft cannot pick reals by wlc: the rows of its forwarding table do, by weight',
      ],
    ],
    [
      'a scheduler of all services',
      'director',
      { schedulers: ['mh'] },
      ['announce: { via: bgp }', 'scheduler: sh'],
      ['13:14 TRI-C038 director driver nft cannot pick reals by sh'],
    ],
    [
      'packets one by one',
      'director',
      {},
      ['l4: { pool: dns }', 'l4: { pool: dns, onePacket: true }'],
      ['39:33 TRI-C038 director driver nft cannot schedule single packets'],
    ],
    [
      'a mode, with the reason',
      'director',
      { modes: ['dnat'], refuses: { dsr: 'the switch forgets MACs' } },
      ['l7: { pool: web }', 'l4: { mode: dnat }\n    l7: { pool: web }'],
      ['40:5 TRI-C038 director driver nft cannot forward in mode dsr: the switch forgets MACs'],
    ],
    [
      'what managed reals receive',
      'receiver',
      { modes: ['dnat'] },
      ['d1: { address: 198.51.100.41, managed: true }', 'd1: 198.51.100.41'],
      ['32:3 TRI-C038 receiver driver linux cannot take packets of mode dsr'],
    ],
    [
      'a tunnel that managed reals cannot take off',
      'receiver',
      { tunnelsFrom: ['xdp'] },
      ['l4: { pool: dns }', 'l4: { pool: dns, mode: tunnel }'],
      ['39:28 TRI-C038 receiver driver linux cannot take tunnels of nft directors off'],
    ],
    [
      'a deny list',
      'director',
      { refusesGuard: 'its kernel forwards whatever it has a service for' },
      ['announce: { via: bgp }', 'deny: 192.0.2.7'],
      [
        '13:9 TRI-C038 director driver nft cannot deny sources: its kernel forwards whatever it has a service for',
      ],
    ],
    [
      'samples of packets',
      'director',
      { samplesPackets: false },
      ['announce: { via: bgp }', 'sample: 1024'],
      ['13:11 TRI-C038 director driver nft cannot tell of single packets'],
    ],
    ['nothing that is missing', 'director', { ipv6: false }, ['', ''], []],
  ] as const)('%s', ([, role, lacks, [from, to], want]) => {
    const { findings } = readSpec(
      base.replace(from, () => to),
      'c.yaml',
      catalog(role, lacks as Partial<Capabilities>),
    );
    expect(
      findings.map(({ span, code, message }) => `${span?.line}:${span?.column} ${code} ${message}`),
    ).toEqual(want);
  });

  test('names drivers that can', () => {
    const { findings } = readSpec(base, 'c.yaml', catalog('director', { protocols: ['tcp'] }));
    expect(findings[0]?.fix).toBe('take driver xdp');
  });

  test('names modes that the driver can, where no driver can do the one asked for', () => {
    const { findings } = readSpec(base, 'c.yaml', {
      ...catalog('router', {}),
      director: { nft: { ...able, modes: ['dnat', 'tunnel'] } },
    });
    expect(findings.map(({ fix }) => fix)).toEqual(['take mode dnat or tunnel']);
  });

  test('schedulers of the kernel: mh with ipvs, else as the file says, the service before the tier', () => {
    const schedulers = (driver: string, tier: string, own: string) =>
      readSpec(
        base
          .replace('driver: nft', () => `driver: ${driver}${tier}`)
          .replace('l4: { pool: dns }', () => `l4: { pool: dns${own} }`),
        'c.yaml',
      ).cluster?.services.map(({ l4 }) => l4.scheduler);
    expect(schedulers('nft', '', '')).toEqual([undefined, undefined]);
    expect(schedulers('ipvs', '', '')).toEqual(['mh', 'mh']);
    expect(schedulers('ipvs', '\n  scheduler: wrr', ', scheduler: sh')).toEqual(['wrr', 'sh']);
  });

  test('ways to announce that the speaker does not have, and a store that nobody sets up', () => {
    const text = base
      .replace('via: bgp', 'via: vrrp')
      .replace('redis: managed', 'redis: { url: "redis://192.0.2.9" }');
    const bgp = { ...able, announces: ['bgp'] } as const;
    const { findings } = readSpec(text, 'c.yaml', {
      ...catalog('router', {}),
      speaker: { bird: bgp },
    });
    expect(
      findings.map(({ span, code, message, fix }) => [span?.line, code, message, fix]),
    ).toMatchObject(
      [
        [13, 'TRI-C038', 'speaker driver bird cannot announce VIPs via vrrp', 'take via bgp'],
        [43, 'TRI-C053', 'a store of your own is not part of this program yet', /managed/],
      ].map((row) =>
        row.map((cell) => (cell instanceof RegExp ? expect.stringMatching(cell) : cell)),
      ),
    );
  });

  test('a driver that is not there, once', () => {
    const { findings } = readSpec(base, 'c.yaml', {
      ...catalog('router', {}),
      director: { xdp: able },
    });
    expect(
      findings.map(({ span, code, message, fix }) => [span?.line, code, message, fix]),
    ).toEqual([[12, 'TRI-C039', 'director driver nft is not part of this program', 'take xdp']]);
  });
});

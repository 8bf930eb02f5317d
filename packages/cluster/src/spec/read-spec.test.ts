import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capabilities, Catalog } from '../driver.ts';
import { defaults } from './defaults.ts';
import { intentDigestText } from './intent-digest-text.ts';
import { readSpec, validateSpec } from './read-spec.ts';
import { specSchema } from './schema.ts';
import { yamlText } from './yaml-text.ts';

const examples = new URL('../../../../examples/', import.meta.url);
const names = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
const example = (name: string) => readFileSync(new URL(name, examples), 'utf8');
const base = readFileSync(new URL('./testdata/base.yaml', import.meta.url), 'utf8');

function clusterOf(text: string) {
  const { cluster, findings } = readSpec(text, 'c.yaml');
  if (!cluster) throw new Error(findings.map(({ message }) => message).join('; '));
  return cluster;
}

describe('examples', () => {
  test.for(names)('%s has no fault and no warning', (name) => {
    const { cluster, findings } = validateSpec(example(name), name);
    expect(findings).toEqual([]);
    expect(cluster?.name).toBe(name.slice(0, -5));
    expect(example(name).split('\n').length).toBeLessThan(60);
  });

  test('one for each mode, and one VIPless', () => {
    const clusters = names.map((name) => clusterOf(example(name)));
    const services = clusters.flatMap((cluster) => cluster.services);
    expect(new Set(services.map(({ l4 }) => l4.mode))).toEqual(
      new Set(['dnat', 'full-nat', 'dsr', 'tunnel']),
    );
    expect(new Set(services.flatMap(({ l7 }) => l7?.mode ?? []))).toEqual(
      new Set(['reverse-proxy', 'transparent-proxy']),
    );
    expect(services.some(({ listen }) => listen === 'transparent')).toBe(true);
  });
});

describe('defaults', () => {
  const cluster = clusterOf(base);

  test('of tiers', () => {
    expect(cluster.routers).toEqual({
      driver: 'bird',
      asn: 64512,
      ecmp: { hash: 'l4', maxPaths: 16, resilient: false },
    });
    expect(cluster.l4).toEqual({
      driver: 'nft',
      asn: 64513,
      trackedFlows: 1_048_576,
      announce: { via: 'bgp', bfd: { intervalMs: 300, multiplier: 3 }, holdTimeMs: 9000 },
    });
    expect(cluster.l7).toEqual({ driver: 'haproxy' });
    expect(cluster.ssh).toEqual({
      user: 'root',
      key: 'file:~/.ssh/id_ed25519',
      knownHosts: './known_hosts',
    });
    expect(cluster.rollout).toEqual({
      canary: 1,
      maxUnavailable: 1,
      drainMs: 180_000,
      gates: { errorRate: 0.01, waitMs: 10_000 },
    });
    expect(cluster.monitor.floor).toBe(0.5);
  });

  test('of checks', () => {
    expect(cluster.pools[0]?.check).toEqual({
      kind: 'http',
      target: '/healthz',
      statuses: [[200, 399]],
      intervalMs: 2000,
      fastIntervalMs: 500,
      downIntervalMs: 4000,
      timeoutMs: 1000,
      rise: 2,
      fall: 3,
    });
  });

  test('bfd: off leaves the hold time', () => {
    expect(clusterOf(base.replace('via: bgp', 'via: bgp, bfd: off')).l4.announce).toEqual({
      via: 'bgp',
      holdTimeMs: 9000,
    });
  });

  test.for([
    ['the port of the service that feeds the pool', base, 'd1', 53],
    ['its own port', base, 'w1', 8080],
    ['80', base.replace('w1: 198.51.100.101:8080', 'w1: 198.51.100.101'), 'w1', 80],
    [
      'the port of the pool',
      base.replace(
        '    servers:\n      w1: 198.51.100.101:8080',
        '    port: 81\n    servers:\n      w1: 198.51.100.101',
      ),
      'w1',
      81,
    ],
  ] as const)('server port: %s', ([, text, name, want]) => {
    const servers = clusterOf(text).pools.flatMap((pool) => pool.servers);
    expect(servers.find((server) => server.name === name)?.port).toBe(want);
  });

  test('every one is described', () => {
    for (const { why } of Object.values(defaults)) expect(why.length).toBeGreaterThan(3);
  });
});

describe('nodes', () => {
  test('servers become nodes with a leg, unmanaged unless said', () => {
    const servers = clusterOf(base).nodes.filter(({ tier }) => tier === 'servers');
    expect(servers).toEqual([
      {
        name: 'w1',
        tier: 'servers',
        legs: [{ network: 'inside', addresses: ['198.51.100.101'], device: 'inside' }],
        management: { address: '198.51.100.101', port: 22 },
        managed: false,
      },
      {
        name: 'w2',
        tier: 'servers',
        legs: [{ network: 'inside', addresses: ['198.51.100.102'], device: 'inside' }],
        management: { address: '198.51.100.102', port: 22 },
        managed: false,
      },
      {
        name: 'd1',
        tier: 'servers',
        legs: [{ network: 'edge', addresses: ['198.51.100.41'], device: 'edge' }],
        management: { address: '198.51.100.41', port: 22 },
        managed: true,
      },
    ]);
  });

  test('legs with a device, two families, management with a jump host', () => {
    const text = base.replace(
      '    p1: { edge: 198.51.100.21, inside: 198.51.100.81 }',
      '    p1: { edge: { address: [198.51.100.21, "2001:DB8:1::21"], device: bond0.7 }, inside: 198.51.100.81, management: { address: 192.0.2.21, port: 2222, jump: admin@192.0.2.9 } }',
    );
    expect(clusterOf(text).nodes.find(({ name }) => name === 'p1')).toEqual({
      name: 'p1',
      tier: 'l7',
      legs: [
        { network: 'edge', addresses: ['198.51.100.21', '2001:db8:1::21'], device: 'bond0.7' },
        { network: 'inside', addresses: ['198.51.100.81'], device: 'inside' },
      ],
      management: { address: '192.0.2.21', port: 2222, jump: 'admin@192.0.2.9' },
      managed: true,
    });
  });

  test('in the order of tiers, then of the file', () => {
    expect(
      clusterOf(base)
        .nodes.map(({ name }) => name)
        .join(),
    ).toBe('r1,l4a,l4b,p1,p2,m1,w1,w2,d1');
  });
});

describe('Redis', () => {
  test.for([
    'redis://192.0.2.9:6379',
    'rediss://redis.example.net/0',
    'redis://tricade@192.0.2.9:6379',
    'redis://[2001:db8::9]:6379',
    'redis+sentinel://192.0.2.1:26379,192.0.2.2:26379/mymaster',
    'rediss+cluster://192.0.2.1:6379,192.0.2.2:6379',
  ])('%s', (url) => {
    expect(clusterOf(base.replace('redis: managed', `redis: "${url}"`)).state).toEqual({
      redis: { url },
    });
  });

  test.for([
    'redis://',
    'redis://h:0',
    'redis+sentinel://192.0.2.1',
    'http://192.0.2.9',
    'redis://h h',
    'redis://h/x',
    'redis://h\\n',
  ])('not %s', (url) => {
    const { findings } = readSpec(base.replace('redis: managed', `redis: "${url}"`), 'c.yaml');
    expect(findings.map(({ code }) => code)).toEqual([
      url.includes('\\n') ? 'TRI-C003' : 'TRI-C040',
    ]);
  });

  test('with its password as a reference', () => {
    const text = base.replace(
      'redis: managed',
      'redis: { url: "redis://192.0.2.9", password: env:REDIS }',
    );
    expect(clusterOf(text).state).toEqual({
      redis: { url: 'redis://192.0.2.9', password: 'env:REDIS' },
    });
  });
});

describe('schema', () => {
  const ajv = new Ajv({ allowUnionTypes: true });
  ajv.addVocabulary(['expects']);

  test('is draft-07 and takes the examples', () => {
    expect(ajv.validateSchema({ ...specSchema })).toBe(true);
    expect(String(specSchema.$schema)).toContain('draft-07');
  });

  test('describes every key', () => {
    const lacking: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      const { properties, additionalProperties, description } = schema as Record<string, never>;
      if (path !== '' && !description) lacking.push(path);
      for (const [key, child] of Object.entries(properties ?? {})) walk(child, `${path}.${key}`);
      if (typeof additionalProperties === 'object') walk(additionalProperties, `${path}.*`);
    };
    walk(specSchema, '');
    expect(lacking).toEqual([]);
  });

  test('is plain JSON', () => expect(JSON.parse(JSON.stringify(specSchema))).toEqual(specSchema));
});

describe('where a value comes from', () => {
  const { effective } = readSpec(base, 'c.yaml');
  const values = effective();

  test.for([
    ['routers.driver', { value: 'bird', from: { file: 'c.yaml', line: 8 } }],
    ['services.dns.ports.1', { value: '53/tcp', from: { file: 'c.yaml', line: 38 } }],
    ['pools.web.check.http', { value: '/healthz', from: { file: 'c.yaml', line: 23 } }],
    ['pools.web.check.every', { value: '2s', from: 'default', why: 'HAProxy’s interval' }],
    [
      'services.shop.l7.mode',
      { value: 'reverse-proxy', from: 'default', why: 'asks nothing of the network' },
    ],
    ['services.dns.l7.mode', undefined],
    [
      'pools.web.servers.w1.weight',
      { value: 100, from: 'default', why: '10 % of it is still a whole number' },
    ],
  ] as const)('%s', ([key, want]) => expect(values.get(key)).toEqual(want));

  test('a secret that stands in the file is not repeated', () => {
    const text = `${base}ssh: { key: hunter2 }\n`;
    expect(JSON.stringify([...readSpec(text, 'c.yaml').effective()])).not.toContain('hunter2');
  });
});

describe('the text behind the digest', () => {
  test('does not depend on comments, lines, order of keys or defaults that are written out', () => {
    const moved = base
      .replace('version: 1\n', '# a comment\n\nversion: 1\n')
      .replace(
        'ports: [80]\n    l7: { pool: web }',
        'l7: { mode: reverse-proxy, pool: web }\n    ports: 80/tcp',
      );
    expect(intentDigestText(clusterOf(moved))).toBe(intentDigestText(clusterOf(base)));
  });

  test('changes with every value', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          ['80]', '81]'],
          ['agree: 1', 'floor: 40%'],
          ['web }', 'web, stickiness: source }'],
          ['r1:', 'r2:'],
        ),
        ([from, to]) => {
          expect(intentDigestText(clusterOf(base.replace(from as string, to as string)))).not.toBe(
            intentDigestText(clusterOf(base)),
          );
        },
      ),
    );
  });

  test('is JSON with sorted keys', () => {
    const text = intentDigestText(clusterOf(base));
    const keys = Object.keys(JSON.parse(text) as object);
    expect(keys).toEqual([...keys].sort());
    expect(text).not.toMatch(/"source":|: /);
  });
});

test('YAML for people reads back as it was', () => {
  const value = { a: '1', b: 'yes', c: [null, true, 1.5], d: { e: 'x: y # z' } };
  expect(yamlText(value)).toContain('a: "1"');
});

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

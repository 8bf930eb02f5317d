import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxConnections, proxyTimeouts } from '../roles.ts';
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
    expect(cluster.l7).toEqual({ driver: 'haproxy', maxConnections, timeouts: proxyTimeouts });
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

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readSpec } from './read-spec.ts';
import { yamlText } from './yaml-text.ts';

/** A file in which every field is set. */
const full = `
version: 1
cluster: full
networks: { edge: { cidr: 198.51.100.0/24, mtu: 1500 }, out: { cidr: 192.0.2.0/24 } }
routers: { driver: bird, asn: 64512, ecmp: { hash: l4, maxPaths: 16, resilient: false }, nodes: { r1: { edge: { address: 198.51.100.1, device: eth0 }, out: 192.0.2.1, management: { address: 192.0.2.1, port: 22, jump: a@192.0.2.9 } } } }
l4: { driver: nft, asn: 64513, announce: { via: bgp, bfd: 50ms x 3, holdTime: 9s }, nodes: { l4a: { edge: 198.51.100.11 } } }
l7: { driver: haproxy, nodes: { p1: { edge: [198.51.100.21] } } }
pools: { web: { balance: source, port: 80, check: { http: /a, host: h, status: [200], port: 80, every: 2s, fastEvery: 1s, downEvery: 3s, timeout: 1s, rise: 2, fall: 3 }, servers: { w1: 198.51.100.41:80, w2: { address: 198.51.100.42, port: 80, weight: 1, managed: true, device: eth1 } } }, dns: { check: { dns: example.net }, servers: { d1: 198.51.100.43 } } }
services: { web: { vip: 203.0.113.1, ports: [80], listen: configured, affinity: flow, l4: { mode: dsr }, l7: { mode: reverse-proxy, pool: web, protocol: http, stickiness: { cookie: SRV }, tls: { certificate: a.pem } } }, dns: { vip: [203.0.113.2], ports: 53/udp, l4: { pool: dns } } }
monitor: { nodes: { m1: { edge: 198.51.100.31 } }, agree: 1, floor: 50%, check: { every: 1s } }
state: { redis: { url: "redis://192.0.2.9", password: env:X } }
ssh: { user: root, key: file:k, knownHosts: ./k }
rollout: { canary: 1, maxUnavailable: 1, drain: 1s, gates: { errorRate: 1%, wait: 1s } }
`;

/** What would end a line, a string, a block or a command in some generated file, on some terminal, in some shell. */
const hostile = [
  'x\ny',
  'x\r\ny',
  'x\u0000y',
  'x\u0085y',
  'x\u2028y',
  'x\u001b[31my',
  'x\u202ey',
  'x; reload',
  'x } }',
  'x" y "',
  "x' y '",
  'x\\',
  '$(reboot)',
  '`reboot`',
  '| sh',
  '-oProxyCommand=sh',
  '../../etc/passwd',
  '{{x}}',
  '%s%n',
  '/"x',
  '/x y',
  '/x;y',
  "/x'y",
  '/x#y',
  '__proto__',
  'constructor',
  '',
  ' ',
  '\u00e9',
  '\ud800',
  'x'.repeat(100_000),
  -1,
  1e308,
  Number.NaN,
  true,
  null,
  [],
  {},
  [[[]]],
];

/** Where such text may stand: paths and references, which are read by the program itself and never copied into a generated file. */
const free =
  /^(ssh\.key|ssh\.knownHosts|services\.web\.l7\.tls\.certificate|state\.redis\.password)$/;
const safe = /^[\w./:@,%+~&=?[\] -]*$/;

function* fields(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) yield path;
  else for (const [key, child] of Object.entries(value)) yield* fields(child, [...path, key]);
}

function replaced(path: readonly string[], by: unknown): unknown {
  const root = parse(full) as Record<string, unknown>;
  let at = root;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1) ?? ''] = by;
  return root;
}

test('the full file is fine but for what has no effect yet, and sets every field of the schema that examples set', () => {
  const { cluster, findings } = readSpec(full, 'c.yaml');
  expect(cluster).toBeDefined();
  expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning TRI-C050']);
  const base = parse(
    readFileSync(new URL('./testdata/base.yaml', import.meta.url), 'utf8'),
  ) as object;
  expect(Object.keys(parse(full) as object)).toEqual(expect.arrayContaining(Object.keys(base)));
});

test('hostile values in every field are refused, or hold nothing that could end a line or a word', {
  timeout: 60_000,
}, () => {
  let count = 0;
  const paths = [...fields(parse(full))];
  for (const path of paths) {
    for (const value of hostile) {
      const { cluster, findings, effective } = readSpec(yamlText(replaced(path, value)), 'c.yaml');
      count++;
      if (!cluster) {
        expect(findings.length).toBeGreaterThan(0);
        continue;
      }
      const kept = effective().get(path.join('.'))?.value;
      const isSafe = typeof kept !== 'string' || safe.test(kept) || free.test(path.join('.'));
      expect([path.join('.'), kept, isSafe]).toEqual([path.join('.'), kept, true]);
    }
  }
  expect(count).toBe(paths.length * hostile.length);
});

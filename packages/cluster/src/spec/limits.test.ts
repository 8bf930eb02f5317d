import { describe, expect, test } from 'vitest';
import { readSpec, validateSpec } from './read-spec.ts';

/** Least processor time of some runs: what the code costs, not what else the machine does. */
function leastCpuMs(run: () => unknown, rounds = 5): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

const bomb = `a: &a [${'x,'.repeat(9)}x]\n${[...'bcdefghijk'].map((name, at) => `${name}: &${name} [${`*${'abcdefghij'[at]},`.repeat(9)}*a]\n`).join('')}`;

const hostile = [
  ['a file beyond 8 MB', 'x: '.padEnd(8_000_001, 'y'), 'TRI-C001'],
  ['a file beyond 8 MB in bytes', `# ${'é'.repeat(4_000_000)}`, 'TRI-C001'],
  ['an alias bomb', bomb, 'TRI-C009'],
  ['brackets without end', `a: ${'['.repeat(1_000_000)}`, 'TRI-C006'],
  ['braces without end', `a: ${'{a: '.repeat(500_000)}`, 'TRI-C006'],
  ['lists in lists on one line', `${'- '.repeat(500_000)}x`, 'TRI-C006'],
  ['question marks', `${'? '.repeat(500_000)}x`, 'TRI-C006'],
  [
    'ever deeper lines',
    Array.from({ length: 2000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    'TRI-C006',
  ],
  ['control characters', '\u0000'.repeat(1_000_000), 'TRI-C003'],
  ['tabs', '\ta:\n'.repeat(500_000), 'TRI-C004'],
  ['bytes that are not UTF-8', '\ufffd'.repeat(1_000_000), 'TRI-C002'],
] as const;

describe('limits', () => {
  test.for(hostile)('%s: refused within 100 ms', ([, text, code]) => {
    const { findings, cluster } = readSpec(text, 'c.yaml');
    expect(cluster).toBeUndefined();
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(findings.length).toBeLessThanOrEqual(101);
    expect(leastCpuMs(() => readSpec(text, 'c.yaml'))).toBeLessThan(100);
  });

  test('faults beyond 100 are counted', () => {
    const services = Array.from({ length: 250 }, (_, at) => `  s${at}: { vipp: 1 }\n`).join('');
    const { findings } = readSpec(`version: 1\ncluster: a\nservices:\n${services}`, 'c.yaml');
    expect(findings).toHaveLength(101);
    expect(findings.at(-1)?.code).toBe('TRI-C099');
    expect(findings.at(-1)?.message).toMatch(/: \d{3,}$/);
  });
});

/** `count` services on `count` pools of two servers, all in one network. */
function largeFile(count: number): string {
  const rows = [...Array(count).keys()];
  const address = (at: number) => `2001:db8:1::${(at + 16).toString(16)}`;
  return [
    'version: 1\ncluster: large\nnetworks: { edge: { cidr: 2001:db8:1::/64 }, out: { cidr: 2001:db8:2::/64 } }\n',
    'routers: { nodes: { r1: { edge: "2001:db8:1::1", out: "2001:db8:2::1" } } }\n',
    'l4: { nodes: { l4a: { edge: "2001:db8:1::2" } } }\nl7: { nodes: { p1: { edge: "2001:db8:1::3" } } }\n',
    'monitor: { nodes: { m1: { edge: "2001:db8:1::4" } } }\nservices:\n',
    ...rows.map(
      (at) =>
        `  s${at}:\n    vip: 2001:db8:f::${at.toString(16)}\n    ports: [80, 443]\n    l4: { mode: dsr }\n    l7: { mode: reverse-proxy, pool: p${at}, stickiness: { cookie: SRV } }\n`,
    ),
    'pools:\n',
    ...rows.map(
      (at) =>
        `  p${at}:\n    check: { http: /healthz, every: 1s, timeout: 500ms }\n    servers: { a${at}: "[${address(2 * at)}]:8080", b${at}: "[${address(2 * at + 1)}]:8080" }\n`,
    ),
  ].join('');
}

describe('10,000 services', () => {
  const text = largeFile(10_000);

  test('become a cluster, well under 1.5 s', { timeout: 30_000 }, () => {
    const { cluster, findings } = validateSpec(text, 'c.yaml');
    expect(findings).toEqual([]);
    expect(cluster?.services).toHaveLength(10_000);
    expect(cluster?.nodes).toHaveLength(20_004);
    expect(leastCpuMs(() => validateSpec(text, 'c.yaml'), 2)).toBeLessThan(1500);
  });

  test('one fault among them has its place', { timeout: 30_000 }, () => {
    const faulty = text.replace('pool: p9999', 'pool: q9999');
    const { findings } = validateSpec(faulty, 'c.yaml');
    expect(findings.map(({ code, span }) => `${code} ${span?.line}`)).toEqual(['TRI-C020 50008']);
  });
});

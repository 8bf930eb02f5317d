import { describe, expect, test } from 'vitest';
import { formatFinding } from './format-finding.ts';
import { readSpec } from './read-spec.ts';

const lines = (text: string, code?: string) => {
  const { findings } = readSpec(text, 'cluster.yaml');
  return findings
    .filter((finding) => code === undefined || finding.code === code)
    .map((finding) => formatFinding(finding, text, findings).join('\n'));
};

const file = (rest: string) => `version: 1
cluster: shop
networks: { edge: { cidr: 198.51.100.0/24 } }
l4: { announce: { via: static }, nodes: { l4a: { edge: 198.51.100.11 } } }
l7: { nodes: { p1: { edge: 198.51.100.21 } } }
monitor: { nodes: { m1: { edge: 198.51.100.31 } } }
services:
  shop:
    vip: 198.51.100.100
    ports: [80]
    l7: { pool: web }
${rest}`;

describe('a finding as people see it', () => {
  test('a pool without check: place, line, marker, effect, fix, next command', () => {
    expect(
      lines(file('pools:\n  web:\n    servers: { w1: 198.51.100.41, w2: 198.51.100.42 }\n')),
    ).toEqual([
      `cluster.yaml:13:3  TRI-C012  warning: pool "web" is used by service "shop" but has no health check
   13 |   web:
      |   ^^^
   Effect: a dead server would keep 1/2 of the requests until drained by hand.
   Fix: add \`check: { http: /health }\` at 13, or \`check: none\` to accept it.     tricade explain TRI-C012`,
    ]);
  });

  test('where the other one stands is behind the marker', () => {
    const text = file('pools: { web: { check: tcp, servers: { w1: 198.51.100.41 } } }\n');
    const twice = text.replace(
      'l7: { pool: web }\n',
      'l7: { pool: web }\n  shop2:\n    vip: 198.51.100.100\n    ports: 80\n    l7: { pool: web }\n',
    );
    expect(lines(twice)).toEqual([
      `cluster.yaml:13:10  TRI-C030  error: 198.51.100.100:80/tcp is claimed by "shop" and "shop2"
   13 |     vip: 198.51.100.100
      |          ^^^^^^^^^^^^^^ first at 9:10
   Effect: It would be left to chance which of the two gets them.
   Fix: give one of them another VIP or port     tricade explain TRI-C030`,
    ]);
  });

  test('secrets are blotted out, in other findings of the line as well', () => {
    const text = file(
      'pools: { web: { check: tcp, servers: { w1: 198.51.100.41 } } }\nssh: { key: hunter2, usr: root }\n',
    );
    const all = lines(text);
    expect(all).toHaveLength(2);
    expect(all.join('\n')).not.toContain('hunter2');
    expect(all[1]).toContain(
      '   13 | ssh: { key: *******, usr: root }\n      |                      ^^^',
    );
  });

  test('a private key never shows', () => {
    const text = file('ssh:\n  key: |\n    -----BEGIN OPENSSH PRIVATE KEY-----\n    c2VjcmV0\n');
    const all = lines(text).join('\n');
    expect(all).toContain('TRI-C021');
    expect(all).not.toMatch(/BEGIN|c2VjcmV0/);
  });

  test('of a long line the part around the marker', () => {
    const text = `${'# '.repeat(10)}\na: { ${'b: 1, '.repeat(100)}c: [ }\n`;
    const [first = ''] = lines(text);
    const [, source = '', marker = ''] = first.split('\n');
    expect(source.length).toBeLessThan(120);
    expect(source).toContain('...');
    expect(source[marker.indexOf('^')]).toBe('}');
  });

  test('control characters do not reach the terminal', () => {
    expect(lines('version: 1\ncluster: "a\u001b[31m"\n').join('')).not.toContain('\u001b');
    expect(lines(`version: 1\n"\\e[31m": 1\n`).join('')).not.toContain('\u001b');
  });

  test('without a place there is no excerpt', () => {
    const finding = {
      code: 'TRI-T001',
      severity: 'error',
      message: 'm',
      effect: 'e',
      fix: 'f',
    } as const;
    expect(formatFinding(finding, '')).toEqual([
      'TRI-T001  error: m',
      '   Effect: e',
      '   Fix: f     tricade explain TRI-T001',
    ]);
  });
});

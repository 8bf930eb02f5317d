import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Capabilities } from './driver.ts';
import { readSpec, validateSpec } from './spec/read-spec.ts';
import { topologyCodes } from './topology/topology-codes.ts';
import { checkTopology } from './topology.ts';

const base = readFileSync(new URL('./spec/testdata/base.yaml', import.meta.url), 'utf8');

type Edit = readonly [from: string, to: string];

function edited(edits: readonly Edit[]): string {
  let text = base;
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`not in the base: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** Replacements in the base, and `line:col CODE severity: message` of every finding. */
interface TopologyCase {
  readonly name: string;
  readonly given: readonly Edit[];
  readonly want: readonly string[];
}

const cases = JSON.parse(
  readFileSync(new URL('./topology/testdata/topology-faults.json', import.meta.url), 'utf8'),
) as TopologyCase[];
const d1 = (to: string): Edit => ['d1: { address: 198.51.100.41, managed: true }', `d1: ${to}`];

const told = (text: string) =>
  validateSpec(text, 'c.yaml').findings.map(
    ({ span, code, severity, message }) =>
      `${span?.line}:${span?.column} ${code} ${severity}: ${message}`,
  );

describe('what modes need of the network', () => {
  test.for(cases)('$name', ({ given, want }) => expect(told(edited(given))).toEqual(want));

  test('every code has a case, or needs a catalog', () => {
    const seen = new Set(
      cases.flatMap(({ want }) => want.flatMap((line) => line.match(/TRI-T\d+/g) ?? [])),
    );
    const unseen = Object.keys(topologyCodes).filter((code) => !seen.has(code));
    expect(unseen).toEqual(['TRI-T030', 'TRI-T016', 'TRI-T029']);
  });

  test('the same without places in the file, as far as findings are about services', () => {
    const text = edited([d1('198.51.100.111')]);
    const cluster = readSpec(text, 'c.yaml').cluster;
    const spans = cluster
      ? checkTopology(cluster).map(({ code, span }) => `${code} ${span?.line}:${span?.column}`)
      : [];
    expect(spans).toEqual(['TRI-T001 36:3', 'TRI-T006 undefined:undefined']);
  });

  test('services that ask the same are told once', () => {
    const more = [...Array(50).keys()].map(
      (at) => `  s${at}: { vip: 203.0.113.${100 + at}, ports: 53/udp, l4: { pool: dns } }\n`,
    );
    const text = edited([
      d1('{ address: 198.51.100.111, managed: true }'),
      ['services:\n', `services:\n${more.join('')}`],
    ]);
    const lines = told(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"s0" (and 50 more services)');
  });
});

const can = (resilientEcmp: boolean, more: Partial<Capabilities> = {}): Capabilities => ({
  modes: ['dsr', 'dnat', 'reverse-proxy'],
  protocols: ['tcp', 'udp'] as const,
  ipv6: true,
  transparentListening: true,
  weights: true,
  drain: true,
  hitlessReload: true,
  resilientEcmp,
  tls: true,
  ...more,
});

describe('answers that are told by where they come from', () => {
  const catalog = {
    router: { bird: can(true) },
    director: { xdp: can(false, { answersByPort: ['dnat'] }), nft: can(false) },
    proxy: { haproxy: can(false) },
  };
  const service = (name: string, vip: string, ports: string) =>
    `  ${name}: { vip: ${vip}, ports: ${ports}, l4: { mode: dnat, pool: dns } }\n`;
  /** Errors of a file whose directors serve these by destination NAT. */
  const errors = (...services: readonly string[]) => {
    const text = edited([
      ['  driver: nft', '  driver: xdp'],
      ['d1: { address: 198.51.100.41', 'd1: { address: [198.51.100.41, "2001:db8:1::41"]'],
      [
        '  dns:\n    vip: 203.0.113.53\n    ports: [53/udp, 53/tcp]\n    l4: { pool: dns }\n',
        services.join(''),
      ],
    ]);
    return validateSpec(text, 'c.yaml', catalog).findings.flatMap(
      ({ severity, code, message, fix }) => (severity === 'error' ? [{ code, message, fix }] : []),
    );
  };
  const names = service('names', '203.0.113.53', '53/udp');

  test('two VIPs on one port of a real, with what else there is', () => {
    expect(errors(names, service('more', '203.0.113.54', '53/udp'))).toEqual([
      {
        code: 'TRI-T030',
        message:
          '"more" is dnat through xdp, which tells by the real’s address and port whose an answer is: port 53 of 198.51.100.41 answers for 203.0.113.53 ("names") and for 203.0.113.54',
        fix: 'take `l4: { driver: nft }`, which remembers it, or give each VIP ports or reals of its own, or take mode dsr or tunnel',
      },
    ]);
    expect(errors(service('both', '[203.0.113.53, 203.0.113.54]', '53/udp'))).toHaveLength(1);
    expect(errors(names, service('all', '203.0.113.54', 'all/udp')), 'all ports').toHaveLength(1);
  });

  test('a prefix, whose addresses no answer names', () => {
    const prefix = '203.0.113.64/28, listen: transparent';
    const [finding, ...others] = errors(service('wide', prefix, '53/udp'));
    expect(finding?.message).toContain('it says nothing of which address of 203.0.113.64/28');
    expect(others).toEqual([]);
  });

  test('VIPs that protocols and families tell apart', () => {
    const two = '[203.0.113.53, "2001:db8:f::53"]';
    expect(errors(service('udp', two, '53/udp'), service('tcp', '203.0.113.54', '53/tcp'))).toEqual(
      [],
    );
  });
});

describe('resilient ECMP', () => {
  const text = edited([['  driver: bird', '  driver: bird\n  ecmp: { resilient: true }']]);

  test.for([
    [
      'refused where the router cannot',
      { bird: can(false), frr: can(true) },
      ['9:22 TRI-T016 take `driver: frr`, or `resilient: false`'],
    ],
    ['fine where it can', { bird: can(true) }, []],
  ] as const)('%s', ([, router, want]) => {
    const catalog = { router, director: { nft: can(false) }, proxy: { haproxy: can(false) } };
    const { findings } = validateSpec(text, 'c.yaml', catalog);
    expect(
      findings.map(({ span, code, fix }) => `${span?.line}:${span?.column} ${code} ${fix}`),
    ).toEqual(want);
  });
});

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

describe('answers that are known by their flow', () => {
  const modes = ['dsr', 'dnat', 'full-nat', 'reverse-proxy'];
  const protocols = ['tcp', 'udp', 'any'] as const;
  const xdp = can(false, { modes, protocols, answersByPort: ['dnat'] });
  const catalog = {
    router: { bird: can(true) },
    director: { xdp },
    proxy: { haproxy: can(false) },
  };
  /** Errors of a file whose directors serve these. */
  const errors = (...services: readonly string[]) => {
    const text = edited([
      ['  driver: nft', '  driver: xdp'],
      [
        '  dns:\n    vip: 203.0.113.53\n    ports: [53/udp, 53/tcp]\n    l4: { pool: dns }\n',
        services.join(''),
      ],
    ]);
    return validateSpec(text, 'c.yaml', catalog).findings.flatMap(({ severity, code, message }) =>
      severity === 'error' ? [`${code} ${message}`] : [],
    );
  };
  const service = (name: string, vip: string, ports: string, mode = 'dnat') =>
    `  ${name}: { vip: ${vip}, ports: ${ports}, affinity: source, l4: { mode: ${mode}, pool: dns } }\n`;
  const said = (name: string, mode: string, why: string) =>
    `TRI-T030 "${name}" takes packets without ports too, and xdp knows by ports whose an answer is (${mode}): ${why}`;

  test.each([
    [
      'in full NAT',
      [service('all', '203.0.113.53', 'all', 'full-nat')],
      'full-nat',
      'answers come back to the director',
    ],
    [
      'of a prefix',
      [service('all', '203.0.113.64/28, listen: transparent', 'all')],
      'dnat',
      '203.0.113.64/28 is a prefix',
    ],
    [
      'of a real that has another VIP, too',
      [service('all', '203.0.113.53', 'all'), service('udp', '203.0.113.54', '53/udp')],
      'dnat',
      '198.51.100.41 answers for 203.0.113.54, too',
    ],
  ] as const)('every protocol %s is refused', (_, services, mode, why) => {
    expect(errors(...services)).toEqual([said('all', mode, why)]);
  });

  test('every protocol of a VIP that has its reals for itself is taken, and ports of many', () => {
    expect(errors(service('all', '203.0.113.53', 'all'))).toEqual([]);
    expect(
      errors(service('one', '203.0.113.53', '53/udp'), service('two', '203.0.113.54', '53/udp')),
    ).toEqual([]);
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

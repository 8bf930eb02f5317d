import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSpec } from './read-spec.ts';

const base = readFileSync(new URL('./testdata/base.yaml', import.meta.url), 'utf8');

test('sources that are not let in, with the burst that is meant where none is said', () => {
  const guardOf = (text: string) =>
    readSpec(
      base.replace('announce: { via: bgp }', () => text),
      'c.yaml',
    ).cluster?.l4.guard;
  expect(guardOf('announce: { via: bgp }')).toBeUndefined();
  expect(guardOf('deny: [192.0.2.7, 2001:DB8:BAD::/48, 192.0.2.7/32]')).toEqual({
    deny: ['192.0.2.7/32', '2001:db8:bad::/48'],
  });
  const limit = { flows: 100, perMs: 1_000, burst: 100 };
  expect(guardOf('limit: { newFlows: 100/s }')).toEqual({ limit });
  expect(guardOf('limit: { newFlows: 30/m }')?.limit?.burst).toBe(10);
  expect(guardOf('limit: { newFlows: 30/m, burst: 3 }')?.limit?.burst).toBe(3);
});

test('a deny list of 32,000 prefixes fits, one more does not', () => {
  const denied = (count: number) => {
    const cidrs = Array.from(
      { length: count },
      (_, at) => `100.${64 + (at >> 15)}.${(at >> 8) & 127}.${at & 255}`,
    );
    const text = base.replace('announce: { via: bgp }', () => `deny: [${cidrs.join(', ')}]`);
    return readSpec(text, 'c.yaml').findings.map(({ code, message }) => `${code} ${message}`);
  };
  expect(denied(32_000)).toEqual([]);
  expect(denied(32_001)).toEqual(['TRI-C055 32001 sources are denied; 32000 are the most']);
});

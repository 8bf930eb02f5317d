import { createHash } from 'node:crypto';
import type { Cluster, Generation, Inventory } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextGeneration } from './generation.ts';
import { nodes } from './testing/cluster.ts';

/** As much of a cluster as ids need: proxies behind a forwarding table. */
function cluster(proxies: readonly string[], driver = 'nft'): Cluster {
  const [like] = nodes;
  return {
    name: 'shop',
    l4: { driver },
    nodes: proxies.map((name) => ({ ...like, name, tier: 'l7' })),
    services: [{ name: 'web', l7: {} }],
    pools: [],
  } as unknown as Cluster;
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const hashKey = 'ab'.repeat(16);
const seen = (number: number, text: string, ids: Record<string, number> = {}): Generation => {
  return { number, digest: digestOf(text), ids, hashKey };
};
const inventory = (...generations: readonly (Generation | undefined)[]): Inventory =>
  Object.fromEntries(
    generations.map((generation, index) => [
      `n${index}`,
      { facts: { os: '', kernel: '', devices: {}, packages: {} }, generation, roles: {} },
    ]),
  );

function next(
  text: string,
  found: Inventory,
  proxies: readonly string[] = ['p1', 'p2'],
): Generation {
  const random = (bytes: number) => new Uint8Array(bytes).fill(7);
  return nextGeneration({ cluster: cluster(proxies), intentText: text, inventory: found, random });
}

describe('number', () => {
  test.for([
    ['born', 'a', inventory(undefined, undefined), 1],
    ['the same intent', 'a', inventory(seen(4, 'a'), seen(3, 'b')), 4],
    ['another intent', 'b', inventory(seen(4, 'a'), undefined), 5],
    ['an intent of before', 'b', inventory(seen(4, 'a'), seen(3, 'b')), 5],
    ['two contents under one number', 'a', inventory(seen(4, 'a'), seen(4, 'b')), 5],
    ['an unreachable node', 'a', { n1: { unreachable: { word: '', text: '' } } }, 1],
  ] as const)('%s', ([, text, found, want]) => {
    expect(next(text, found).number).toBe(want);
  });
});

test('the hash key is made once and kept', () => {
  expect(next('a', inventory()).hashKey).toBe('07'.repeat(16));
  expect(next('b', inventory(seen(1, 'a'))).hashKey).toBe(hashKey);
});

test('a table keeps the rows that it was born with', () => {
  const rowsOf = (proxies: number, ...found: readonly Generation[]) => {
    const names = Array.from({ length: proxies }, (_, at) => `p${at}`);
    const random = () => new Uint8Array(16);
    const given = { cluster: cluster(names, 'xdp'), intentText: 'a', random };
    return nextGeneration({ ...given, inventory: inventory(...found) }).tableRows;
  };
  expect(rowsOf(3)).toEqual({ l7: 4_096 });
  expect(rowsOf(100)).toEqual({ l7: 16_384 });
  const born = { ...seen(1, 'b'), tableRows: { l7: 4_096, gone: 8_192 } };
  expect(rowsOf(100, born, seen(0, 'c'))).toEqual({ l7: 4_096, gone: 8_192 });
});

test('ids are kept, also of members that are gone; new ones are above all', () => {
  const ids = { 'l7/p1': 1, 'l7/gone': 9 };
  expect(next('b', inventory(seen(1, 'a', ids))).ids).toEqual({ ...ids, 'l7/p2': 10 });
});

test('no id is left: TRI-R003', () => {
  const full = inventory(seen(1, 'a', { 'l7/gone': 32_767 }));
  expect(() => next('b', full)).toThrow(expect.objectContaining({ code: 'TRI-R003' }));
});

test('whatever comes and goes, no id changes its member or serves two', () => {
  const names = fc.uniqueArray(fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5'));
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 8 }), (steps) => {
      let last: Generation | undefined;
      for (const [at, proxies] of steps.entries()) {
        const now = next(`intent ${at}`, inventory(last), proxies);
        expect(new Set(Object.values(now.ids)).size).toBe(Object.keys(now.ids).length);
        expect(now.ids).toMatchObject(last?.ids ?? {});
        for (const name of proxies) expect(now.ids[`l7/${name}`]).toBeGreaterThan(0);
        last = now;
      }
    }),
  );
});

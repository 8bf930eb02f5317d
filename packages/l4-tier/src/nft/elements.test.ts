import type { DirectorLive, RealLive, TableGroup } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeScript,
  directorDigest,
  type Elements,
  elementsDigest,
  wantedElements,
} from './elements.ts';
import { elementsFrom } from './observe.ts';

const size = 16;
const group: TableGroup = { group: 'l7', size, hashKey: '', reals: [] };
const macs = ['02:00:00:00:00:21', '02:00:00:00:00:22'];

const rows = fc.array(fc.constantFrom(0, 1, 2, 0x8002_0001, 0x0001_0002), {
  minLength: size,
  maxLength: size,
});
const real = fc.record({
  id: fc.constantFrom(1, 2, 3, 32_767),
  name: fc.constantFrom('p1', 'p2'),
  address: fc.constant('198.51.100.21'),
  mac: fc.option(fc.constantFrom(...macs), { nil: undefined }),
  admin: fc.constantFrom('active', 'draining'),
  health: fc.constantFrom('up', 'down', 'unknown'),
  dead: fc.boolean(),
});
const live: fc.Arbitrary<DirectorLive> = fc
  .record({ rows, reals: fc.uniqueArray(real, { selector: ({ id }) => id }) })
  .map((given) => ({
    tables: {
      l7: {
        step: 1,
        digest: '',
        rows: Uint32Array.from(given.rows),
        reals: given.reals as unknown as readonly RealLive[],
      },
    },
  }));

/** nft as far as these scripts go: adds fail where an element is, deletes where none is. Lines run one after the other, as in a transaction. */
function applied(have: Elements, script: string): Elements {
  const maps: Record<string, Map<number, string | number>> = {
    rows_l7_16: new Map(),
    reals: new Map(have.reals),
    taking: new Map(have.taking),
  };
  have.rows.get('l7')?.forEach((word, slot) => {
    if (word !== 0) maps.rows_l7_16?.set(slot, word);
  });
  for (const line of script.split('\n').filter(Boolean)) {
    const [, verb, name, body] =
      /^(add|delete) element netdev tricade (\w+) \{ (.*) \}$/.exec(line) ?? [];
    const map = maps[name as string] as Map<number, string | number>;
    for (const element of (body as string).split(', ')) {
      const [key, data] = element.split(' : ');
      if (map.has(Number(key)) !== (verb === 'delete')) throw new Error(`${verb} ${element}`);
      if (verb === 'delete') map.delete(Number(key));
      else map.set(Number(key), data?.startsWith('0x') ? Number(data) : (data as string));
    }
  }
  const words = Uint32Array.from({ length: size }, (_, slot) =>
    Number(maps.rows_l7_16?.get(slot) ?? 0),
  );
  return {
    rows: new Map([['l7', words]]),
    reals: maps.reals as Map<number, string>,
    taking: maps.taking as Map<number, string>,
  };
}

describe('the change between two live states', () => {
  test('leads from any to any other, and then there is none', () => {
    fc.assert(
      fc.property(live, live, (from, to) => {
        const have = wantedElements(from);
        const want = wantedElements(to);
        const after = applied(have, changeScript([group], have, want));
        expect(elementsDigest(after)).toBe(directorDigest(to));
        expect(changeScript([group], after, want)).toBe('');
      }),
    );
  });

  test('names what differs and nothing else', () => {
    const table = { step: 1, digest: '', reals: [], rows: new Uint32Array(size).fill(1) };
    const changed = { ...table, rows: table.rows.slice().fill(0x8002_0001, 3, 4) };
    const have = wantedElements({ tables: { l7: table } });
    const want = wantedElements({ tables: { l7: changed } });
    expect(changeScript([group], have, want)).toBe(
      'delete element netdev tricade rows_l7_16 { 3 }\nadd element netdev tricade rows_l7_16 { 3 : 0x80020001 }\n',
    );
  });

  test('a group that the live state does not speak of keeps its rows', () => {
    const have = wantedElements({
      tables: { l7: { step: 1, digest: '', reals: [], rows: new Uint32Array(size).fill(1) } },
    });
    expect(changeScript([group], have, wantedElements({ tables: {} }))).toBe('');
  });
});

describe('reals', () => {
  const base = { id: 1, name: 'p1', address: '198.51.100.21', admin: 'active' } as const;
  const cases: readonly { name: string; real: RealLive; reals: number; taking: number }[] = [
    {
      name: 'up',
      real: { ...base, mac: 'A2:00:00:00:00:01', health: 'up', dead: false },
      reals: 1,
      taking: 1,
    },
    {
      name: 'unknown',
      real: { ...base, mac: 'a2:00:00:00:00:01', health: 'unknown', dead: false },
      reals: 1,
      taking: 1,
    },
    {
      name: 'down',
      real: { ...base, mac: 'a2:00:00:00:00:01', health: 'down', dead: false },
      reals: 1,
      taking: 0,
    },
    {
      name: 'dead',
      real: { ...base, mac: 'a2:00:00:00:00:01', health: 'down', dead: true },
      reals: 0,
      taking: 0,
    },
    { name: 'without a MAC', real: { ...base, health: 'up', dead: false }, reals: 0, taking: 0 },
  ];
  test.for(cases)('$name', ({ real: one, reals, taking }) => {
    const table = { step: 1, digest: '', rows: new Uint32Array(size), reals: [one] };
    const elements = wantedElements({ tables: { l7: table } });
    expect([elements.reals.size, elements.taking.size]).toEqual([reals, taking]);
    expect([...elements.reals.values()].join()).toBe(reals === 0 ? '' : 'a2:00:00:00:00:01');
  });
});

test('listings of nft become elements again', () => {
  const listing = (name: string, elem?: unknown) =>
    JSON.stringify({ nftables: [{ metainfo: {} }, { map: { name, ...(elem ? { elem } : {}) } }] });
  const counted = [[{ elem: { val: 1, counter: { packets: 7, bytes: 99 } } }, macs[0]]];
  const output = [
    listing('rows_l7_16', [
      [0, 1],
      [15, 0x8002_0001],
    ]),
    listing('reals', counted),
    listing('taking'),
    '',
  ].join('\n');
  const elements = elementsFrom([group], output);
  expect(elements.rows.get('l7')?.[15]).toBe(0x8002_0001);
  expect([...elements.reals]).toEqual([[1, macs[0]]]);
  expect(elements.taking.size).toBe(0);
  expect(() => elementsFrom([group], listing('reals'))).toThrow('1 of 3 maps');
});

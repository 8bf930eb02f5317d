import type { DirectorLive, DirectorState, RealLive, TableGroup } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeScript,
  directorDigest,
  type Elements,
  type Entries,
  elementsDigest,
  liveMaps,
  mapKey,
  rowsIn,
  wantedElements,
} from './elements.ts';
import { elementsFrom } from './observe.ts';
import { directors } from './testing/states.ts';

const size = 16;
const group: TableGroup = {
  group: 'l7',
  size,
  hashKey: '',
  reals: [1, 2, 3, 32_767].map((id) => ({
    id,
    name: `p${id}`,
    address: `198.51.100.${id % 200}`,
    addresses: [`198.51.100.${id % 200}`, ...(id === 3 ? [] : [`2001:db8:1::${id}`])],
  })),
};
const plain = directors['one-service'] as DirectorState;
const service = plain.services[0] as DirectorState['services'][number];
/** Both tables: the group is forwarded by MAC and translated. */
const state: DirectorState = {
  ...plain,
  groups: [group],
  services: [service, { ...service, vip: '203.0.113.11', mode: 'dnat' }],
};
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
  const maps = new Map(
    liveMaps(state).map((map) => [mapKey(map), asStrings(have.get(mapKey(map)))]),
  );
  for (const line of script.split('\n').filter(Boolean)) {
    const [, verb, family, name, body] =
      /^(add|delete) element (\w+) tricade (\w+) \{ (.*) \}$/.exec(line) ?? [];
    const map = maps.get(`${family} ${name}`) as Map<number, string>;
    for (const element of (body as string).split(', ')) {
      const [key, data] = element.split(' : ');
      if (map.has(Number(key)) !== (verb === 'delete')) throw new Error(`${verb} ${element}`);
      if (verb === 'delete') map.delete(Number(key));
      else map.set(Number(key), data as string);
    }
  }
  return new Map(
    liveMaps(state).map((map): [string, Entries] => {
      const entries = maps.get(mapKey(map)) as Map<number, string>;
      if (rowsIn(map) === undefined) return [mapKey(map), entries];
      const words = Uint32Array.from({ length: size }, (_, slot) => Number(entries.get(slot) ?? 0));
      return [mapKey(map), words];
    }),
  );
}

function asStrings(entries: Entries | undefined): Map<number, string> {
  if (!(entries instanceof Uint32Array)) return new Map(entries);
  return new Map(
    [...entries].flatMap((word, slot) => (word === 0 ? [] : [[slot, String(word)] as const])),
  );
}

describe('the change between two live states', () => {
  test('leads from any to any other in both tables, and then there is none', () => {
    fc.assert(
      fc.property(live, live, (from, to) => {
        const have = wantedElements(state, from);
        const want = wantedElements(state, to);
        const after = applied(have, changeScript(state, have, want));
        expect(elementsDigest(after)).toBe(directorDigest(state, to));
        expect(changeScript(state, after, want)).toBe('');
      }),
    );
  });

  test('names what differs and nothing else', () => {
    const table = { step: 1, digest: '', reals: [], rows: new Uint32Array(size).fill(1) };
    const changed = { ...table, rows: table.rows.slice().fill(0x8002_0001, 3, 4) };
    const have = wantedElements(state, { tables: { l7: table } });
    const want = wantedElements(state, { tables: { l7: changed } });
    const lines = ['netdev tricade rows_l7_16', 'inet tricade nat_rows_l7_16'].map(
      (map) => `delete element ${map} { 3 }\nadd element ${map} { 3 : 0x80020001 }\n`,
    );
    expect(changeScript(state, have, want)).toBe(lines.join(''));
  });

  test('a group that the live state does not speak of keeps its rows', () => {
    const rows = new Uint32Array(size).fill(1);
    const have = wantedElements(state, {
      tables: { l7: { step: 1, digest: '', rows, reals: [] } },
    });
    expect(changeScript(state, have, wantedElements(state, { tables: {} }))).toBe('');
  });
});

test.for([
  ['one-service', ['netdev']],
  ['dnat', ['inet']],
  ['full-nat', ['inet']],
  ['all-modes-on-one-vip', ['netdev', 'inet']],
] as const)('%s needs the tables %s', ([name, families]) => {
  const maps = liveMaps(directors[name] as DirectorState);
  expect([...new Set(maps.map(({ family }) => family))]).toEqual(families);
});

describe('reals', () => {
  const base = { id: 1, name: 'p1', address: '198.51.100.1', admin: 'active' } as const;
  const mac = 'A2:00:00:00:00:01';
  const cases: readonly { name: string; real: RealLive; want: readonly string[] }[] = [
    {
      name: 'up',
      real: { ...base, mac, health: 'up', dead: false },
      want: [mac.toLowerCase(), mac.toLowerCase(), '198.51.100.1', '2001:db8:1::1'],
    },
    {
      name: 'unknown',
      real: { ...base, mac, health: 'unknown', dead: false },
      want: [mac.toLowerCase(), mac.toLowerCase(), '198.51.100.1', '2001:db8:1::1'],
    },
    {
      name: 'down: it keeps what it has',
      real: { ...base, mac, health: 'down', dead: false },
      want: [mac.toLowerCase(), '', '198.51.100.1', '2001:db8:1::1'],
    },
    { name: 'dead', real: { ...base, mac, health: 'down', dead: true }, want: ['', '', '', ''] },
    {
      name: 'without a MAC: routing finds it where addresses are translated',
      real: { ...base, health: 'up', dead: false },
      want: ['', '', '198.51.100.1', '2001:db8:1::1'],
    },
    {
      name: 'of one family',
      real: { ...base, id: 3, mac, health: 'up', dead: false },
      want: [mac.toLowerCase(), mac.toLowerCase(), '198.51.100.3', ''],
    },
  ];
  test.for(cases)('$name', ({ real: one, want }) => {
    const table = { step: 1, digest: '', rows: new Uint32Array(size), reals: [one] };
    const elements = wantedElements(state, { tables: { l7: table } });
    const held = liveMaps(state)
      .filter((map) => rowsIn(map) === undefined)
      .map((map) => asStrings(elements.get(mapKey(map))).get(one.id) ?? '');
    expect(held).toEqual(want);
  });
});

test('listings of nft become elements again', () => {
  const maps = liveMaps({ ...state, services: [service] });
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
  const elements = elementsFrom(maps, output);
  expect((elements.get('netdev rows_l7_16') as Uint32Array)[15]).toBe(0x8002_0001);
  expect(elements.get('netdev reals')).toEqual(new Map([[1, macs[0]]]));
  expect(elements.get('netdev taking')).toEqual(new Map());
  expect(() => elementsFrom(maps, listing('reals'))).toThrow('1 of 3 maps');
});

import type { DirectorLive, DirectorState, RealLive } from '@tricade/cluster';
import { tableDigest } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layouts } from './abi.ts';
import { changesOf, faultsOf } from './changes.ts';
import { layoutOf } from './layout.ts';
import { type Contents, contentsOf, xdpDigest } from './maps.ts';
import { realsFrom } from './read-back.ts';

const arms = [3, 4].map((ifindex) => {
  return { ifindex, mac: `02:00:00:00:00:1${ifindex}`, mtuBytes: 1500 };
});
/** What a machine with the devices that a state names has of its own. */
const machineOf = ({ arms: others = [] }: DirectorState) => ({
  arms: arms.slice(0, 1 + others.length),
  secret: new Uint8Array(16).fill(7),
});
const rowsRoom = 64;

/** The director's maps as far as the helper's requests go: `write`, `put`, `drop`. */
class Maps {
  readonly rows = new Uint32Array(rowsRoom);
  readonly entries: Record<string, Map<string, string>> = {
    services: new Map(),
    vip_prefixes: new Map(),
    denied_sources: new Map(),
    replies: new Map(),
    egress: new Map(),
  };
  readonly reals = new Map<number, string>();
  config = '';

  take(request: string): void {
    const [verb, map = '', ...rest] = request.split(' ');
    const bytes = Buffer.from(rest.at(-1) ?? '', 'base64');
    const { keyBytes, valueBytes } = layouts[map] as { keyBytes: number; valueBytes: number };
    if (verb === 'write' && map === 'director_config') this.config = bytes.toString('hex');
    else if (verb === 'write') this.rows.set(wordsOf(bytes), Number(rest[0]));
    else if (verb === 'drop')
      for (const key of cut(bytes, keyBytes)) this.entries[map]?.delete(key.toString('hex'));
    else
      for (const pair of cut(bytes, keyBytes + valueBytes))
        this.#put(map, pair.subarray(0, keyBytes), pair.subarray(keyBytes));
  }

  #put(map: string, key: Buffer, value: Buffer): void {
    if (map === 'rows') this.rows[key.readUInt32LE()] = value.readUInt32LE();
    else if (map === 'reals') this.reals.set(key.readUInt32LE(), value.toString('hex'));
    else this.entries[map]?.set(key.toString('hex'), value.toString('hex'));
  }

  get found() {
    const classes = [...(this.entries['vip_prefixes'] ?? [])].map(
      ([key, value]) => [key, Number.parseInt(value, 16)] as const,
    );
    return { services: new Map(this.entries['services']), classes: new Map(classes), rowsRoom };
  }

  contents(tables: Contents['tables']): Contents {
    const zero = '00'.repeat(32);
    return {
      services: new Map(this.entries['services']),
      prefixes: new Map(this.entries['vip_prefixes']),
      denied: new Map(this.entries['denied_sources']),
      replies: new Map(this.entries['replies']),
      config: this.config,
      egress: new Map(this.entries['egress']),
      reals: new Map([...this.reals].filter(([, value]) => value !== zero)),
      tables,
    };
  }
}

function cut(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: bytes.length / length }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  );
}

function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const groupNames = ['l7', 'dns', 'mail'] as const;
const vips = ['203.0.113.10', '2001:db8:ffff::10', '203.0.113.64/28', '203.0.113.64/30'] as const;

const denied = ['192.0.2.0/24', '192.0.2.7/32', '198.51.100.0/25', '2001:db8:bad::/48'] as const;

interface Given {
  readonly state: DirectorState;
  readonly live: DirectorLive;
}

/** Any state of up to three groups of 4, 8 or 16 rows, and a live state that fits it. */
const given: fc.Arbitrary<Given> = fc
  .record({
    sizes: fc.array(fc.constantFrom(4, 8, 16), { minLength: 1, maxLength: 2 }),
    // Two services never ask for the same packets: `validate` refuses that.
    services: fc.uniqueArray(
      fc.record({
        vip: fc.constantFrom(...vips),
        port: fc.constantFrom(0, 53, 80),
        protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'any' as const),
        group: fc.nat({ max: 1 }),
      }),
      {
        maxLength: 4,
        selector: ({ vip, port, protocol }) =>
          `${vip} ${protocol === 'any' ? 0 : port} ${protocol}`,
      },
    ),
    words: fc.array(fc.nat({ max: 3 }), { minLength: 16, maxLength: 16 }),
    mac: fc.option(fc.constantFrom('02:00:00:00:00:21', '02:00:00:00:00:22'), { nil: undefined }),
    dead: fc.boolean(),
    first: fc.nat({ max: 1 }),
    deny: fc.uniqueArray(fc.constantFrom(...denied)),
    behind: fc.option(fc.constantFrom([], [1], [1, 2]), { nil: undefined }),
  })
  .map(({ sizes, services, words, mac, dead, first, deny, behind }) => {
    // A group without a service has no table (`tableGroups`).
    const served = sizes.filter((_, at) =>
      services.some(({ group }) => group % sizes.length === at),
    );
    const groups = served.map((size, at) => ({
      group: groupNames[first + at] as string,
      size,
      hashKey: '000102030405060708090a0b0c0d0e0f',
      reals: [{ id: at + 1, name: 'p1', address: '198.51.100.21', addresses: ['198.51.100.21'] }],
    }));
    const real = {
      name: 'p1',
      address: '198.51.100.21',
      admin: 'active',
      health: 'up',
      dead,
    } as const;
    return {
      state: {
        node: 'l4a',
        self: 0,
        device: 'edge',
        addresses: ['198.51.100.11'],
        legs: [],
        services: services.map(({ vip, port, protocol, group }, at) => ({
          service: `s${at}`,
          vip,
          ports: [{ port: protocol === 'any' ? 0 : port, protocol }],
          mode: 'dsr',
          listen: 'configured',
          affinity: 'flow',
          group: groups[group % groups.length]?.group ?? '',
        })),
        groups,
        ...(behind === undefined ? {} : { arms: [{ device: 'back', reals: behind }] }),
        ...(deny.length === 0 ? {} : { guard: { deny } }),
      },
      live: {
        tables: Object.fromEntries(
          groups.map(({ group, size, reals }) => [
            group,
            {
              step: 1,
              digest: '',
              rows: Uint32Array.from(words.slice(0, size)),
              reals: reals.map(({ id }): RealLive => ({ ...real, id, ...(mac ? { mac } : {}) })),
            },
          ]),
        ),
      },
    };
  });

const empty: DirectorState = {
  node: 'l4a',
  self: 0,
  device: 'edge',
  addresses: ['198.51.100.11'],
  legs: [],
  services: [],
  groups: [],
};

function tablesIn(maps: Maps, { groups }: DirectorState, rowsAt: ReadonlyMap<string, number>) {
  return new Map(
    groups.map(({ group, size }) => {
      const at = rowsAt.get(group) ?? 0;
      return [group, tableDigest(maps.rows.slice(at, at + size))] as const;
    }),
  );
}

/** Steers the maps; says what is not as wanted afterwards. */
function steered(maps: Maps, { state, live }: Given, each: () => void = () => undefined) {
  const layout = layoutOf(state, maps.found);
  const have = maps.contents(tablesIn(maps, state, layout.rowsAt));
  const want = contentsOf({ state, live, layout }, machineOf(state));
  for (const request of changesOf({ state, live, layout, have, want, rows: new Map() })) {
    maps.take(request);
    each();
  }
  return { layout, faults: faultsOf(maps.contents(tablesIn(maps, state, layout.rowsAt)), want) };
}

describe('the change between two states of the maps', () => {
  test('leads from any to any other, and then there is none', () => {
    fc.assert(
      fc.property(fc.array(given, { minLength: 1, maxLength: 5 }), (steps) => {
        const maps = new Maps();
        for (const step of steps) {
          expect(steered(maps, step).faults).toEqual([]);
          const again: string[] = [];
          steered(maps, step, () => again.push('a change'));
          expect(again).toEqual([]);
        }
      }),
    );
  });

  test('a deny list changes by what is different, and a source on both lists is denied at every moment', () => {
    const maps = new Maps();
    const of = (deny: readonly string[]): Given => ({
      state: { ...empty, guard: { deny } },
      live: { tables: {} },
    });
    const cidrs = Array.from({ length: 10_000 }, (_, at) => `100.64.${at >> 8}.${at & 255}/32`);
    steered(maps, of(cidrs));
    expect(maps.entries['denied_sources']?.size).toBe(10_000);
    const kept = new Map(maps.entries['denied_sources']);
    const requests: string[] = [];
    const without = cidrs.filter((_, at) => at !== 17);
    const layout = layoutOf(empty, maps.found);
    const want = contentsOf({ ...of([...without, '192.0.2.0/24']), layout }, machineOf(empty));
    const { state, live } = of(without);
    const have = maps.contents(new Map());
    for (const request of changesOf({ state, live, layout, have, want, rows: new Map() })) {
      requests.push(request.split(' ').slice(0, 2).join(' '));
      maps.take(request);
      const held = maps.entries['denied_sources'] ?? new Map();
      expect([...kept.keys()].filter((key) => !held.has(key)).length).toBeLessThanOrEqual(1);
    }
    expect(requests).toEqual(['put denied_sources', 'drop denied_sources']);
    expect(faultsOf(maps.contents(new Map()), want)).toEqual([]);
  });

  test('tables lie apart, and one that stays is not moved', () => {
    fc.assert(
      fc.property(given, given, (one, other) => {
        const maps = new Maps();
        const { layout: before } = steered(maps, one);
        const { layout } = steered(maps, other);
        const regions = other.state.groups
          .map(({ group, size }) => ({ at: layout.rowsAt.get(group) ?? -1, size }))
          .sort((a, b) => a.at - b.at);
        regions.reduce((end, { at, size }) => {
          expect(at).toBeGreaterThanOrEqual(end);
          return at + size;
        }, 0);
        if (JSON.stringify(one.state) === JSON.stringify(other.state))
          expect(layout).toEqual(before);
      }),
    );
  });

  test('a packet meets rows of its own group at every moment', () => {
    const table = (group: string, id: number, size = 16) => ({
      groups: {
        group,
        size,
        hashKey: '00'.repeat(16),
        reals: [{ id, name: 'p', address: '198.51.100.21', addresses: ['198.51.100.21'] }],
      },
      rows: new Uint32Array(size).fill(id),
    });
    const of = (tables: ReturnType<typeof table>[]): Given => ({
      state: {
        node: 'l4a',
        self: 0,
        device: 'edge',
        addresses: [],
        legs: [],
        services: tables.map(({ groups }, at) => ({
          service: groups.group,
          vip: `203.0.113.${at + 1}`,
          ports: [{ port: 80, protocol: 'tcp' }],
          mode: 'dsr',
          listen: 'configured',
          affinity: 'flow',
          group: groups.group,
        })),
        groups: tables.map(({ groups }) => groups),
      },
      live: {
        tables: Object.fromEntries(
          tables.map(({ groups, rows }) => [
            groups.group,
            { step: 1, digest: '', rows, reals: [] },
          ]),
        ),
      },
    });
    const maps = new Maps();
    steered(maps, of([table('a', 1), table('b', 2)]));
    // b grows and comes first: neither its own rows nor those of a may stand where packets of the other look.
    const ids = new Set<string>();
    steered(maps, of([table('a', 1), table('b', 2, 32)]), () => {
      for (const [key, value] of maps.found.services) {
        const bytes = Buffer.from(value, 'hex');
        const [at, count] = [bytes.readUInt32LE(16), bytes.readUInt32LE(20)];
        for (const word of maps.rows.subarray(at, at + count))
          ids.add(`${Buffer.from(key, 'hex').at(15)}:${word}`);
      }
    });
    expect([...ids].sort()).toEqual(['1:1', '2:2']);
  });
});

test('a real lies behind a device that is there, whichever comes or goes', () => {
  const of = (behind: readonly number[] | undefined): Given => ({
    state: {
      ...empty,
      ...(behind === undefined ? {} : { arms: [{ device: 'back', reals: behind }] }),
      groups: [
        {
          group: 'l7',
          size: 4,
          hashKey: '00'.repeat(16),
          reals: [{ id: 1, name: 'p1', address: '198.51.100.21', addresses: ['198.51.100.21'] }],
        },
      ],
    },
    live: {
      tables: {
        l7: {
          ...{ step: 1, digest: '', rows: new Uint32Array(4).fill(1) },
          reals: [
            {
              id: 1,
              name: 'p1',
              address: '198.51.100.21',
              mac: '02:00:00:00:00:21',
              admin: 'active',
              health: 'up',
              dead: false,
            },
          ],
        },
      },
    },
  });
  const maps = new Maps();
  for (const behind of [undefined, [1], [], [1], undefined]) {
    steered(maps, of(behind), () => {
      const [value] = maps.reals.values();
      if (value === undefined || maps.config === '') return;
      const arm = Buffer.from(value, 'hex').readUInt8(12);
      expect(Buffer.from(maps.config, 'hex').readUInt32LE(80 + 24 * arm)).toBe(3 + arm);
      expect(maps.entries['egress']?.get(`0${arm}000000`)).toBe(`0${3 + arm}000000`);
    });
  }
});

test('the digest speaks of rows and reals, not of the order in which they come', () => {
  fc.assert(
    fc.property(given, ({ state, live }) => {
      const tables = Object.fromEntries(Object.entries(live.tables).reverse());
      const turned = { ...state, groups: state.groups.toReversed() };
      expect(xdpDigest(turned, { tables })).toBe(xdpDigest(state, live));
    }),
  );
});

test('reals of zeros are none', () => {
  const bytes = Buffer.alloc(96);
  bytes.set([2, 0, 0, 0, 0, 1, 1], 32);
  expect([...realsFrom(bytes, 10).keys()]).toEqual([11]);
});

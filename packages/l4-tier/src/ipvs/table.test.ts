import type { DirectorState } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeLines,
  type IpvsTable,
  ipvsDigest,
  limited,
  parseTable,
  tableDigest,
  tableLines,
  wantedTable,
} from './table.ts';
import { liveOf, type Standing } from './testing/live.ts';
import { directors } from './testing/states.ts';

const plain = directors['one-service'] as DirectorState;
const key = '-t 203.0.113.10:80';

/** ipvsadm as far as these lines go: it adds what is not there, changes and takes away what is. */
function applied(table: IpvsTable, lines: readonly string[]): IpvsTable {
  const next = new Map([...table].map(([k, v]) => [k, { ...v, reals: new Map(v.reals) }]));
  for (const line of lines) {
    const [, verb = '', of = '', rest = ''] =
      /^(-[AEDaed]) (-[tuf] \S+(?: -6)?)(?: (.*))?$/.exec(line) ?? [];
    const service = next.get(of);
    const [, real = '', method = '', weight = ''] =
      /^-r (\S+)(?: (-[mgi]) -w (\d+))?$/.exec(rest) ?? [];
    const isThere = 'AED'.includes(verb[1] ?? '')
      ? service !== undefined
      : service?.reals.has(real);
    if (isThere === (verb === '-A' || verb === '-a')) throw new Error(`kernel refuses ${line}`);
    if (verb === '-A') next.set(of, { options: rest, reals: new Map() });
    if (verb === '-E' && service) next.set(of, { ...service, options: rest });
    if (verb === '-a' || verb === '-e')
      service?.reals.set(real, { method, weight: Number(weight) });
    if (verb === '-d') service?.reals.delete(real);
  }
  return next;
}

/** Reals of the one service, as `address weight`. */
function reals(standings: Readonly<Record<string, Standing>>): readonly string[] {
  const service = wantedTable(plain, liveOf(plain, standings)).get(key);
  return [...(service?.reals ?? [])].map(([real, { weight }]) => `${real.split(':')[0]} ${weight}`);
}

describe('who gets new flows and who keeps old ones', () => {
  const both = ['198.51.100.21 100', '198.51.100.22 100'];
  const drained = ['198.51.100.21 0', '198.51.100.22 100'];
  const gone = ['198.51.100.22 100'];
  const cases: readonly (readonly [string, Standing, readonly string[]])[] = [
    ['in rows', {}, both],
    ['in rows, drained: the conductor has not moved them yet', { admin: 'draining' }, both],
    ['in rows, dead: nobody is there to take them', { dead: true, health: 'down' }, both],
    ['in no row', { takes: false }, drained],
    ['in no row, drained', { takes: false, admin: 'draining' }, drained],
    ['in no row, down: its flows may live', { takes: false, health: 'down' }, drained],
    ['in no row, drained and down', { takes: false, admin: 'draining', health: 'down' }, gone],
    ['in no row, dead', { takes: false, health: 'down', dead: true }, gone],
  ];
  test.for(cases)('%s', ([, p1, want]) => expect(reals({ p1 })).toEqual(want));

  test('weights of the file count, not shares of rows', () => {
    const state = directors['schedulers-and-affinities'] as DirectorState;
    const dns = wantedTable(state, liveOf(state)).get('-u 203.0.113.53:53');
    expect([...(dns?.reals.values() ?? [])].map(({ weight }) => weight)).toEqual([30, 60]);
  });

  test('a service whose group has no table is left as it is', () => {
    expect(wantedTable(plain, { tables: {} }).size).toBe(0);
  });

  test('a real without an address of the VIP’s family is none, save through a tunnel', () => {
    const state: DirectorState = {
      ...plain,
      services: [
        {
          ...(plain.services[0] as DirectorState['services'][number]),
          group: 'name-servers',
          vip: '2001:db8:ffff::53',
        },
      ],
    };
    const found = (mode: 'dsr' | 'tunnel') => {
      const services = state.services.map((service) => ({ ...service, mode }));
      const [only] = wantedTable({ ...state, services }, liveOf(state)).values();
      return [...(only?.reals.keys() ?? [])];
    };
    expect(found('dsr')).toEqual([]);
    expect(found('tunnel')).toEqual(['198.51.100.31:80', '198.51.100.32:80']);
  });
});

describe('changes', () => {
  const want = (standings: Readonly<Record<string, Standing>> = {}) =>
    wantedTable(plain, liveOf(plain, standings));

  test('an empty kernel gets everything, and drained reals their place in the Maglev table', () => {
    expect(changeLines(new Map(), want({ p1: { takes: false } }))).toEqual([
      `-A ${key} -s mh -b mh-fallback,mh-port`,
      `-a ${key} -r 198.51.100.21:80 -g -w 100`,
      `-a ${key} -r 198.51.100.22:80 -g -w 100`,
      `-e ${key} -r 198.51.100.21:80 -g -w 0`,
    ]);
  });

  test('who takes over comes before who leaves', () => {
    expect(changeLines(want({ p2: { takes: false } }), want({ p1: { takes: false } }))).toEqual([
      `-e ${key} -r 198.51.100.22:80 -g -w 100`,
      `-e ${key} -r 198.51.100.21:80 -g -w 0`,
    ]);
    const dead = { p1: { takes: false, dead: true, health: 'down' } as const };
    expect(changeLines(want(), want(dead))).toEqual([`-d ${key} -r 198.51.100.21:80`]);
    expect(changeLines(want(dead), want())).toEqual([`-a ${key} -r 198.51.100.21:80 -g -w 100`]);
  });

  test('what somebody set by hand is set right', () => {
    const by = parseTable(
      `-A ${key} -s rr\n-a ${key} -r 198.51.100.21:80 -g -w 100 -x 5 -y 2\n-a ${key} -r 198.51.100.99:80 -m -w 1\n`,
    );
    expect(changeLines(by, want())).toEqual([
      `-E ${key} -s mh -b mh-fallback,mh-port`,
      `-e ${key} -r 198.51.100.21:80 -g -w 100`,
      `-a ${key} -r 198.51.100.22:80 -g -w 100`,
      `-d ${key} -r 198.51.100.99:80`,
    ]);
  });

  test('services of others are neither changed nor in the digest', () => {
    const other = parseTable(
      '-A -t 192.0.2.9:80 -s rr\n-a -t 192.0.2.9:80 -r 192.0.2.8:80 -m -w 1\n',
    );
    const have = new Map([...want(), ...other]);
    expect(changeLines(have, want())).toEqual([]);
    expect(tableDigest(limited(have, want()))).toBe(ipvsDigest(plain, liveOf(plain)));
  });

  const standing: fc.Arbitrary<Standing> = fc.record({
    takes: fc.boolean(),
    admin: fc.constantFrom('active', 'draining', 'inactive', 'filling'),
    health: fc.constantFrom('up', 'down', 'unknown'),
    dead: fc.boolean(),
  });
  const standings = fc
    .record({ p1: standing, p2: standing, s1: standing, s2: standing })
    .filter(
      ({ p1, p2, s1, s2 }) => (p1.takes || p2.takes) === true && (s1.takes || s2.takes) === true,
    );

  test('from any state to any other, the last one that takes flows never goes in between', () => {
    const states = Object.values(directors);
    fc.assert(
      fc.property(fc.constantFrom(...states), standings, standings, (state, from, to) => {
        const [old, next] = [
          wantedTable(state, liveOf(state, from)),
          wantedTable(state, liveOf(state, to)),
        ];
        const lines = changeLines(old, next);
        const end = applied(old, lines);
        expect(tableDigest(end)).toBe(ipvsDigest(state, liveOf(state, to)));
        expect(changeLines(end, next)).toEqual([]);
        for (let count = 0; count <= lines.length; count++) {
          for (const { reals: between } of applied(old, lines.slice(0, count)).values())
            expect([...between.values()].some(({ weight }) => weight > 0)).toBe(true);
        }
      }),
    );
  });

  test('equal digests mean equal tables', () => {
    fc.assert(
      fc.property(standings, standings, (one, other) => {
        const [a, b] = [want(one), want(other)];
        const isSame = JSON.stringify(tableLines(a)) === JSON.stringify(tableLines(b));
        expect(tableDigest(a) === tableDigest(b)).toBe(isSame);
      }),
    );
  });
});

test('what ipvsadm saves reads as what was wanted', () => {
  const saved = `-A -t 203.0.113.10:80 -s mh -b mh-fallback,mh-port
-a -t 203.0.113.10:80 -r 198.51.100.21:80 -g -w 100
-A -u 203.0.113.53:53 -s wrr -o
-a -u 203.0.113.53:53 -r 198.51.100.21:53 -i -w 100 --tun-type ipip
-A -f 8 -6 -s sh -p 300 -M 64 -b sh-port,sh-fallback
`;
  expect([...parseTable(saved)]).toEqual([
    [
      '-t 203.0.113.10:80',
      {
        options: '-s mh -b mh-fallback,mh-port',
        reals: new Map([['198.51.100.21:80', { method: '-g', weight: 100 }]]),
      },
    ],
    [
      '-u 203.0.113.53:53',
      {
        options: '-s wrr -o',
        reals: new Map([['198.51.100.21:53', { method: '-i', weight: 100 }]]),
      },
    ],
    ['-f 8 -6', { options: '-s sh -p 300 -M 64 -b sh-fallback,sh-port', reals: new Map() }],
  ]);
});

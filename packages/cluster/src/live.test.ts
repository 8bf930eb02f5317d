import { describe, expect, test } from 'vitest';
import {
  type AckedSteps,
  directorLive,
  directorNeighbours,
  type LiveInput,
  proxyLive,
  receiverLive,
  receiverNeighbours,
  routerLive,
  speakerLive,
  throughGateways,
} from './live.ts';
import type { Latch } from './model/intent.ts';
import type { FeedState } from './model/live.ts';
import { allVipPrefixes, tableGroups } from './roles.ts';
import { nowMs, verdict, wellSnapshot, withFeed } from './testing/snapshots.ts';

const well = wellSnapshot();
const input = (
  change: Partial<FeedState> = {},
  origin: LiveInput['origin'] = 'feed',
): LiveInput => {
  const { cluster, generation, feed } = withFeed(well, change);
  return { cluster, generation, feed, origin, nowMs };
};
const leave = (step: number) => ({ steps: { l7: step }, grantedAtMs: 0 });
const latch = (target: string, kind: Latch['kind'], untilMs?: number): Record<string, Latch> => ({
  [target]: {
    target,
    kind,
    by: 'ana',
    why: '',
    sinceMs: 0,
    revision: 1,
    ...(untilMs === undefined ? {} : { untilMs }),
  },
});
const addressOf = (name: string) =>
  well.cluster.nodes.find((node) => node.name === name)?.legs[0]?.addresses[0];

test.for([
  ['all may receive', { d1: leave(1), d2: leave(1) }, []],
  ['one has no leave: fenced', { d1: leave(1) }, ['d2']],
  ['nobody has leave: the last next hop is never taken away', {}, []],
] as const)('a router: %s', ([, receiving, fenced]) => {
  expect(routerLive(input({ receiving })).fenced).toEqual(fenced.map(addressOf));
});

describe('a speaker', () => {
  const cases: readonly (readonly [string, LiveInput, AckedSteps, string])[] = [
    ['with leave and the step', input({ receiving: { d1: leave(3) } }), { l7: { step: 3 } }, 'up'],
    ['past the step', input({ receiving: { d1: leave(3) } }), { l7: { step: 9 } }, 'up'],
    ['short of it', input({ receiving: { d1: leave(3) } }), { l7: { step: 2 } }, 'withdrawn'],
    ['nothing acked', input({ receiving: { d1: leave(3) } }), {}, 'withdrawn'],
    ['without leave', input({ receiving: { d2: leave(1) } }), { l7: { step: 9 } }, 'withdrawn'],
    ['booted without a feed', input({ receiving: {} }, 'disk'), {}, 'last-resort'],
    ['and without a table', input({ receiving: {}, tables: {} }, 'disk'), {}, 'withdrawn'],
  ];
  test.for(cases)('%s: %s', ([, given, acked, want]) => {
    const { announcements } = speakerLive(given, 'd1', acked);
    expect(announcements).toEqual(
      Object.fromEntries(allVipPrefixes(given.cluster).map((prefix) => [prefix, want])),
    );
  });
});

describe('where VIPs are answered by ARP', () => {
  const answering = (receiving: FeedState['receiving'], origin: LiveInput['origin'] = 'feed') => {
    const given = input({ receiving }, origin);
    const l4 = { ...given.cluster.l4, announce: { via: 'arp', holdTimeMs: 9_000 } } as const;
    const of = { ...given, cluster: { ...given.cluster, l4 } };
    return ['d1', 'd2'].map((node) => {
      const { announcements } = speakerLive(of, node, { l7: { step: 9 } });
      return [...new Set(Object.values(announcements))].join();
    });
  };
  test.for([
    ['the first of the file with leave does', { d1: leave(1), d2: leave(1) }, ['up', 'withdrawn']],
    ['the next one once that has none', { d2: leave(1) }, ['withdrawn', 'up']],
    ['nobody where none has', {}, ['withdrawn', 'withdrawn']],
    [
      'the first waits for its own tables',
      { d1: leave(10), d2: leave(1) },
      ['withdrawn', 'withdrawn'],
    ],
  ] as const)('%s', ([, receiving, want]) => expect(answering(receiving)).toEqual(want));
});

describe('a director', () => {
  test('has every table as the feed says, and its reals with what is known of them', () => {
    const given = input({
      health: { 'l7/p2': verdict('down', true) },
      latches: latch('p3', 'drain'),
    });
    const mac = { [addressOf('p1') ?? '']: '02:00:00:00:00:01' };
    const table = directorLive(given, mac).tables['l7'];
    const wanted = given.feed.tables['l7'];
    expect([table?.step, table?.digest, table?.rows]).toEqual([
      wanted?.step,
      wanted?.digest,
      wanted?.rows,
    ]);
    expect(
      table?.reals.map((real) => [real.name, real.mac, real.admin, real.health, real.dead]),
    ).toEqual([
      ['p1', '02:00:00:00:00:01', 'active', 'up', false],
      ['p2', undefined, 'active', 'down', true],
      ['p3', undefined, 'draining', 'up', false],
    ]);
  });

  test('has none before the feed has one', () => {
    expect(directorLive(input({ tables: {} }), {}).tables).toEqual({});
  });

  test('must know the MACs of its reals, each once', () => {
    expect(directorNeighbours({ groups: tableGroups(well.cluster, well.generation) })).toEqual(
      ['p1', 'p2', 'p3'].map(addressOf),
    );
  });

  test('knows a real behind a router by the MAC of the router', () => {
    const groups = tableGroups(well.cluster, well.generation);
    const [behind = '', ...others] = ['p1', 'p2', 'p3'].map((name) => addressOf(name) ?? '');
    const gateways = { [behind]: ['198.51.100.1', '198.51.100.2'] };
    expect(directorNeighbours({ groups, gateways })).toEqual([
      '198.51.100.1',
      '198.51.100.2',
      ...others,
    ]);
    const one = { '198.51.100.1': 'r1' };
    const two = { ...one, '198.51.100.2': 'r2' };
    expect(throughGateways(one, gateways)).toEqual({ ...one, [behind]: 'r1' });
    expect(throughGateways(one, {})).toBe(one);
    expect(throughGateways({}, gateways)).toEqual({});
    const silent = (...routers: readonly string[]) =>
      throughGateways(two, gateways, new Set(routers))[behind];
    expect(silent()).toBe('r1');
    expect(silent('198.51.100.1')).toBe('r2');
    expect(silent('198.51.100.1', '198.51.100.2')).toBe('r1');
  });
});

describe('a proxy', () => {
  const cases: readonly (readonly [
    string,
    Partial<FeedState>,
    Readonly<Record<string, string>>,
  ])[] = [
    ['all up', {}, { w1: 'ready', w2: 'ready' }],
    ['one down', { health: { 'web/w1': verdict('down') } }, { w1: 'maint', w2: 'ready' }],
    ['one dead', { health: { 'web/w1': verdict('down', true) } }, { w1: 'dead', w2: 'ready' }],
    [
      'drained, and dead',
      { health: { 'web/w1': verdict('down', true) }, latches: latch('w1', 'drain') },
      { w1: 'dead', w2: 'ready' },
    ],
    [
      'all dead: the floor holds',
      { health: { 'web/w1': verdict('down', true), 'web/w2': verdict('down', true) } },
      { w1: 'ready', w2: 'ready' },
    ],
    [
      'all down: the floor holds, nobody is taken out',
      { health: { 'web/w1': verdict('down'), 'web/w2': verdict('down') } },
      { w1: 'ready', w2: 'ready' },
    ],
    ['drained', { latches: latch('web/w1', 'drain') }, { w1: 'drain', w2: 'ready' }],
    ['maintained', { latches: latch('w1', 'maintenance') }, { w1: 'maint', w2: 'ready' }],
    ['forced down', { latches: latch('w1', 'force-down') }, { w1: 'maint', w2: 'ready' }],
    [
      'forced up although down',
      { health: { 'web/w1': verdict('down') }, latches: latch('w1', 'force-up') },
      { w1: 'ready', w2: 'ready' },
    ],
    [
      'the operator outvotes the floor',
      {
        health: { 'web/w1': verdict('down'), 'web/w2': verdict('down') },
        latches: latch('w2', 'drain'),
      },
      { w1: 'ready', w2: 'drain' },
    ],
    [
      'a latch that is over',
      { latches: latch('w1', 'drain', nowMs) },
      { w1: 'ready', w2: 'ready' },
    ],
  ];
  test.for(cases)('%s', ([, change, want]) => {
    const states = proxyLive(input(change), 'p1').pools['web'] ?? {};
    expect(
      Object.fromEntries(Object.entries(states).map(([name, { state }]) => [name, state])),
    ).toEqual(want);
  });

  test.for([
    ['p1', 'drain', true],
    ['l7/p1', 'drain', true],
    ['p1', 'maintenance', true],
    ['p2', 'drain', false],
    ['p1', 'force-up', false],
  ] as const)('latch on %s (%s): p1 drains %s', ([target, kind, draining]) => {
    expect(proxyLive(input({ latches: latch(target, kind) }), 'p1').draining).toBe(draining);
  });
});

describe('a receiver', () => {
  const address = (last: number) => `198.51.100.${last}`;
  const real = (id: number) => {
    return { id, name: `p${id}`, address: address(20 + id), addresses: [address(20 + id)] };
  };
  const check = {
    self: 1,
    addresses: [address(21)],
    takesTunnels: false,
    namesSecond: true,
    reals: [real(1), real(2), real(3)],
  };
  const back = [{ director: 'l4a', number: 11, addresses: [address(11)] }];
  const macs = { [address(11)]: '02:00:00:00:00:11', [address(22)]: '02:00:00:00:00:22' };

  test.for([
    ['nothing to know', {}, [], [], []],
    ['ways back', { returnPaths: back }, [11], [11], []],
    ['a socket check: all but itself', { socketCheck: check }, [22, 23], [], [22]],
    ['both', { returnPaths: back, socketCheck: check }, [11, 22, 23], [11], [22]],
    [
      'one behind a router',
      { socketCheck: { ...check, gateways: { [address(23)]: [address(22)] } } },
      [22],
      [],
      [22],
    ],
    ['nobody names a second', { socketCheck: { ...check, namesSecond: false } }, [], [], []],
  ] as const)('%s', ([, change, asked, directors, reals]) => {
    const state = { node: 'p1', returnPaths: [], ...change };
    expect(receiverNeighbours(state)).toEqual(asked.map(address));
    const live = receiverLive(state, macs);
    expect(Object.keys(live.directors)).toEqual(directors.map(address));
    expect(Object.keys(live.reals)).toEqual(reals.map(address));
  });
});

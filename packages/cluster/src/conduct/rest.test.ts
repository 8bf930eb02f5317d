/** Directors that remember flows: rows and the set of directors never change at the same time by plan. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conduct } from '../conduct.ts';
import { previousOf } from '../table.ts';
import { times, World, type WorldOptions } from '../testing/conduct-world.ts';
import { type ConductorView, emptyMemory } from './view.ts';

const sizes = { routers: 2, directors: 3, proxies: 3, rows: 12 } as const;

/** Everybody hears, routes, reports; the leader turns. */
function round(world: World, but: readonly string[] = []): void {
  world.wait(5);
  for (const { name } of world.small.cluster.nodes) {
    if (but.includes(name)) continue;
    world.hear(name);
    if (world.small.routers.includes(name)) world.converge(name);
    world.measure(name);
    world.arrive(name);
  }
  world.lead();
}

function rounds(world: World, count: number, but?: readonly string[]): void {
  for (let i = 0; i < count; i++) round(world, but);
}

function started(options: WorldOptions = { flowMemory: true }): World {
  const world = new World(sizes, options);
  for (const proxy of world.small.proxies) world.judge(`l7/${proxy}`, 'up');
  rounds(world, 8);
  return world;
}

const receiving = (world: World): string => Object.keys(world.feed.receiving).sort().join(' ');
const kinds = (world: World): string => world.steps.map((step) => step.kind).join(' ');
const waitsOf = (world: World, subject: string): readonly string[] =>
  world.waits().filter((wait) => wait.startsWith(`${subject} `));

/** p1 drained, its rows flipped, a flow of each row under way. */
function inChange(options?: WorldOptions): World {
  const world = started(options);
  world.latch('l7/p1', 'drain');
  rounds(world, 5);
  expect(kinds(world)).toBe('birth arm flip');
  return world;
}

/** Flows end and time passes until rows are settled. */
function settle(world: World): void {
  world.closeAll();
  world.wait(times.clearAfterMs);
  rounds(world, 6);
}

describe('leave while rows are in change', () => {
  test('is not taken by plan until they are settled, and the wait says when', () => {
    const world = inChange();
    world.latch('d1', 'drain');
    rounds(world, 5);
    expect(receiving(world)).toBe('d1 d2 d3');
    const [wait] = conduct(world.view(), emptyMemory).waits.filter((each) => each.etaMs);
    expect(wait).toMatchObject({
      subject: 'd1',
      why: {
        word: 'rows-in-change',
        text: 'd1 goes on receiving until rows are settled: 4 of 12 rows of l7 are in change, for about 30 s',
      },
      etaMs: times.clearAfterMs,
    });
    settle(world);
    expect(receiving(world)).toBe('d2 d3');
    expect(world.misplaced()).toBeUndefined();
  });

  test('is not given to one that comes back until they are settled', () => {
    const world = started();
    world.latch('d1', 'drain');
    rounds(world, 4);
    world.latch('l7/p1', 'drain');
    rounds(world, 5);
    world.latch('d1', undefined);
    rounds(world, 3);
    expect(receiving(world)).toBe('d2 d3');
    expect(waitsOf(world, 'd1')).toEqual([
      expect.stringMatching(/rows-in-change: d1 comes back when rows are settled/),
    ]);
    settle(world);
    expect(receiving(world)).toBe('d1 d2 d3');
  });

  test('the wait goes on while the former owner has flows, until they are forgotten', () => {
    const world = started({ flowMemory: true, settings: { forgetAfterMs: 10_000 } });
    world.open('d1', 0);
    world.latch('l7/p1', 'drain');
    rounds(world, 5);
    world.latch('d1', 'drain');
    world.wait(times.clearAfterMs);
    rounds(world, 5);
    expect(receiving(world)).toBe('d1 d2 d3');
    expect(waitsOf(world, 'd1')).toEqual([expect.stringContaining('1 of 12 rows')]);
    for (let i = 0; i < 20; i++) {
      world.wait(500);
      rounds(world, 2);
    }
    expect(receiving(world)).toBe('d2 d3');
  });

  test('is taken at once where the operator forces it', () => {
    const world = inChange();
    world.latch('d1', 'force-down');
    rounds(world, 2);
    expect(receiving(world)).toBe('d2 d3');
  });

  test('is given at once where the operator forces it', () => {
    const world = started();
    world.latch('d1', 'drain');
    rounds(world, 4);
    world.latch('l7/p1', 'drain');
    rounds(world, 5);
    world.latch('d1', 'force-up');
    rounds(world, 3);
    expect(receiving(world)).toBe('d1 d2 d3');
  });

  test('is taken at once from the dead, and from a drained one that does not ack', () => {
    const world = inChange();
    world.kill('d1');
    world.judge('l4/d1', 'dead');
    rounds(world, 2);
    expect(receiving(world)).toBe('d2 d3');
    const other = inChange();
    other.latch('d1', 'drain');
    other.cutOff('d1', true);
    other.latch('l7/p1', undefined);
    rounds(other, 3);
    other.wait(times.ackTimeoutMs);
    rounds(other, 2);
    expect(receiving(other)).toBe('d2 d3');
  });

  test('is given at once where nobody else carries traffic', () => {
    const world = started();
    world.latch('d1', 'drain');
    rounds(world, 4);
    world.latch('l7/p1', 'drain');
    rounds(world, 5);
    world.latch('d1', undefined);
    for (const director of ['d2', 'd3']) {
      world.kill(director);
      world.judge(`l4/${director}`, 'dead');
    }
    rounds(world, 2);
    expect(receiving(world)).toContain('d1');
  });

  test('a new leader that has not heard the others yet gives none', () => {
    const world = started();
    world.latch('d1', 'drain');
    rounds(world, 4);
    world.latch('l7/p1', 'drain');
    rounds(world, 5);
    world.latch('d1', undefined);
    for (const { name } of world.small.cluster.nodes) world.hear(name);
    world.measure('d1');
    world.arrive('d1');
    const { d1 } = world.view().seenAtMs;
    const view: ConductorView = { ...world.view(), seenAtMs: { d1: d1 ?? 0 } };
    expect(conduct(view, emptyMemory).receiving).toEqual({});
  });

  test.each<[string, WorldOptions]>([
    ['remember nothing', {}],
    [
      'remember flows of other groups alone',
      { view: (view) => ({ ...view, remembered: new Set(['other']) }) },
    ],
  ])('matters to nobody where directors %s', (_, options) => {
    const world = inChange(options);
    world.latch('d1', 'drain');
    rounds(world, 3);
    expect(receiving(world)).toBe('d2 d3');
  });
});

describe('rows while routers settle on the directors', () => {
  test('none is armed before every router shows a director gone', () => {
    const world = started();
    world.latch('d1', 'drain');
    rounds(world, 1);
    expect(receiving(world)).toBe('d2 d3');
    world.latch('l7/p1', 'drain');
    rounds(world, 3, ['r2']);
    expect(kinds(world)).toBe('birth');
    expect(waitsOf(world, 'l7')).toEqual(['l7 not-proven-absent: r2 may still forward to d1']);
    rounds(world, 3);
    expect(kinds(world)).toBe('birth arm flip');
  });

  test('none is armed before every router forwards to one that came back', () => {
    const world = started();
    world.latch('d1', 'drain');
    rounds(world, 4);
    world.latch('d1', undefined);
    rounds(world, 1);
    world.latch('l7/p1', 'drain');
    rounds(world, 3, ['r2']);
    expect(kinds(world)).toBe('birth');
    expect(waitsOf(world, 'l7')).toEqual(['l7 not-listed: r2 may not forward to d1 yet']);
    rounds(world, 3);
    expect(kinds(world)).toBe('birth arm flip');
  });

  test('one of another group is armed all the same', () => {
    const world = started({ view: (view) => ({ ...view, remembered: new Set(['other']) }) });
    world.latch('d1', 'drain');
    rounds(world, 1);
    world.latch('l7/p1', 'drain');
    rounds(world, 3, ['r2']);
    expect(kinds(world)).toBe('birth arm flip');
  });

  test('a router that says nothing holds nobody up for longer than an ack may take', () => {
    const world = started();
    world.latch('d1', 'drain');
    rounds(world, 1);
    world.latch('l7/p1', 'drain');
    rounds(world, 1, ['r2']);
    world.wait(times.ackTimeoutMs + 1);
    rounds(world, 3, ['r2']);
    expect(kinds(world)).toBe('birth arm flip');
  });
});

/** What may happen by plan: nobody dies, everything may be late. A leader that never gives anybody up does nothing but by plan. */
const planned: WorldOptions = {
  flowMemory: true,
  settings: { ackTimeoutMs: 1e9, reportFreshMs: 1e9 },
};
type Doing = (world: World, a: number, b: number) => void;
const pick = <T>(items: readonly T[], at: number): T => items[at % items.length] as T;
const nodeOf = (world: World, a: number): string => pick(world.small.cluster.nodes, a).name;
const doings: readonly (readonly [number, Doing])[] = [
  [6, (world) => void world.lead()],
  [6, (world, _, b) => world.wait(1 + (b % 50))],
  [3, (world) => world.wait(times.clearAfterMs)],
  [8, (world, a) => world.hear(nodeOf(world, a))],
  [4, (world, a) => world.measure(nodeOf(world, a))],
  [4, (world, a) => world.arrive(nodeOf(world, a))],
  [4, (world, a) => world.converge(pick(world.small.routers, a))],
  [8, (world, a) => round(world, [nodeOf(world, a)])],
  [6, (world) => round(world)],
  [12, (world, a, b) => world.open(pick(world.small.directors, a), b % sizes.rows)],
  [2, (world, a) => void (world.flows.length > 0 && world.close(a % world.flows.length))],
  [
    2,
    (world, a, b) => world.latch(`l7/${pick(world.small.proxies, a)}`, b % 2 ? 'drain' : undefined),
  ],
  [2, (world, a, b) => world.latch(pick(world.small.directors, a), b % 2 ? 'drain' : undefined)],
];
const lots = doings.flatMap(([often, doing]) => Array<Doing>(often).fill(doing));
const history = fc.array(fc.tuple(fc.nat(lots.length - 1), fc.nat(63), fc.nat(63)), {
  minLength: 20,
  maxLength: 200,
  size: 'max',
});
type History = readonly (readonly [number, number, number])[];

function misplacedIn(actions: History, options: WorldOptions): string | undefined {
  const world = started(options);
  for (const [kind, a, b] of actions) {
    pick(lots, kind)(world, a, b);
    if (world.misplaced() !== undefined) break;
  }
  return world.misplaced();
}

describe('no flow is sent to another than its owner by plan', () => {
  test('whatever is late', () => {
    const holds = fc.property(history, (actions) => {
      expect(misplacedIn(actions, planned)).toBeUndefined();
    });
    fc.assert(holds, { numRuns: Number(process.env.CONDUCT_RUNS ?? 60) });
  }, 600_000);

  test('and when all is quiet every wanted director receives', () => {
    const rests = fc.property(history, (actions) => {
      const world = started(planned);
      for (const [kind, a, b] of actions) pick(lots, kind)(world, a, b);
      for (let i = 0; i < 6; i++) settle(world);
      const rows = world.feed.tables.l7?.rows ?? new Uint32Array();
      const wanted = world.small.directors.filter((name) => !world.feed.latches[name]);
      if (wanted.length === 0) return;
      expect([...rows].filter((word) => previousOf(word) !== 0)).toEqual([]);
      expect(Object.keys(world.feed.receiving).sort()).toEqual(wanted);
    });
    fc.assert(rests, { numRuns: 20 });
  }, 600_000);

  test.each<[string, WorldOptions]>([
    ['takes rows for settled', { view: (view) => ({ ...view, remembered: new Set() }) }],
    ['arms while routers settle', { settings: { ackTimeoutMs: 0, reportFreshMs: 1e9 } }],
  ])(
    'a conductor that %s is caught',
    (_, mutation) => {
      const found = fc.check(
        fc.property(history, (actions) => {
          return misplacedIn(actions, { ...planned, ...mutation }) === undefined;
        }),
        { numRuns: 3_000, endOnFailure: true },
      );
      expect(found.failed).toBe(true);
    },
    60_000,
  );
});

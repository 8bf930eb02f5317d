/** Model checking: whatever is late, lost, dead or moved, no flow's owner is ever out of reach; and when all is quiet, tables come to rest. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeReport } from './model/seen.ts';
import { flippedWord, nextStep, previousOf, rowsNaming } from './table.ts';
import { type Mutation, times, World } from './testing/conduct-world.ts';

/** Histories per property; more by hand: `CONDUCT_RUNS=20000`. */
const runs = Number(process.env.CONDUCT_RUNS ?? 300);
const sizes = { routers: 2, directors: 3, proxies: 4, rows: 8 } as const;

interface Action {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

const pick = <T>(items: readonly T[], at: number): T => items[at % items.length] as T;

/** A node hears, converges, measures, reports. */
function sync(world: World, name: string): void {
  world.hear(name);
  if (world.small.routers.includes(name)) world.converge(name);
  world.measure(name);
  world.arrive(name);
}

/** Everybody but at most one hears and reports; the leader turns. */
function round(world: World, but?: string): void {
  for (const { name } of world.small.cluster.nodes) if (name !== but) sync(world, name);
  world.lead();
}

type Doing = (world: World, action: Action) => unknown;
const nodeOf = (world: World, { a }: Action): string => pick(world.small.cluster.nodes, a).name;
const proxyOf = (world: World, { a }: Action): string => pick(world.small.proxies, a);
const directorOf = (world: World, { a }: Action): string => pick(world.small.directors, a);

/** What may happen, with how often. */
const doings: readonly (readonly [number, Doing])[] = [
  [6, (world) => void world.lead()],
  [1, (world) => void world.lead(true)],
  [8, (world, { b }) => world.wait(1 + (b % 50))],
  [2, (world) => world.wait(times.clearAfterMs)],
  [8, (world, action) => world.hear(nodeOf(world, action))],
  [5, (world, action) => world.measure(nodeOf(world, action))],
  [5, (world, action) => world.arrive(nodeOf(world, action))],
  [6, (world, action) => sync(world, nodeOf(world, action))],
  [3, (world, { a }) => world.converge(pick(world.small.routers, a))],
  [
    12,
    (world, { b, ...action }) => world.open(directorOf(world, { ...action, b }), b % sizes.rows),
  ],
  [3, (world, { a }) => void (world.flows.length > 0 && world.close(a % world.flows.length))],
  [6, (world, action) => round(world, nodeOf(world, action))],
  [6, (world) => round(world)],
  [
    3,
    (world, action) =>
      world.latch(`l7/${proxyOf(world, action)}`, action.b % 2 === 0 ? 'drain' : undefined),
  ],
  [
    1,
    (world, action) =>
      world.latch(directorOf(world, action), action.b % 2 === 0 ? 'drain' : undefined),
  ],
  [1, (world, { b }) => b % 8 === 0 && world.feed.receiving.d3 !== undefined && world.delete('d3')],
  [2, (world, action) => verdict(world, action)],
  [4, (world, action) => world.cutOff(nodeOf(world, action), action.b % 2 === 0)],
  [2, (world, action) => world.cutOff(directorOf(world, action), true)],
  [
    1,
    (world, action) =>
      action.b % 2 === 0
        ? world.kill(directorOf(world, action))
        : world.boot(directorOf(world, action)),
  ],
];
const lots: readonly Doing[] = doings.flatMap(([often, doing]) => Array<Doing>(often).fill(doing));

function verdict(world: World, action: Action): void {
  const proxy = proxyOf(world, action);
  const dies = action.b % 5 === 0;
  if (dies) world.kill(proxy);
  else if (action.b % 5 > 2) world.boot(proxy);
  if (world.isAlive(proxy)) world.judge(`l7/${proxy}`, action.b % 5 === 1 ? 'down' : 'up');
  else world.judge(`l7/${proxy}`, 'dead');
}

function started(mutation?: Mutation): World {
  const world = new World(sizes, mutation);
  for (const proxy of world.small.proxies) world.judge(`l7/${proxy}`, 'up');
  for (let i = 0; i < 6; i++) {
    world.wait(10);
    round(world);
  }
  return world;
}

const history = fc.array(
  fc.record({ kind: fc.nat(lots.length - 1), a: fc.nat(63), b: fc.nat(63) }),
  { minLength: 20, maxLength: 400, size: 'max' },
);

/** What broke, undefined if nothing did. */
function breaks(actions: readonly Action[], mutation?: Mutation): string | undefined {
  const world = started(mutation);
  for (const action of actions) {
    pick(lots, action.kind)(world, action);
    const broken = world.broken();
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** All faults end: nodes that live speak, flows end, time passes. `dead` ones stay dead. */
function settle(world: World): void {
  world.closeAll();
  for (const { name } of world.small.cluster.nodes) world.cutOff(name, false);
  for (let i = 0; i < 60; i++) {
    world.wait(i % 3 === 0 ? times.clearAfterMs + 1 : 20);
    round(world);
  }
}

describe('no connection breaks', () => {
  test('it starts: all directors receive and the rows are shared', () => {
    const world = started();
    expect(Object.keys(world.feed.receiving)).toEqual(['d1', 'd2', 'd3']);
    expect(world.feed.tables.l7?.step).toBe(1);
    for (const id of [1, 2, 3, 4])
      expect(rowsNaming(world.feed.tables.l7?.rows ?? new Uint32Array(), id).current).toBe(2);
  });

  test('the owner of every flow is named by its row on every director that is forwarded to', () => {
    fc.assert(
      fc.property(history, (actions) => {
        expect(breaks(actions)).toBeUndefined();
      }),
      { numRuns: runs },
    );
  }, 600_000);

  test('when all is quiet, tables come to rest as wanted', () => {
    fc.assert(
      fc.property(history, (actions) => {
        const world = started();
        for (const action of actions) pick(lots, action.kind)(world, action);
        settle(world);
        const rows = world.feed.tables.l7?.rows ?? new Uint32Array();
        const waits = world.waits().join('\n');
        expect(world.lead(), waits).toBe(false);
        const wanted = world.small.proxies.filter((name) => {
          const health = world.feed.health[`l7/${name}`];
          return health?.health === 'up' && world.feed.latches[`l7/${name}`] === undefined;
        });
        const serving = world.small.directors.filter(
          (name) =>
            world.isAlive(name) && !world.isDeleted(name) && world.feed.latches[name] === undefined,
        );
        // With the floor held rows stay where health would take them away; without a director nothing can move.
        if (waits.includes('floor') || wanted.length < 2 || serving.length === 0) return;
        expect(
          [...rows].filter((word) => previousOf(word) !== 0),
          waits,
        ).toEqual([]);
        const shares = wanted.map(
          (name) => rowsNaming(rows, world.small.generation.ids[`l7/${name}`] as number).current,
        );
        expect(
          shares.reduce((a, b) => a + b, 0),
          waits,
        ).toBe(sizes.rows);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs / 2 },
    );
  }, 600_000);
});

/** Conductors with one rule taken out: each must be caught, or the property above proves nothing. */
const mutants: Readonly<Record<string, Mutation>> = {
  'flips without arming': {
    step: (step, table) => {
      if (step.kind !== 'arm') return step;
      const words = new Map(step.rowIndexes.map((row, at) => [row, step.rowWords[at] as number]));
      const rewrite = (word: number, row: number): number => {
        const armed = words.get(row);
        return armed === undefined ? word : flippedWord(armed);
      };
      const made = nextStep(table, { kind: 'down', rewrite, why: step.why });
      return made === undefined ? step : { ...made, kind: 'down' };
    },
  },
  'does not wait for acks': {
    view: (view) => ({
      ...view,
      reports: Object.fromEntries(
        Object.entries(view.reports).map(([name, report]) => [
          name,
          { ...report, steps: name.startsWith('d') ? view.feed.tables : {} },
        ]),
      ),
    }),
  },
  'takes a fence for granted': {
    view: (view) => ({
      ...view,
      reports: Object.fromEntries(
        Object.entries(view.reports).map(([name, report]) => [
          name,
          {
            ...report,
            version: { ...report.version, ...view.feed, generation: 1 },
            sample: { ...report.sample, ...(name.startsWith('r') ? { nextHops: {} } : {}) },
          },
        ]),
      ),
    }),
  },
  'forgets who was deleted': {
    view: (view) => {
      const known = new Set(view.cluster.nodes.map(({ name }) => name));
      const addresses = new Set(
        view.cluster.nodes.flatMap(({ legs }) => legs.flatMap((leg) => leg.addresses)),
      );
      const hops = (report: NodeReport): NodeReport['sample']['nextHops'] =>
        report.sample.nextHops &&
        Object.fromEntries(
          Object.entries(report.sample.nextHops).map(([vip, list]) => [
            vip,
            list.filter((hop) => addresses.has(hop)),
          ]),
        );
      const receiving = Object.entries(view.feed.receiving).filter(([name]) => known.has(name));
      return {
        ...view,
        feed: { ...view.feed, receiving: Object.fromEntries(receiving) },
        reports: Object.fromEntries(
          Object.entries(view.reports).map(([name, report]) => {
            const nextHops = hops(report);
            const sample = { ...report.sample, ...(nextHops === undefined ? {} : { nextHops }) };
            return [name, { ...report, sample }];
          }),
        ),
      };
    },
  },
  'clears while flows live': {
    view: (view) => ({
      ...view,
      reports: Object.fromEntries(
        Object.entries(view.reports).map(([name, report]) => {
          const { ownedRows: _, ...sample } = report.sample;
          return [name, { ...report, sample: { ...sample, ownedSockets: 0 } }];
        }),
      ),
    }),
  },
  'clears at once': {
    view: (view) => ({ ...view, settings: { ...view.settings, clearAfterMs: 0 } }),
  },
};

describe('the model can fail', () => {
  test.each(Object.keys(mutants))(
    'a conductor that %s',
    (name) => {
      const found = fc.check(
        fc.property(history, (actions) => breaks(actions, mutants[name]) === undefined),
        { numRuns: 3000, endOnFailure: true },
      );
      expect(found.failed).toBe(true);
    },
    180_000,
  );
});

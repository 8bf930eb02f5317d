import { describe, expect, test } from 'vitest';
import { type ConductorView, emptyMemory } from './conduct/view.ts';
import { conduct } from './conduct.ts';
import type { NodeReport } from './model/seen.ts';
import { currentOf, packRows, previousOf, rowsNaming, tableDigest, wordOf } from './table.ts';
import { type Sizes, smallCluster } from './testing/conduct-cluster.ts';
import { times, World } from './testing/conduct-world.ts';

const sizes: Sizes = { routers: 2, directors: 3, proxies: 3, rows: 12 };

/** Everybody but `but` hears and reports, the leader turns; `times` over. */
function rounds(world: World, count: number, but: readonly string[] = []): void {
  for (let i = 0; i < count; i++) {
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
}

function started(given: Partial<Sizes> = {}): World {
  const world = new World({ ...sizes, ...given });
  for (const proxy of world.small.proxies) world.judge(`l7/${proxy}`, 'up');
  rounds(world, 5);
  return world;
}

const rowsOf = (world: World): Uint32Array => world.feed.tables.l7?.rows ?? new Uint32Array();
const kinds = (world: World): string => world.steps.map((step) => step.kind).join(' ');
const pairs = (world: World): string =>
  [...rowsOf(world)].map((word) => `${currentOf(word)}${previousOf(word) || ''}`).join(' ');
const says = (world: World, word: string): boolean =>
  world.waits().some((wait) => wait.includes(` ${word}: `));

describe('a drain', () => {
  test('arms, flips, and clears once the proxy owns nothing and time has passed', () => {
    const world = started();
    world.open('d1', 0);
    world.latch('l7/p1', 'drain');
    rounds(world, 4);
    expect(kinds(world)).toBe('birth arm flip');
    expect(pairs(world)).toBe('21 21 31 31 2 2 2 2 3 3 3 3');
    world.wait(times.clearAfterMs);
    rounds(world, 2);
    expect(kinds(world), 'row 0 is still owned').toBe('birth arm flip clear');
    expect(pairs(world)).toBe('21 2 3 3 2 2 2 2 3 3 3 3');
    world.closeAll();
    rounds(world, 2);
    expect(pairs(world)).toBe('2 2 3 3 2 2 2 2 3 3 3 3');
  });
  test('undone in the middle flips back without arming', () => {
    const world = started();
    world.latch('p1', 'drain');
    rounds(world, 4);
    world.latch('p1', undefined);
    rounds(world, 2);
    expect(kinds(world)).toBe('birth arm flip flip');
    expect(rowsNaming(rowsOf(world), 1)).toEqual({ current: 4, previous: 0, armed: 0 });
  });
  test('undone while armed is disarmed', () => {
    const world = started();
    world.latch('p1', 'drain');
    rounds(world, 1);
    world.latch('p1', undefined);
    rounds(world, 2);
    expect(kinds(world)).toBe('birth arm clear');
    expect(pairs(world)).toBe('1 1 1 1 2 2 2 2 3 3 3 3');
  });
  test('of a second one lets rows wait whose previous may own flows', () => {
    const world = started();
    world.open('d1', 0);
    world.latch('l7/p1', 'drain');
    rounds(world, 4);
    world.latch('l7/p2', 'drain');
    rounds(world, 4);
    expect(pairs(world)).toBe('21 21 31 31 32 32 32 32 3 3 3 3');
    expect(says(world, 'third-candidate')).toBe(true);
    world.closeAll();
    for (let i = 0; i < 4; i++) {
      world.wait(times.clearAfterMs);
      rounds(world, 4);
    }
    expect(pairs(world)).toBe('3 3 3 3 3 3 3 3 3 3 3 3');
  });
  test('of the last one that works waits', () => {
    const world = started();
    world.judge('l7/p2', 'down');
    world.judge('l7/p3', 'down');
    rounds(world, 4);
    world.latch('l7/p1', 'drain');
    rounds(world, 4);
    expect(rowsNaming(rowsOf(world), 1).current).toBeGreaterThan(0);
    expect(says(world, 'last-member')).toBe(true);
  });
  test('of all of them leaves the rows where they are', () => {
    const world = started();
    for (const proxy of world.small.proxies) world.latch(`l7/${proxy}`, 'drain');
    rounds(world, 4);
    expect(kinds(world)).toBe('birth');
  });
});

describe('members come and go', () => {
  test('a new one takes its share by arm and flip, once it is up', () => {
    const world = started();
    world.latch('l7/p3', 'drain');
    rounds(world, 4);
    world.wait(times.clearAfterMs);
    rounds(world, 2);
    world.judge('l7/p3', 'down');
    world.latch('l7/p3', undefined);
    rounds(world, 3);
    expect(rowsNaming(rowsOf(world), 3).current).toBe(0);
    expect(says(world, 'down')).toBe(true);
    world.judge('l7/p3', 'up');
    rounds(world, 3);
    expect(rowsNaming(rowsOf(world), 3).current).toBe(4);
    expect(world.steps.at(-2)?.kind).toBe('arm');
  });
  test('one whose checks fail is passed over at once, waits for no ack, and comes back by a flip', () => {
    const world = started();
    world.judge('l7/p1', 'down');
    world.lead();
    expect(kinds(world)).toBe('birth down');
    expect(pairs(world)).toBe('21 21 31 31 2 2 2 2 3 3 3 3');
    world.judge('l7/p1', 'up');
    rounds(world, 3);
    expect(kinds(world)).toBe('birth down flip');
  });
  test('the dead are erased: to their previous owner if it is there, else to another one', () => {
    const world = started();
    world.latch('l7/p1', 'drain');
    rounds(world, 4);
    world.judge('l7/p2', 'dead');
    world.lead();
    expect(world.steps.at(-1)?.kind).toBe('dead');
    expect(pairs(world), 'p1 is drained, so it stays second').toBe('31 31 31 31 3 3 3 3 3 3 3 3');
    world.judge('l7/p1', 'dead');
    world.lead();
    expect(pairs(world)).toBe('3 3 3 3 3 3 3 3 3 3 3 3');
  });
  test('a dead one overtakes a step in flight', () => {
    const world = started();
    world.latch('l7/p1', 'drain');
    world.lead();
    world.judge('l7/p2', 'dead');
    world.lead();
    expect(kinds(world)).toBe('birth arm dead');
    rounds(world, 4);
    expect(rowsNaming(rowsOf(world), 2)).toEqual({ current: 0, previous: 0, armed: 0 });
  });
  test('when all are down or dead nothing is taken away', () => {
    for (const verdict of ['down', 'dead'] as const) {
      const world = started();
      for (const proxy of world.small.proxies) world.judge(`l7/${proxy}`, verdict);
      rounds(world, 4);
      expect(kinds(world)).toBe('birth');
    }
  });
  test('below the floor health is ignored', () => {
    const world = started();
    world.judge('l7/p1', 'down');
    rounds(world, 3);
    world.judge('l7/p2', 'down');
    rounds(world, 3);
    expect(says(world, 'floor')).toBe(true);
    expect(rowsNaming(rowsOf(world), 2).current).toBeGreaterThan(0);
  });
});

describe('leave to receive', () => {
  test('a director that does not ack is fenced; steps go on when the routers show it gone', () => {
    const world = started();
    world.cutOff('d3', true);
    world.latch('l7/p1', 'drain');
    rounds(world, 3);
    expect(kinds(world)).toBe('birth arm');
    expect(says(world, 'not-acked')).toBe(true);
    world.wait(times.ackTimeoutMs);
    rounds(world, 1, ['r1', 'r2']);
    expect(Object.keys(world.feed.receiving)).toEqual(['d1', 'd2']);
    rounds(world, 2, ['r2']);
    expect(kinds(world), 'r2 has not shown its FIB').toBe('birth arm');
    expect(says(world, 'not-proven-absent')).toBe(true);
    expect(conduct(world.view(), emptyMemory).fences).toMatchObject([
      { director: 'd3', addresses: ['192.0.2.13'] },
    ]);
    rounds(world, 3);
    expect(kinds(world)).toBe('birth arm flip');
  });
  test('it comes back when it has every table', () => {
    const world = started();
    world.cutOff('d3', true);
    world.latch('l7/p1', 'drain');
    rounds(world, 3);
    world.wait(times.ackTimeoutMs);
    rounds(world, 4);
    world.cutOff('d3', false);
    rounds(world, 3);
    expect(Object.keys(world.feed.receiving)).toEqual(['d1', 'd2', 'd3']);
    expect(world.feed.receiving.d3?.steps).toEqual({ l7: 3 });
  });
  test('a dead director is dropped at once', () => {
    const world = started();
    world.kill('d2');
    world.judge('l4/d2', 'dead');
    rounds(world, 1);
    expect(Object.keys(world.feed.receiving)).toEqual(['d1', 'd3']);
  });
  test('a drained director loses it, the last one does not', () => {
    const world = started();
    for (const director of world.small.directors) {
      world.latch(director, 'drain');
      rounds(world, 2);
    }
    expect(Object.keys(world.feed.receiving)).toHaveLength(1);
    expect(says(world, 'last-director')).toBe(true);
    const [last] = Object.keys(world.feed.receiving);
    world.latch(last as string, 'force-down');
    rounds(world, 1);
    expect(world.feed.receiving).toEqual({});
  });
  test.each(['static', 'vrrp'] as const)(
    '%s: a dark director cannot be fenced, so tables stand still',
    (via) => {
      const world = started({ via });
      expect(Object.keys(world.feed.receiving)).toHaveLength(3);
      world.cutOff('d3', true);
      world.latch('l7/p1', 'drain');
      rounds(world, 3);
      world.wait(times.ackTimeoutMs);
      rounds(world, 3);
      expect(kinds(world)).toBe('birth arm');
      expect(says(world, 'cannot-be-fenced')).toBe(true);
    },
  );
  test('arp: one that withdrew, and one whose kernel answers nobody, need no router to be proven absent', () => {
    const world = started({ via: 'arp' });
    world.kill('d1');
    world.judge('l4/d1', 'dead');
    world.latch('l7/p1', 'drain');
    rounds(world, 4);
    expect(Object.keys(world.feed.receiving)).toEqual(['d2', 'd3']);
    expect(kinds(world)).toBe('birth arm flip');
  });
  test('one deleted from the file while it receives: steps wait until routers forward to directors alone', () => {
    const world = started();
    world.cutOff('d3', true);
    world.delete('d3');
    world.latch('l7/p1', 'drain');
    rounds(world, 1);
    expect(Object.keys(world.feed.receiving)).toEqual(['d1', 'd2']);
    expect(says(world, 'not-proven-absent')).toBe(true);
    rounds(world, 4, ['d3']);
    expect(kinds(world), 'd3 heard nothing and announces').toBe('birth');
    expect(world.waits()).toContain(
      'r1 stranger: r1 forwards to 192.0.2.13, which no director of the file has',
    );
    expect(kinds(world)).toBe('birth');
    world.kill('d3');
    rounds(world, 4);
    expect(kinds(world)).toBe('birth arm flip');
    expect(world.waits()).toEqual([]);
  });
  test('nobody is fenced while nobody acks: then it is the leader that is cut off', () => {
    const world = started();
    world.latch('l7/p1', 'drain');
    rounds(world, 1);
    world.wait(times.ackTimeoutMs * 3);
    rounds(world, 3, world.small.directors);
    expect(Object.keys(world.feed.receiving)).toHaveLength(3);
  });
});

describe('birth', () => {
  test('waits for silent directors, then begins without the bad', () => {
    const world = new World(sizes);
    world.judge('l7/p2', 'down');
    world.lead();
    expect(says(world, 'not-reporting')).toBe(true);
    world.wait(times.birthGraceMs);
    world.lead();
    expect(pairs(world)).toBe('1 1 1 1 1 1 3 3 3 3 3 3');
  });
  test('never replaces a table that a director holds', () => {
    const { cluster, generation, groups } = smallCluster(sizes);
    const report: NodeReport = {
      node: 'd1',
      version: { generation: 1, epoch: 4, revision: 40 },
      steps: { l7: { step: 17, digest: '0'.repeat(16) } },
      wantsToReceive: true,
      announcing: [],
      appliedAtMs: 0,
      atMs: 0,
      sample: { atMs: 0 },
    };
    const view: ConductorView = {
      cluster,
      generation,
      groups,
      feed: { epoch: 5, revision: 41, health: {}, latches: {}, tables: {}, receiving: {} },
      reports: { d1: report },
      seenAtMs: { d1: 0 },
      nowMs: 1e9,
      wallMs: 0,
    };
    const first = conduct(view, emptyMemory);
    expect(first.steps).toEqual([]);
    expect(first.waits).toMatchObject([{ subject: 'l7', why: { word: 'adopt' } }, {}]);
  });
});

describe('ids', () => {
  test('a member comes in only when every director and its own node know it', () => {
    const world = started();
    const rows = Uint32Array.from(rowsOf(world), (word) =>
      currentOf(word) === 3 ? wordOf(1) : word,
    );
    const table = { group: 'l7', step: 1, rows, digest: tableDigest(rows) };
    const view = world.view();
    const reports = Object.fromEntries(
      Object.entries(view.reports).map(([name, report]) => [
        name,
        { ...report, steps: { l7: table }, highestIds: { l7: name === 'd2' ? 2 : 3 } },
      ]),
    );
    const given = { ...view, reports, feed: { ...view.feed, tables: { l7: table } } };
    const next = conduct(given, emptyMemory);
    expect(next.waits).toMatchObject([
      { subject: 'l7/p3', why: { word: 'id-not-known', text: 'd2 does not know p3 yet' } },
    ]);
    expect(
      next.steps.flatMap((step) => step.rowWords).every((word) => previousOf(word) !== 3),
    ).toBe(true);
    const known = {
      ...given,
      reports: { ...reports, d2: { ...reports.d2, highestIds: { l7: 3 } } as NodeReport },
    };
    expect(
      conduct(known, emptyMemory)
        .steps.flatMap((step) => step.rowWords)
        .some((word) => previousOf(word) === 3),
    ).toBe(true);
  });
});

test('a real table: a drain is decided in milliseconds and is a few bytes', () => {
  const world = started({ rows: 65_537, proxies: 3 });
  world.latch('l7/p1', 'drain');
  rounds(world, 4);
  expect(kinds(world)).toBe('birth arm flip');
  expect(packRows(rowsOf(world)).length).toBeLessThan(60);
});

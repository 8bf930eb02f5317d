/** Directors whose kernels pick the reals (ipvs): rows say who takes new flows, and change in one step. */
import { describe, expect, test } from 'vitest';
import { currentOf, previousOf } from '../table.ts';
import { World } from '../testing/conduct-world.ts';

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

function started(): World {
  const world = new World({ routers: 2, directors: 2, proxies: 3, rows: 6, driver: 'ipvs' });
  for (const proxy of world.small.proxies) world.judge(`l7/${proxy}`, 'up');
  rounds(world, 5);
  return world;
}

const kinds = (world: World): string => world.steps.map((step) => step.kind).join(' ');
const owners = (world: World): string => {
  const rows = world.feed.tables.l7?.rows ?? new Uint32Array();
  expect(rows.every((word) => previousOf(word) === 0)).toBe(true);
  return [...rows].map(currentOf).join(' ');
};

describe('rows of directors whose kernels pick the reals', () => {
  test('a drain and its end are a step each, and leave nothing to be cleared', () => {
    const world = started();
    expect(owners(world)).toBe('1 1 2 2 3 3');
    world.open('d1', 0);
    world.latch('l7/p1', 'drain');
    rounds(world, 3);
    expect([kinds(world), owners(world)]).toEqual(['birth share', '2 3 2 2 3 3']);
    world.latch('l7/p1', undefined);
    rounds(world, 3);
    expect([kinds(world), owners(world)]).toEqual(['birth share share', '1 1 2 2 3 3']);
  });

  test('a second drain waits for no flow of the first one', () => {
    const world = started();
    world.open('d1', 0);
    world.latch('l7/p1', 'drain');
    rounds(world, 3);
    world.latch('l7/p2', 'drain');
    rounds(world, 3);
    expect([kinds(world), owners(world)]).toEqual(['birth share share', '3 3 3 3 3 3']);
  });

  test('a planned step waits until the one before is acked', () => {
    const world = started();
    world.latch('l7/p1', 'drain');
    rounds(world, 3, ['d2']);
    world.latch('l7/p1', undefined);
    rounds(world, 3, ['d2']);
    expect(kinds(world)).toBe('birth share');
    rounds(world, 3);
    expect([kinds(world), owners(world)]).toEqual(['birth share share', '1 1 2 2 3 3']);
  });

  test('whoever is down gets no new flows at once; the dead are erased', () => {
    const world = started();
    world.latch('l7/p1', 'drain');
    rounds(world, 2, ['d2']);
    world.judge('l7/p2', 'down');
    rounds(world, 1, ['d2']);
    expect([kinds(world), owners(world)]).toEqual(['birth share share', '3 3 3 3 3 3']);
    world.latch('l7/p1', undefined);
    world.judge('l7/p2', 'up');
    rounds(world, 3);
    world.kill('p2');
    world.judge('l7/p2', 'dead');
    rounds(world, 3);
    expect(kinds(world)).toBe('birth share share share dead');
    expect(owners(world)).toBe('1 1 1 3 3 3');
  });

  test('the last one keeps its rows, whatever its checks say', () => {
    const world = started();
    for (const proxy of world.small.proxies) world.judge(`l7/${proxy}`, 'down');
    rounds(world, 3);
    expect([kinds(world), owners(world)]).toEqual(['birth', '1 1 2 2 3 3']);
  });
});

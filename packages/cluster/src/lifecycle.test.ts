import { describe, expect, test } from 'vitest';
import { adminOf, duties, latchOf, standingOf } from './lifecycle.ts';
import type { Latch } from './model/intent.ts';
import type { MemberHealth } from './model/live.ts';

const latch = (target: string, kind: Latch['kind'], untilMs?: number): Record<string, Latch> => ({
  [target]: {
    target,
    kind,
    by: 'ops',
    why: 'work',
    sinceMs: 0,
    revision: 1,
    ...(untilMs === undefined ? {} : { untilMs }),
  },
});
const of = { member: 'l7/p1', node: 'p1' };

describe('duties', () => {
  test.each([
    ['active', 'up', true, true],
    ['active', 'unknown', true, true],
    ['active', 'down', false, true],
    ['filling', 'unknown', false, true],
    ['filling', 'up', true, true],
    ['draining', 'up', false, true],
    ['draining', 'down', false, false],
    ['inactive', 'up', false, true],
    ['inactive', 'down', false, false],
  ] as const)('%s and %s', (...[admin, health, takesNewFlows, keepsOldFlows]) => {
    expect(duties[admin][health]).toEqual({ takesNewFlows, keepsOldFlows });
  });
});

describe('latches', () => {
  test.each([
    ['none', {}, 'active'],
    ['on the member', latch('l7/p1', 'drain'), 'draining'],
    ['on the node', latch('p1', 'drain'), 'draining'],
    ['on another', latch('p2', 'drain'), 'active'],
    ['maintenance', latch('p1', 'maintenance'), 'inactive'],
    ['force-down', latch('l7/p1', 'force-down'), 'inactive'],
    ['force-up', latch('l7/p1', 'force-up'), 'active'],
    ['the stricter of two', { ...latch('l7/p1', 'force-up'), ...latch('p1', 'drain') }, 'draining'],
    ['not ended yet', latch('p1', 'drain', 1001), 'draining'],
    ['ended', latch('p1', 'drain', 1000), 'active'],
    [
      'ended one gives way',
      { ...latch('p1', 'maintenance', 999), ...latch('l7/p1', 'drain') },
      'draining',
    ],
  ] as const)('%s', (_, latches, want) => expect(adminOf(of, latches, 1000)).toBe(want));

  test('the latch that counts is named', () => {
    expect(
      latchOf(of, { ...latch('p1', 'drain'), ...latch('l7/p1', 'maintenance') }, 0)?.target,
    ).toBe('l7/p1');
  });
});

describe('standing', () => {
  const dead: MemberHealth = {
    health: 'down',
    dead: true,
    cause: { word: 'no-answer', text: 'p1 is gone' },
    sinceMs: 0,
    revision: 1,
  };
  test('nobody said anything', () => {
    expect(standingOf(of, { latches: {}, health: {} }, 0)).toEqual({
      admin: 'active',
      health: 'unknown',
      dead: false,
      takesNewFlows: true,
      keepsOldFlows: true,
    });
  });
  test('the verdict counts', () => {
    expect(standingOf(of, { latches: {}, health: { 'l7/p1': dead } }, 0)).toMatchObject({
      health: 'down',
      dead: true,
      takesNewFlows: false,
    });
  });
  test('force-up outvotes it', () => {
    expect(
      standingOf(of, { latches: latch('p1', 'force-up'), health: { 'l7/p1': dead } }, 0),
    ).toMatchObject({ health: 'up', dead: false, takesNewFlows: true });
  });
});

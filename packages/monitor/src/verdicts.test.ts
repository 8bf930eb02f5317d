import type { MemberHealth, Observation } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { smallCluster } from './testing/cluster.ts';
import { Verdicts, verdictRules } from './verdicts.ts';

const rules = verdictRules(smallCluster().cluster);
const targets = ['l7/p1', 'l7/p2', 'l7/p3'];
const see = (target: string, ok: boolean, more: Partial<Observation> = {}): Observation => ({
  target,
  vantage: 'm1',
  ok,
  detail: ok ? 'HTTP 200' : 'connection refused',
  unreachable: false,
  monoMs: 0,
  tookMs: 1,
  ...more,
});
const published = (health: MemberHealth['health']): MemberHealth => ({
  health,
  dead: false,
  cause: { word: 'x', text: 'x' },
  sinceMs: 5,
  revision: 9,
});

/** A book in which both vantage points found every target up. */
function wellBook(): Verdicts {
  const book = new Verdicts(rules);
  for (const vantage of ['m1', 'm2'])
    for (const target of targets) book.take(see(target, true, { vantage }), 1, 1);
  return book;
}

test('every member has a rule: pools their own check, machines the monitor’s', () => {
  expect(Object.keys(rules).sort()).toEqual(
    [
      ...targets,
      'l4/d1',
      'l4/d2',
      'monitor/m1',
      'monitor/m2',
      'routers/r1',
      'routers/r2',
      'web/w1',
      'web/w2',
    ].sort(),
  );
});

describe('verdicts', () => {
  test('agree of the vantage points make a fault; the change carries its cause and time', () => {
    const book = wellBook();
    for (let at = 2; at < 9; at++)
      expect(book.take(see('l7/p1', false, { monoMs: at }), 7, 500)).toBeUndefined();
    const changes = [2, 3, 4].map((monoMs) =>
      book.take(see('l7/p1', false, { vantage: 'm2', monoMs }), 7, 500),
    );
    expect(changes).toEqual([
      undefined,
      undefined,
      {
        member: 'l7/p1',
        health: {
          health: 'down',
          dead: false,
          cause: { word: 'check-failed', text: 'connection refused, seen from m1 and 1 more' },
          sinceMs: 7,
          revision: 0,
        },
      },
    ]);
  });

  test('a vantage point that sees everything down is suspect, as long as another does not', () => {
    const book = wellBook();
    for (const target of targets)
      for (let monoMs = 2; monoMs < 5; monoMs++)
        book.take(see(target, false, { vantage: 'm2', monoMs }), 7, 10);
    expect(targets.map((target) => Object.keys(book.of(target).opinions).length)).toEqual([
      2, 2, 2,
    ]);
    const blind = see('l4/d1', false, { vantage: 'm2', monoMs: 9 });
    expect(book.take(blind, 7, 500)).toBeUndefined();
    expect(book.of('l4/d1').opinions).toEqual({});
  });

  test('who is suspect is looked at five times a second at most', () => {
    const book = wellBook();
    const fail = (target: string, monoMs: number, nowMs: number): void =>
      void book.take(see(target, false, { vantage: 'm2', monoMs }), 7, nowMs);
    fail('l7/p1', 2, 1_000);
    for (const target of targets)
      for (let monoMs = 3; monoMs < 6; monoMs++) fail(target, monoMs, 1_010);
    fail('l4/d1', 9, 1_150);
    expect(Object.keys(book.of('l4/d1').opinions)).toEqual(['m2']);
    fail('l4/d2', 9, 1_200);
    expect(book.of('l4/d2').opinions).toEqual({});
  });

  test('inherited health stands until observations say otherwise', () => {
    const book = new Verdicts(rules);
    expect(book.inherit({ 'l7/p1': published('down'), 'l7/p9': published('up') })).toEqual([
      'l7/p9',
    ]);
    expect(book.of('l7/p1').health).toBe('down');
    expect(book.take(see('l7/p1', false), 8, 1)).toBeUndefined();
    book.take(see('l7/p1', true, { monoMs: 1 }), 8, 1);
    expect(book.take(see('l7/p1', true, { monoMs: 2 }), 9, 1)).toMatchObject({
      health: { health: 'up', sinceMs: 9 },
    });
  });

  test('a standby that already saw the fault publishes it with its next look', () => {
    const book = wellBook();
    for (let monoMs = 2; monoMs < 5; monoMs++)
      for (const vantage of ['m1', 'm2'])
        book.take(see('l7/p1', false, { vantage, monoMs }), 7, 500);
    book.inherit({ 'l7/p1': published('up') });
    expect(book.take(see('l7/p1', false, { monoMs: 6 }), 9, 600)).toMatchObject({
      health: { health: 'down' },
    });
  });

  test('a voice that falls silent counts no more', () => {
    const book = wellBook();
    for (let monoMs = 2; monoMs < 5; monoMs++) book.take(see('l7/p1', false, { monoMs }), 7, 4_000);
    expect(book.forgetSilent(8, 4_900)).toEqual([]);
    expect(book.forgetSilent(8, 5_001)).toMatchObject([
      { member: 'l7/p1', health: { health: 'down' } },
    ]);
  });

  test('after this process stood still nobody was silent', () => {
    const book = wellBook();
    book.excuse(60_000);
    expect(book.forgetSilent(8, 60_000)).toEqual([]);
    expect(Object.keys(book.of('l7/p1').opinions)).toEqual(['m1', 'm2']);
  });

  test('pace: fast while unknown or changing, then as the verdict is', () => {
    const book = new Verdicts(rules);
    const pace = (ok: boolean, monoMs: number): string => {
      book.take(see('l7/p1', ok, { monoMs }), 1, 1);
      return book.pace('l7/p1');
    };
    expect(book.pace('l7/p1')).toBe('fast');
    expect([true, false, false, false, false, true, true].map((ok, at) => pace(ok, at))).toEqual([
      'normal',
      'fast',
      'fast',
      'down',
      'down',
      'fast',
      'normal',
    ]);
  });

  test('pace: a result against the verdict is a transition before the verdict has heard of it', () => {
    const book = wellBook();
    expect([undefined, true, false].map((ok) => book.pace('l7/p1', ok))).toEqual([
      'normal',
      'normal',
      'fast',
    ]);
    book.inherit({ 'l7/p1': published('down') });
    expect([undefined, true, false].map((ok) => book.pace('l7/p1', ok))).toEqual([
      'down',
      'fast',
      'down',
    ]);
  });

  test('observations of strangers are none of ours', () => {
    expect(new Verdicts(rules).take(see('l7/p9', false), 1, 1)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../model/seen.ts';
import { withFloor } from './floor.ts';
import {
  inTransition,
  judge,
  suspectVantages,
  unjudged,
  type Verdict,
  withoutVantage,
} from './verdict.ts';

const rule = { rise: 2, fall: 3, agree: 1 };
const at = (monoMs: number, ok: boolean, vantage = 'm1', unreachable = false): Observation => ({
  target: 'web/w1',
  vantage,
  ok,
  detail: ok ? 'HTTP 200' : 'HTTP 503',
  unreachable,
  monoMs,
  tookMs: 1,
});
const run = (pattern: string, options = rule, vantage = 'm1'): Verdict =>
  [...pattern].reduce(
    (verdict, letter, i) => judge(verdict, at(i, letter === '+', vantage, letter === 'x'), options),
    unjudged,
  );

describe('judge', () => {
  test.each([
    { name: 'a first success marks up', given: '+', want: 'up' },
    { name: 'a first failure is no verdict yet', given: '-', want: 'unknown' },
    { name: 'fall failures mark down', given: '+---', want: 'down' },
    { name: 'a success between them starts over', given: '+--+--', want: 'up' },
    { name: 'one success does not end a fault', given: '+---+', want: 'down' },
    { name: 'rise successes end it', given: '+---++', want: 'up' },
    { name: 'a failure between them starts over', given: '+---+-+', want: 'down' },
  ])('$name', ({ given, want }) => {
    expect(run(given).health).toBe(want);
  });

  test('dead needs every failure in a row unanswered by the kernel', () => {
    expect(run('+xxx')).toMatchObject({ health: 'down', dead: true, cause: { word: 'dead' } });
    expect(run('+x-x').dead).toBe(false);
    expect(run('+xxx-').dead).toBe(false);
  });

  test('agree of n vantage points', () => {
    const two = { ...rule, agree: 2 };
    let verdict = judge(judge(unjudged, at(0, true, 'm1'), two), at(0, true, 'm2'), two);
    for (let i = 1; i < 5; i++) verdict = judge(verdict, at(i, false, 'm1'), two);
    expect(verdict.health).toBe('up');
    for (let i = 1; i < 5; i++) verdict = judge(verdict, at(i, false, 'm2'), two);
    expect(verdict.health).toBe('down');
    expect(withoutVantage(verdict, 'm2', two).health).toBe('down');
  });

  test('a restarted vantage point is heard although its clock began anew', () => {
    const verdict = run('+---');
    const restarted = { ...at(0, true), run: 'second' };
    const once = judge(verdict, restarted, rule);
    expect(once.opinions['m1']).toMatchObject({ against: 1, monoMs: 0, run: 'second' });
    expect(judge(once, { ...at(1, true), run: 'second' }, rule).health).toBe('up');
    expect(judge(once, { ...restarted, monoMs: -1 }, rule)).toBe(once);
  });

  test('a fault found by others ends by rise successes, not by one', () => {
    const inherited = { ...run('+xxx'), opinions: {} };
    const failed = judge(inherited, at(9, false, 'm2', true), rule);
    expect(failed).toMatchObject({ health: 'down', dead: true });
    const once = judge(inherited, at(9, true, 'm2'), rule);
    expect(once).toMatchObject({ health: 'down', dead: false });
    expect(judge(once, at(10, true, 'm2'), rule).health).toBe('up');
  });

  test('late news is dropped', () => {
    const verdict = run('+---');
    expect(judge(verdict, at(0, true), rule)).toBe(verdict);
  });

  test('the fast interval applies in transition', () => {
    expect(inTransition(unjudged, rule)).toBe(true);
    expect(inTransition(run('+'), rule)).toBe(false);
    expect(inTransition(run('+-'), rule)).toBe(true);
    expect(inTransition(run('+---'), rule)).toBe(false);
  });

  test('and between down and dead: the first attempt timed out, the others found no kernel', () => {
    const silent = [3, 4, 5].map((monoMs) => at(monoMs, false, 'm1', true));
    const verdicts = [at(1, true), at(2, false), ...silent].reduce<readonly Verdict[]>(
      (before, seen) => [...before, judge(before.at(-1) ?? unjudged, seen, rule)],
      [],
    );
    expect(verdicts.map(({ health, dead }) => `${health}${dead ? ' dead' : ''}`)).toEqual([
      'up',
      'up',
      'up',
      'down',
      'down dead',
    ]);
    expect(verdicts.map((verdict) => inTransition(verdict, rule))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test('replay is exact and every change has a cause', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.constantFrom('m1', 'm2', 'm3'), fc.boolean()), {
          maxLength: 60,
        }),
        fc.integer({ min: 1, max: 3 }),
        (log, agree) => {
          const observations = log.map(([ok, vantage, unreachable], i) =>
            at(i, ok, vantage, unreachable),
          );
          const states: Verdict[] = [unjudged];
          for (const seen of observations)
            states.push(judge(states.at(-1) ?? unjudged, seen, { ...rule, agree }));
          const again = observations.reduce(
            (verdict, seen) => judge(verdict, seen, { ...rule, agree }),
            unjudged,
          );
          expect(again).toEqual(states.at(-1));
          for (let i = 1; i < states.length; i++) {
            const [before, after] = [states[i - 1], states[i]];
            if (before?.health !== after?.health) expect(after?.cause).not.toBe(before?.cause);
            if (after?.health !== 'down') expect(after?.dead).toBe(false);
          }
        },
      ),
    );
  });
});

test('a vantage point that sees everything down is suspect unless it is alone or all agree', () => {
  expect(suspectVantages({ m1: [true, true, true], m2: [false, false, true] })).toEqual(['m1']);
  expect(suspectVantages({ m1: [true, true, true] })).toEqual([]);
  expect(suspectVantages({ m1: [true, true, true], m2: [true, true, true] })).toEqual([]);
});

describe('withFloor', () => {
  const group = (text: string) =>
    [...text].map((letter, i) => ({
      member: `web/w${i}`,
      admin: letter === 'D' ? ('draining' as const) : ('active' as const),
      health: letter === '-' ? ('down' as const) : ('up' as const),
    }));
  test.each([
    { name: 'all up', given: '++++', floor: 0.5, usable: 4, held: false },
    { name: 'half down is at the floor', given: '++--', floor: 0.5, usable: 2, held: false },
    { name: 'below the floor health is ignored', given: '+---', floor: 0.5, usable: 4, held: true },
    { name: 'the last one is never taken', given: '----', floor: 0, usable: 4, held: true },
    { name: 'the operator is obeyed', given: '+DD', floor: 0.5, usable: 1, held: false },
  ])('$name', ({ given, floor, usable, held }) => {
    const result = withFloor(group(given), floor);
    expect([result.usable.size, result.held]).toEqual([usable, held]);
  });
  test('hysteresis: held until a tenth above the floor', () => {
    expect(withFloor(group('++--'), 0.5, true).held).toBe(true);
    expect(withFloor(group('+++-'), 0.5, true).held).toBe(false);
  });
  test('no sequence of verdicts empties a group', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('+', '-'), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (letters, floor) => {
          expect(withFloor(group(letters.join('')), floor).usable.size).toBeGreaterThan(0);
        },
      ),
    );
  });
});

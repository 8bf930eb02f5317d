import type { MemberHealth, Observation } from '@tricade/cluster';
import { reason } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { Verdicts } from './verdicts.ts';

const rule = { rise: 2, fall: 3, agree: 1 };
const seen: Observation = {
  target: 'web/w1',
  vantage: 'm1',
  ok: true,
  detail: '200',
  unreachable: false,
  monoMs: 1,
  tookMs: 1,
};
const published: MemberHealth = {
  health: 'up',
  dead: false,
  cause: reason('check-passed', '200'),
  sinceMs: 0,
  revision: 1,
};

test('what was judged before the election is told with the next observation', () => {
  const verdicts = new Verdicts({ 'web/w1': rule });
  expect(verdicts.take(seen, 0, 0)?.health.health).toBe('up');
  verdicts.inherit({});
  expect(verdicts.take({ ...seen, monoMs: 2 }, 0, 0)?.health.health).toBe('up');
  expect(verdicts.take({ ...seen, monoMs: 3 }, 0, 0)).toBeUndefined();
});

test('what an earlier leader published is told once', () => {
  const verdicts = new Verdicts({ 'web/w1': rule });
  expect(verdicts.inherit({ 'web/w1': published, 'web/gone': published })).toEqual(['web/gone']);
  expect(verdicts.take(seen, 0, 0)).toBeUndefined();
});

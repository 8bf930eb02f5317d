import { type Found, reason } from '@tricade/cluster';
import type { Converged, StepResult } from '@tricade/rollout';
import { expect, test } from 'vitest';
import { endCode, endLine, RolloutLines } from './rollout.ts';

const away: Found = { unreachable: reason('timed-out', 'it did not answer') };
const here: Found = {
  facts: { os: '', kernel: '', devices: {}, packages: {} },
  generation: undefined,
  roles: {},
};
const wait = (node: string) => ({ node, why: reason('x', 'it waits') });
const failed = (node: string, result: 'unreachable' | 'failed'): StepResult => {
  const why = reason('x', 'no');
  return { node, end: result === 'failed' ? { result, why, output: '' } : { result, why } };
};
const converged = (change: Partial<Converged>): Converged => ({
  ending: 'done',
  waits: [],
  findings: [],
  inventory: { p1: here, p2: away },
  waves: 1,
  failed: [],
  ...change,
});

test.each<readonly [string, Partial<Converged>, number]>([
  ['everything as wanted', {}, 0],
  ['the one wave that was asked for', { ending: 'wave-done', waits: [wait('p1')] }, 0],
  ['the rest is out of reach', { ending: 'incomplete', waits: [wait('p2')] }, 3],
  [
    'some of the rest could be reached',
    { ending: 'incomplete', waits: [wait('p1'), wait('p2')] },
    1,
  ],
  ['lost on the way', { ending: 'failed', failed: [failed('p1', 'unreachable')] }, 3],
  [
    'one lost, one refused',
    { ending: 'failed', failed: [failed('p1', 'unreachable'), failed('p2', 'failed')] },
    1,
  ],
  ['broken invariants', { ending: 'failed' }, 1],
  ['refused', { ending: 'refused', waits: [wait('p2')] }, 1],
  ['locked', { ending: 'locked' }, 1],
  ['interrupted', { ending: 'interrupted' }, 130],
])('exit code: %s', (_, change, want) => {
  expect(endCode(converged(change))).toBe(want);
});

test('the verdict is one line, and the next command stands beside it', () => {
  const facts = { nodes: 7, tookMs: 1_234, file: 'cluster.yaml' };
  expect(endLine(converged({}), facts)).toBe(
    'DONE  7 nodes as wanted after 1 wave, 1.2 s      next: tricade status cluster.yaml',
  );
  expect(endLine(converged({ ending: 'wave-done', waits: [wait('p2')] }), facts)).toBe(
    'WAVE DONE  the plan is applied, 1.2 s; 1 waits: p2: it waits      next: tricade plan cluster.yaml',
  );
  const why = reason('failure-budget', '1 step failed, 0 may');
  expect(endLine(converged({ ending: 'failed', why, waits: [wait('p2')] }), facts)).toBe(
    'FAILED  1 step failed, 0 may; p2: it waits (1.2 s)      next: tricade plan cluster.yaml',
  );
});

test('progress: a line a step and one at half of a transfer; who hears nothing is told what goes on', () => {
  const lines = new RolloutLines();
  const blob = (share: number) =>
    ({ kind: 'progress', node: 'p1', phase: 'blob', subject: 'node', share }) as const;
  const begun = { kind: 'step-begun', node: 'p1', why: reason('x', 'it differs'), drain: false };
  expect(lines.doing).toBe('  still looking at the nodes');
  expect(lines.of(begun as never)).toBe('  p1  begins, because it differs');
  expect([0, 0.3, 0.5, 0.6, 1].map((share) => lines.of(blob(share)))).toEqual([
    undefined,
    undefined,
    '  p1  half of node is there',
    undefined,
    undefined,
  ]);
  expect(lines.of(blob(0.731))).toBeUndefined();
  expect(lines.doing).toBe('  still at p1: carrying over node, 73 %');
  const end = failed('p1', 'failed').end;
  expect(lines.of({ kind: 'step-ended', node: 'p1', tookMs: 400, end })).toBe(
    '  p1  failed in 400 ms: no',
  );
});

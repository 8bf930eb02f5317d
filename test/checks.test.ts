import { describe, expect, test } from 'vitest';
import { closingLine, countsOf, failuresOf, isGreen, ofExit, sum } from '../infra/setup/counts.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((state) => ({ status: state })),
});

const cases = [
  { name: 'all pass', files: [file('passed', 'passed', 'passed')], exit: 0, want: [2, 0, 0] },
  { name: 'one fails', files: [file('failed', 'passed', 'failed')], exit: 1, want: [1, 1, 0] },
  {
    name: 'skipped and todo',
    files: [file('passed', 'passed', 'pending', 'todo')],
    exit: 0,
    want: [1, 0, 2],
  },
  { name: 'a file that does not load', files: [file('failed')], exit: 1, want: [0, 1, 0] },
  {
    name: 'a hook that throws after its tests',
    files: [file('failed', 'passed')],
    exit: 1,
    want: [1, 1, 0],
  },
  { name: 'an unhandled rejection', files: [file('passed', 'passed')], exit: 1, want: [1, 1, 0] },
  { name: 'ended by a signal', files: [file('passed', 'passed')], exit: null, want: [1, 1, 0] },
];

describe('counts of a vitest report', () => {
  test.for(cases)('$name', ({ files, exit, want }) => {
    const { passed, failed, skipped } = countsOf({ testResults: files }, exit);
    expect([passed, failed, skipped]).toEqual(want);
  });

  test('no report is a failure', () => {
    expect(countsOf(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

test('failures are named with the first line of what they said', () => {
  const testResults = [
    {
      ...file('failed'),
      name: 'a.test.ts',
      assertionResults: [
        { status: 'passed', fullName: 'fine' },
        { status: 'failed', fullName: 'adds', failureMessages: ['expected 1 to be 2\n at a.ts:3'] },
      ],
    },
    { ...file('failed'), name: 'b.test.ts', message: 'no such module\n at b.ts:1' },
  ];
  expect(failuresOf({ testResults })).toEqual([
    'a.test.ts: adds: expected 1 to be 2',
    'b.test.ts: no such module',
  ]);
  expect(failuresOf(undefined)).toEqual([]);
});

test('the closing line sums all runs', () => {
  const total = sum([ofExit(0), ofExit(1), { passed: 3, failed: 0, skipped: 2 }]);
  expect(closingLine(total)).toBe('4 passed, 1 failed, 2 skipped');
  expect(isGreen(total)).toBe(false);
  expect(closingLine(ofExit(0))).toBe('1 passed, 0 failed');
});

test('a run without tests is not green', () => {
  expect(isGreen(sum([]))).toBe(false);
});

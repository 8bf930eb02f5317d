import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { forgetScript, parseMarks, parseUse } from './conntrack.ts';

test('flows are counted by real, whether their source is replaced or not; marks of others are none', () => {
  expect(parseMarks('1 3\n65537 2\n2 1\n0 77\n131073 5\n4294901761 1\n')).toEqual(
    new Map([
      [1, 5],
      [2, 1],
    ]),
  );
  expect(parseMarks('')).toEqual(new Map());
});

test('how full the table is, with the refusals of all processors', () => {
  const [full, refused] = parseUse('12\n262144\n0000000a 00000000\n00000001 0000000d\n');
  expect(full).toBe('connection tracking: 12 of 262144 flows');
  expect(refused).toBe(
    'connection tracking: 11 first packets dropped for want of a free port, 2 for want of room',
  );
});

test('nothing to forget is no fault', () => {
  const { status, stderr } = spawnSync('unshare', ['-Urn', 'sh', '-c', forgetScript([1])], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});

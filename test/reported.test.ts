/** What comes of a program that tells what it saw, whole or not. */
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { reported } from '../demo/reported.ts';

const run = (script: string) =>
  reported<{ readonly n: number }>(spawn(process.execPath, ['-e', script]), 'holder');

test('ready, then the report', async () => {
  const { ready, report } = run('console.log("ready"); console.log(JSON.stringify({ n: 1 }))');
  await ready;
  expect(await report).toEqual({ n: 1 });
});

test('a report that is cut off is an error of whoever waits for it', async () => {
  const { ready, report } = run('console.log("ready"); process.stdout.write(`{"n":`)');
  await ready;
  await expect(report).rejects.toThrow('the holder ended in the middle of its report');
});

test('a program that ends without one says why', async () => {
  const { ready, report } = run('console.error("no route"); process.exitCode = 3');
  await expect(ready).rejects.toThrow('the holder ended early (3): no route');
  await expect(report).rejects.toThrow('the holder ended early (3): no route');
});

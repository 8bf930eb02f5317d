import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@tricade/feed/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemdNotifier } from './notify.ts';

let folder = '';
/** A `systemd-notify` that writes down what it is told; the real one speaks to the unit's manager, which the lab has. */
const env = (): Readonly<Record<string, string>> => ({
  PATH: `${folder}:${process.env.PATH}`,
  NOTIFY_SOCKET: '/run/systemd/notify',
  WATCHDOG_USEC: '150000',
});
const told = (): string => {
  try {
    return readFileSync(join(folder, 'told'), 'utf8');
  } catch {
    return '';
  }
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-'));
  await writeFile(join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${folder}/told\n`, {
    mode: 0o755,
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('systemd hears that the agent is ready, then that it lives, then nothing more', async () => {
  let isAlive = true;
  let asked = 0;
  const notifier = systemdNotifier({ env: env(), isAlive: () => ++asked > 0 && isAlive });
  await notifier.ready();
  expect(told().split('\n')).toContain('READY=1');
  await until(() => told().includes('WATCHDOG=1'));
  isAlive = false;
  const before = asked;
  await until(() => asked > before + 2);
  const text = told();
  await until(() => asked > before + 4);
  expect(told()).toBe(text);
  notifier.end();
});

test('outside of systemd nothing is done', async () => {
  const { NOTIFY_SOCKET, ...rest } = env();
  const notifier = systemdNotifier({
    env: { ...rest, NOTIFY_SOCKET: undefined },
    isAlive: () => true,
  });
  await notifier.ready();
  expect([NOTIFY_SOCKET, told()]).toEqual(['/run/systemd/notify', '']);
  notifier.end();
});

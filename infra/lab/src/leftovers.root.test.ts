import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import {
  type LabTopology,
  labAccess,
  labDown,
  labHosts,
  labInit,
  labStatus,
  labUp,
} from './index.ts';
import { holdNamespaces, leftovers, processesInNamespaces } from './testing/leftovers.ts';
import { eventually, fetchWeb, forward, lab, ownRoot, sh, topology } from './testing/small-lab.ts';

const root = ownRoot();

beforeEach(() => labDown(lab));
afterEach(() => labDown(lab));

test('down takes everything away, in time, and may be said again', async () => {
  await labUp(topology, { timeoutMs: 60_000 });
  const inits = [labInit(lab), ...Object.values(labHosts(lab))].map((pid) => pid ?? 0);
  // Held open, so that nobody else's new namespace gets one of these numbers meanwhile.
  const namespaces = inits.flatMap(holdNamespaces);
  try {
    expect(new Set(namespaces.map(({ identity }) => identity)).size).toBe(3 * 5);
    expect(leftovers(lab).length).toBeGreaterThan(20);
    const { tookMs } = await labDown(lab);
    expect(tookMs).toBeLessThan(2_000);
    expect(leftovers(lab)).toEqual([]);
    expect(processesInNamespaces(namespaces)).toEqual([]);
  } finally {
    for (const { fd } of namespaces) closeSync(fd);
  }
  expect((await labStatus(lab)).phase).toBe('down');
  await labDown(lab);
});

test('keys stay the same from life to life, and only root reads them', async () => {
  const keys = async (): Promise<string> => {
    await labUp(topology, { timeoutMs: 60_000 });
    const text = readFileSync((await labAccess(lab)).knownHostsPath, 'utf8');
    await labDown(lab);
    return text;
  };
  expect(await keys()).toBe(await keys());
  const { stdout } = await runCommand([
    'stat',
    '-c',
    '%a',
    join(root(), lab),
    join(root(), lab, 'keys'),
  ]);
  expect(stdout).toBe('700\n700\n');
});

test('a lab that does not come up leaves nothing, and shows the console', async () => {
  const bad: LabTopology = {
    ...topology,
    hosts: topology.hosts.map((host) => ({ ...host, origin: { ports: [22] } })),
  };
  const up = labUp(bad, { timeoutMs: 60_000, node: '/nowhere/node' });
  await expect(up).rejects.toMatchObject({ code: /^TRI-L0(12|05)$/ });
  expect(leftovers(lab)).toEqual([]);
});

test('a tied lab ends with the process that started it', async () => {
  const child = starter({ tied: true });
  await eventually('up', async () => (await labStatus(lab)).phase === 'up');
  child.kill('SIGKILL');
  await eventually('gone', () => labInit(lab) === undefined);
  await labDown(lab);
  expect(leftovers(lab)).toEqual([]);
});

test('one start at a time', async () => {
  const child = starter({});
  await eventually('begun', () => existsSync(join(root(), lab, 'setup.json')));
  await expect(labUp(topology)).rejects.toMatchObject({ code: /^TRI-L00[18]$/ });
  child.kill('SIGKILL');
  await once(child, 'exit');
});

// From before Node has read the program to after the last host answers.
test.for([20, 60, 120, 160, 200, 240, 280, 320, 400, 500, 700, 900, 1300])(
  'the starter killed after %d ms: down is clean',
  async (afterMs) => {
    const child = starter({});
    await delay(afterMs);
    child.kill('SIGKILL');
    await labDown(lab);
    await eventually('nothing left', () => leftovers(lab).length === 0);
  },
);

test('the starter killed half-way: the next up is clean', async () => {
  const child = starter({});
  await eventually('hosts begin', () => labInit(lab) !== undefined);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await labUp(topology, { timeoutMs: 60_000 });
  await forward();
  expect((await sh('client', fetchWeb)).code).toBe(0);
  await labDown(lab);
  expect(leftovers(lab)).toEqual([]);
});

/** Another process that brings the lab up and then waits. */
function starter(options: object): ReturnType<typeof spawn> {
  const index = JSON.stringify(join(import.meta.dirname, 'index.ts'));
  const script = `import { labUp } from ${index};
    await labUp(${JSON.stringify(topology)}, ${JSON.stringify({ timeoutMs: 60_000, ...options })});
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
    stdio: 'ignore',
    cwd: import.meta.dirname,
  });
}

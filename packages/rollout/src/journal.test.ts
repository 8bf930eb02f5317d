import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RolloutEvent } from './events.ts';
import { journalFolder, listRollouts, openJournal } from './journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tricade-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const begun: RolloutEvent = {
  kind: 'begun',
  generation: { number: 4, digest: 'd' },
  nodes: ['a', 'b'],
};
const ended: RolloutEvent = { kind: 'ended', ending: 'done', waits: [] };
const stepEnded = (node: string, ok: boolean): RolloutEvent => ({
  kind: 'step-ended',
  node,
  tookMs: 5,
  end: ok
    ? { result: 'done', changedFiles: 1, roles: [], packages: [], masked: [] }
    : { result: 'refused', why: { word: 'x', text: 'x' }, output: '' },
});
const entry = (rollout: string, atMs: number, event: RolloutEvent) => ({
  rollout,
  atMs,
  by: 'ana@desk',
  event,
});

test('lists rollouts, the latest first; one without an end is unfinished', async () => {
  const journal = openJournal(join(folder, 'shop'));
  expect(await journal.read()).toEqual([]);
  for (const [at, event] of [begun, stepEnded('a', true), stepEnded('b', false), ended].entries()) {
    await journal.append(entry('r1', 100 + at, event));
  }
  await journal.append(entry('r2', 200, begun));
  await journal.append(
    entry('r2', 201, { kind: 'progress', node: 'a', phase: 'stage', subject: '' }),
  );
  expect(listRollouts(await journal.read())).toEqual([
    {
      rollout: 'r2',
      by: 'ana@desk',
      begunAtMs: 200,
      lastAtMs: 200,
      generation: 4,
      nodes: 2,
      stepsDone: 0,
      stepsFailed: 0,
      ending: 'unfinished',
    },
    {
      rollout: 'r1',
      by: 'ana@desk',
      begunAtMs: 100,
      lastAtMs: 103,
      generation: 4,
      nodes: 2,
      stepsDone: 1,
      stepsFailed: 1,
      ending: 'done',
    },
  ]);
  expect(statSync(journal.path).mode & 0o777).toBe(0o600);
});

test('a line that a crash cut off is passed over, and costs no other line', async () => {
  const journal = openJournal(folder);
  await journal.append(entry('r1', 1, begun));
  appendFileSync(journal.path, '{"format":1,"rollout":"r1","at');
  await journal.append(entry('r1', 2, ended));
  expect((await journal.read()).map(({ event }) => event.kind)).toEqual(['begun', 'ended']);
});

test('a folder that cannot be: TRI-R004', async () => {
  writeFileSync(join(folder, 'file'), '');
  const appending = openJournal(join(folder, 'file/below')).append(entry('r1', 1, begun));
  await expect(appending).rejects.toMatchObject({ code: 'TRI-R004' });
});

test('lies where XDG says', () => {
  expect(journalFolder('shop', { XDG_STATE_HOME: '/s' })).toBe('/s/tricade/shop');
  expect(journalFolder('shop', {})).toMatch(/\/\.local\/state\/tricade\/shop$/);
});

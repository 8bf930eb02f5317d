import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Host, Snapshot } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { memoryHost } from '@tricade/host';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RolloutEvent } from './events.ts';
import { confPath, generation, plantedSecret, tiers, wantedAll } from './testing/cluster.ts';
import { everywhere, one, Rolling, two } from './testing/rolling.ts';

// Hundreds of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: 30_000 });

let at: Rolling;
beforeEach(() => {
  at = new Rolling();
});
afterEach(() => at.machines.dispose());

test('an empty cluster is filled in one wave; again there is nothing to do', async () => {
  expect(await at.roll(one())).toMatchObject({ ending: 'done', waves: 1, waits: [] });
  expect(at.contents()).toEqual(everywhere('one'));
  const calls = Object.values(at.machines.hosts).map((host) => host.calls());
  expect(await at.roll(one())).toMatchObject({ ending: 'done', waves: 0 });
  expect(Object.values(at.machines.hosts).map((host) => host.calls())).toEqual(calls);
});

test('a change goes tier by tier, a canary first in each', async () => {
  await at.begin();
  expect(await at.roll(two())).toMatchObject({ ending: 'done' });
  expect(at.contents()).toEqual(everywhere('two'));
  expect(at.waves()).toEqual([['m1'], ['p1'], ['p2', 'p3'], ['d1'], ['r1']]);
});

test('a failing check stops at the canary: nothing has changed anywhere', async () => {
  await at.begin();
  const check = 'echo line 3 is wrong; exit 1';
  const result = await at.roll(two((bundle) => ({ ...bundle, checks: [check] })));
  expect(result).toMatchObject({ ending: 'failed', why: { word: 'failure-budget' } });
  expect(at.ends()).toEqual({
    m1: {
      result: 'refused',
      why: { word: 'check-failed', text: 'base: its check exited with 1' },
      output: 'line 3 is wrong',
    },
  });
  expect(at.contents()).toEqual(everywhere('one'));
});

test('a unit that dies with the change stops the wave; the rest stays as it was', async () => {
  await at.begin();
  at.machines.hosts.p1?.breakUnit('tricade-role.service', true);
  const result = await at.roll(
    two((bundle) => ({ ...bundle, activate: ['systemctl restart tricade-role.service'] })),
  );
  expect(result.ending).toBe('failed');
  expect(at.ends()).toMatchObject({ m1: { result: 'done' }, p1: { result: 'failed' } });
  expect(Object.keys(at.ends())).toEqual(['m1', 'p1']);
  expect(at.contents().filter(([, word]) => word === 'one')).toHaveLength(4);

  at.machines.hosts.p1?.breakUnit('tricade-role.service', false);
  expect(await at.roll(two())).toMatchObject({ ending: 'done' });
  expect(at.contents()).toEqual(everywhere('two'));
});

describe('a host that cannot be worked on', () => {
  const keyChanged = (name: string): Host => ({
    ...memoryHost({ name }),
    run: async () => {
      throw new TricadeError('TRI-S002', `${name} shows another key`, { node: name });
    },
  });

  test('is told, left alone, and the others are done', async () => {
    await at.begin();
    at.machines.replace('p3', keyChanged('p3'));
    const result = await at.roll(two());
    const why = { word: 'host-key-changed', text: 'p3 shows another key', source: 'TRI-S002' };
    expect(result).toMatchObject({ ending: 'incomplete', waits: [{ node: 'p3', why }] });
    expect(at.contents()).toEqual(
      Object.keys(tiers).map((name) => [name, name === 'p3' ? 'one' : 'two']),
    );
  });

  test('is asked once a run, not once a wave', async () => {
    await at.roll(one());
    let asked = 0;
    const host = keyChanged('p3');
    at.machines.replace('p3', {
      ...host,
      run: (script) => {
        asked += 1;
        return host.run(script);
      },
    });
    await at.roll(two());
    expect(asked).toBe(1);
  });

  test('and that goes away in the middle of its step fails the step', async () => {
    await at.begin();
    const p1 = at.machines.hostOf('p1');
    at.machines.replace('p1', {
      ...p1,
      run: async (script, how) => {
        if (script.includes('say stage')) throw new TricadeError('TRI-S006', 'connection lost');
        return p1.run(script, how);
      },
    });
    expect(await at.roll(two())).toMatchObject({ ending: 'failed' });
    expect(at.ends()).toMatchObject({
      p1: { result: 'unreachable', why: { word: 'connection-lost' } },
    });
  });
});

test('a budget lets that many steps fail', async () => {
  await at.begin();
  const bad = two((bundle, node) => (node === 'm1' ? { ...bundle, checks: ['exit 1'] } : bundle));
  const result = await at.roll(bad, { failureBudget: 2 });
  expect(result.ending).toBe('failed');
  expect(at.events.filter(({ kind }) => kind === 'step-ended')).toHaveLength(3);
});

test('a node that is never as wanted ends the rollout', async () => {
  await at.roll(one());
  const m1 = at.machines.hosts.m1;
  const result = await at.roll(
    two((bundle, node) =>
      node === 'm1' ? { ...bundle, activate: [`echo x >>"$TRICADE_ROOT${confPath}"`] } : bundle,
    ),
  );
  expect(result).toMatchObject({ ending: 'failed', why: { word: 'not-settling' } });
  expect(m1 && readFileSync(join(m1.root, confPath), 'utf8')).toMatch(/x/);
});

test('interrupted, it finishes what it began and begins nothing more', async () => {
  await at.begin();
  const stop = new AbortController();
  const result = await at.roll(two(), {
    signal: stop.signal,
    onEvent: (event) => {
      at.events.push(event);
      if (event.kind === 'step-begun' && event.node === 'p1') stop.abort();
    },
  });
  expect(result.ending).toBe('interrupted');
  expect(at.ends()).toMatchObject({ m1: { result: 'done' }, p1: { result: 'done' } });
  expect(Object.keys(at.ends())).toHaveLength(2);
  expect(await at.roll(two())).toMatchObject({ ending: 'done' });
});

test('somebody else holds the lock: nothing is even looked at', async () => {
  const lock = { take: async () => ({ held: false, by: 'ana' }) as const };
  const result = await at.roll(one(), { lock });
  expect(result).toMatchObject({ ending: 'locked', why: { text: 'ana holds the change lock' } });
  expect(at.events.map(({ kind }) => kind)).toEqual(['ended']);
});

test('the lock is given back, and losing it interrupts', async () => {
  await at.roll(one());
  const lost = new AbortController();
  let released = 0;
  const release = async () => {
    released += 1;
  };
  const lock = { take: async () => ({ held: true, lost: lost.signal, release }) as const };
  const onEvent = (event: RolloutEvent) => {
    if (event.kind === 'step-ended') lost.abort();
  };
  expect(await at.roll(two(), { lock, onEvent })).toMatchObject({
    ending: 'interrupted',
    waves: 1,
  });
  expect(released).toBe(1);
});

test('a finding of the check stops before anything is changed', async () => {
  const finding = {
    code: 'TRI-P001',
    severity: 'error',
    message: 'no next hop',
    effect: '',
    fix: '',
  } as const;
  const result = await at.roll(one(), { check: () => [finding] });
  expect(result).toMatchObject({ ending: 'refused', findings: [finding] });
  expect(Object.values(at.machines.hosts).every((host) => host.calls().length === 0)).toBe(true);
});

const error = (code: string, message: string): Finding => ({
  code,
  severity: 'error',
  message,
  effect: '',
  fix: '',
});

test('one wave and no more where no more was asked for', async () => {
  await at.roll(one());
  const result = await at.roll(two(), { mostWaves: 1 });
  expect(result).toMatchObject({ ending: 'wave-done', waves: 1 });
  expect(result.waits.map(({ node }) => node).sort()).toEqual(['d1', 'p1', 'p2', 'p3', 'r1']);
  expect(at.ends()).toMatchObject({ m1: { result: 'done' } });
  expect(at.contents().filter(([, word]) => word === 'two')).toEqual([['m1', 'two']]);
});

describe('live invariants between waves', () => {
  const snapshot = { feed: { latches: {} }, reports: {}, atMs: 0 } as unknown as Snapshot;
  const old = (step: number) => error('TRI-P001', `d1 has other rows at step ${step} of l7`);
  const roleOut = error('TRI-P005', 'r1 has no next hop for 198.51.100.1/32');
  const waited = () => at.events.filter(({ kind }) => kind === 'waiting').length;

  test('what did not hold before is not the rollout’s doing, also at the next step', async () => {
    await at.roll(one());
    let step = 0;
    const live = () => [old(step++)];
    expect(await at.roll(two(), { snapshot: async () => snapshot, live })).toMatchObject({
      ending: 'done',
    });
  });

  test('what broke since is waited for before the next wave', async () => {
    await at.roll(one());
    let asked = 0;
    const live = () => (asked++ > 0 && asked < 4 ? [roleOut] : []);
    const result = await at.roll(two(), { snapshot: async () => snapshot, live });
    expect(result.ending).toBe('done');
    expect(waited()).toBe(2);
  });

  test('what stays broken ends it, and nothing more is changed', async () => {
    await at.roll(one());
    let asked = 0;
    const live = () => (asked++ > 0 ? [roleOut] : []);
    const patienceMs = 2_000;
    const result = await at.roll(two(), { snapshot: async () => snapshot, live, patienceMs });
    expect(result).toMatchObject({
      ending: 'failed',
      waves: 1,
      findings: [roleOut],
      why: { word: 'broken-since', text: `since the last wave: TRI-P005 ${roleOut.message}` },
    });
    expect(at.contents().filter(([, word]) => word === 'two')).toEqual([['m1', 'two']]);
  });
});

test('secrets stand in no event, whatever a check prints', async () => {
  const check = 'cat "$STAGE/etc/tricade/secret/role"; exit 1';
  await at.roll(wantedAll(generation(1, 'one'), (bundle) => ({ ...bundle, checks: [check] })));
  expect(at.ends().m1).toMatchObject({ result: 'refused', output: '[secret]' });
  expect(JSON.stringify(at.events)).not.toContain(plantedSecret);
});

test('looking again costs a fraction of filling', async () => {
  const begun = performance.now();
  await at.roll(one());
  const filledMs = performance.now() - begun;
  await at.roll(one());
  const againMs = performance.now() - begun - filledMs;
  console.log(
    `6 machines in folders: filled ${filledMs.toFixed(0)} ms, again ${againMs.toFixed(0)} ms`,
  );
  expect(againMs).toBeLessThan(filledMs);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Check } from '@tricade/cluster';
import { afterEach, expect, test } from 'vitest';
import type { Attempt } from './attempt.ts';
import { type Pace, type ProbeTarget, Scheduler, type SchedulerOptions } from './scheduler.ts';
import { listen, until } from './testing/listener.ts';

const check: Check = {
  kind: 'tcp',
  target: '',
  statuses: [],
  intervalMs: 40,
  fastIntervalMs: 10,
  downIntervalMs: 120,
  timeoutMs: 20,
  rise: 2,
  fall: 3,
};
const good: Attempt = { ok: true, detail: 'connected', unreachable: false, tookMs: 1 };
const seldom: Check = {
  ...check,
  intervalMs: 60_000,
  fastIntervalMs: 60_000,
  downIntervalMs: 60_000,
};

let scheduler: Scheduler | undefined;
afterEach(() => scheduler?.stop());

/** A scheduler that notes when each attempt began. */
function scheduled(more: Partial<SchedulerOptions> = {}): {
  began: Map<string, number[]>;
  made: Scheduler;
} {
  const began = new Map<string, number[]>();
  const made = new Scheduler({
    onAttempt: (target, _, monoMs) =>
      void began.set(target, [...(began.get(target) ?? []), monoMs]),
    paceOf: () => 'normal',
    random: () => 0.5,
    ...more,
  });
  scheduler = made;
  return { began, made };
}

const target = (name: string, more: Partial<ProbeTarget> = {}): ProbeTarget => ({
  target: name,
  check,
  attempt: async () => good,
  ...more,
});

const gaps = (times: readonly number[] = []): number[] =>
  times.slice(1).map((time, at) => time - (times[at] ?? 0));

test.each([
  ['normal', 40],
  ['fast', 10],
  ['down', 120],
] as const)('%s: never sooner than the interval', async (pace, intervalMs) => {
  const { began, made } = scheduled({ paceOf: () => pace });
  made.set([target('web/w1')]);
  await until(() => (began.get('web/w1')?.length ?? 0) >= 4);
  for (const gap of gaps(began.get('web/w1'))) expect(gap).toBeGreaterThanOrEqual(intervalMs - 2);
});

test('a change of pace holds from the next attempt on', async () => {
  let pace: Pace = 'fast';
  const { began, made } = scheduled({ paceOf: () => pace });
  made.set([target('web/w1')]);
  await until(() => (began.get('web/w1')?.length ?? 0) >= 3);
  pace = 'down';
  const at = began.get('web/w1')?.length ?? 0;
  await until(() => (began.get('web/w1')?.length ?? 0) >= at + 2);
  expect(gaps(began.get('web/w1')).at(-1)).toBeGreaterThanOrEqual(118);
});

test('starts are spread over a fast interval, later ones jitter by five percent either way', async () => {
  const draws = [0, 0.25, 0.5, 0.75, 1];
  let draw = 0;
  const { began, made } = scheduled({ random: () => draws[draw++ % draws.length] ?? 0 });
  const wide = { ...check, fastIntervalMs: 200, intervalMs: 200 };
  const startedMs = performance.now();
  made.set(['a/a', 'a/b', 'a/c', 'a/d', 'a/e'].map((name) => target(name, { check: wide })));
  await until(() => began.size === 5);
  const starts = [...began.values()].map(([first]) => (first ?? 0) - startedMs);
  for (const [at, start] of starts.entries()) expect(start).toBeGreaterThanOrEqual(at * 50 - 2);
  await until(() => [...began.values()].every((times) => times.length >= 2));
  const periods = [...began.values()].map((times) => gaps(times)[0] ?? 0);
  expect(Math.min(...periods)).toBeGreaterThanOrEqual(188);
  expect(Math.max(...periods) - Math.min(...periods)).toBeGreaterThan(10);
});

test('set keeps what runs, starts what is new, and ends what is gone', async () => {
  const { began, made } = scheduled();
  let release: (attempt: Attempt) => void = () => undefined;
  let attempts = 0;
  const slow = target('web/w1', {
    attempt: () => {
      attempts++;
      return new Promise((resolve) => {
        release = resolve;
      });
    },
  });
  made.set([slow]);
  await until(() => attempts === 1);
  made.set([slow, target('web/w2')]);
  await until(() => began.has('web/w2'));
  expect(attempts).toBe(1);
  release(good);
  await until(() => began.has('web/w1'));
  await until(() => attempts === 2);
  made.set([]);
  release(good);
  const before = began.get('web/w1')?.length;
  const other = scheduled();
  other.made.set([target('web/w3')]);
  await until(() => (other.began.get('web/w3')?.length ?? 0) >= 3);
  expect(began.get('web/w1')?.length).toBe(before);
});

test('taken out and put in again during an attempt: one chain of attempts, not two', async () => {
  const { made } = scheduled();
  const releases: ((attempt: Attempt) => void)[] = [];
  const slow = target('web/w1', {
    check: { ...seldom, fastIntervalMs: 1 },
    attempt: () => new Promise((resolve) => void releases.push(resolve)),
  });
  made.set([slow]);
  await until(() => releases.length === 1);
  made.set([]);
  made.set([slow]);
  await until(() => releases.length === 2);
  releases[0]?.(good);
  const other = scheduled();
  other.made.set([target('web/w2')]);
  await until(() => (other.began.get('web/w2')?.length ?? 0) >= 3);
  made.stop();
  expect(releases).toHaveLength(2);
});

test('a kept target is attempted in its new form', async () => {
  const { made } = scheduled();
  const seen: string[] = [];
  const as = (form: string) =>
    target('web/w1', {
      attempt: async () => {
        seen.push(form);
        return good;
      },
    });
  made.set([as('old')]);
  await until(() => seen.length === 1);
  made.set([as('new')]);
  await until(() => seen.length >= 2);
  expect(seen.slice(0, 2)).toEqual(['old', 'new']);
});

test('results of a process that stood still are thrown away and counted', async () => {
  const { began, made } = scheduled();
  let stall = true;
  made.set([
    target('web/w1', {
      attempt: async () => {
        const endMs = performance.now() + (stall ? 150 : 0);
        stall = false;
        while (performance.now() < endMs);
        return { ...good, ok: false };
      },
    }),
  ]);
  await until(() => began.has('web/w1'));
  expect(made.counters().discarded).toBe(1);
});

test('a beginning that was late is counted', async () => {
  const { made } = scheduled();
  made.set([target('web/w1')]);
  const endMs = performance.now() + 150;
  while (performance.now() < endMs);
  await until(() => made.counters().late > 0);
});

/** Probes one port all the time; prints a line for each failure and, on a line of input, how many attempts there were. */
const prober = `
import { probeTcp, Scheduler } from '@tricade/probe';
const check = { kind: 'tcp', target: '', statuses: [], intervalMs: 20, fastIntervalMs: 20, downIntervalMs: 20, timeoutMs: 100, rise: 1, fall: 1 };
let attempts = 0;
const scheduler = new Scheduler({
  random: Math.random,
  paceOf: () => 'normal',
  onAttempt: (_, attempt) => { attempts++; if (!attempt.ok) console.log('failed ' + attempt.detail); },
});
const endpoint = { address: '127.0.0.1', port: Number(process.env.PORT) };
const target = (at) => ({ target: 'web/w' + at, check, attempt: () => probeTcp(endpoint, check.timeoutMs) });
scheduler.set(Array.from({ length: 20 }, (_, at) => target(at)));
process.stdin.on('data', () => console.log('attempts ' + attempts));
`;

test('a process stopped by SIGSTOP and continued finds no fault', async () => {
  const server = await listen((socket) => socket.resume());
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--input-type=module', '--eval', prober],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, PORT: String(server.port) },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  await until(() => server.accepted() > 40, 20_000);
  for (let round = 0; round < 3; round++) {
    child.kill('SIGSTOP');
    const resumeMs = performance.now() + 500;
    await until(() => performance.now() > resumeMs);
    const before = server.accepted();
    child.kill('SIGCONT');
    await until(() => server.accepted() > before + 60);
  }
  child.stdin.write('\n');
  await until(() => lines.some((line) => line.startsWith('attempts')));
  expect(lines.filter((line) => line.startsWith('failed'))).toEqual([]);
  child.kill();
  await once(child, 'exit');
  await server.close();
}, 30_000);

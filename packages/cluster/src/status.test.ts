import { describe, expect, test } from 'vitest';
import type { Latch } from './model/intent.ts';
import type { Snapshot } from './model/seen.ts';
import { reason } from './reason.ts';
import { clock, type Status, type StatusRow, span, status } from './status.ts';
import { nowMs, verdict, wellSnapshot, withFeed, withReports } from './testing/snapshots.ts';

const well = wellSnapshot();
const drain = (target: string, kind: Latch['kind'] = 'drain'): Record<string, Latch> => ({
  [target]: { target, kind, by: 'ana', why: 'new disk', sinceMs: nowMs, revision: 40 },
});
const rowOf = (shown: Status, node: string): StatusRow => {
  const found = shown.rows.find((each) => each.node === node);
  if (found === undefined) throw new Error(`no row of ${node}`);
  return found;
};
const silent = (snapshot: Snapshot, ...names: string[]): Snapshot => ({
  ...snapshot,
  reports: Object.fromEntries(
    Object.entries(snapshot.reports).filter(([name]) => !names.includes(name)),
  ),
});

interface Case {
  readonly name: string;
  readonly given: Snapshot;
  readonly word: Status['verdict']['word'];
  readonly text: RegExp;
  /** Nodes that are not `ok`, and what they are. */
  readonly states?: Readonly<Record<string, StatusRow['state']>>;
}

const cases: readonly Case[] = [
  {
    name: 'all is well',
    given: well,
    word: 'HEALTHY',
    text: /^in service: 2\/2 l4, 3\/3 l7, 2\/2 servers$/,
  },
  {
    name: 'a drained node is no trouble',
    given: withFeed(well, { latches: drain('p1') }),
    word: 'HEALTHY',
    text: /2\/3 l7/,
    states: { p1: 'out' },
  },
  {
    name: 'a drained node that is down is out, and no trouble either',
    given: withFeed(well, { latches: drain('p1'), health: { 'l7/p1': verdict('down') } }),
    word: 'HEALTHY',
    text: /2\/3 l7/,
    states: { p1: 'out' },
  },
  {
    name: 'a node that is down',
    given: withFeed(well, { health: { 'l7/p1': verdict('down') } }),
    word: 'DEGRADED',
    text: /^1 down; in service: 2\/2 l4, 2\/3 l7/,
    states: { p1: 'down' },
  },
  {
    name: 'a group below its floor',
    given: withFeed(well, { health: { 'l7/p1': verdict('down'), 'l7/p2': verdict('down') } }),
    word: 'DEGRADED',
    text: /health of l7 ignored \(below the floor\)/,
    states: { p1: 'down', p2: 'down' },
  },
  {
    name: 'a whole tier is down',
    given: withFeed(well, { health: { 'l4/d1': verdict('down'), 'l4/d2': verdict('down', true) } }),
    word: 'DOWN',
    text: /^every node of l4 is down$/,
    states: { d1: 'down', d2: 'down' },
  },
  {
    name: 'a report that is old',
    given: withReports(well, { d1: { atMs: nowMs - 4_000 } }),
    word: 'DEGRADED',
    text: /nothing fresh from d1/,
    states: { d1: 'stale' },
  },
  {
    name: 'a node that never reported',
    given: silent(well, 'd2'),
    word: 'DEGRADED',
    text: /nothing fresh from d2/,
    states: { d2: 'unknown' },
  },
  {
    name: 'a server that nobody judged yet',
    given: withFeed(well, { health: { 'web/w2': verdict('unknown') } }),
    word: 'DEGRADED',
    text: /nothing fresh from w2/,
    states: { w2: 'unknown' },
  },
  {
    name: 'servers that nobody checks are taken as they are',
    given: {
      ...withFeed(well, { health: { 'web/w2': verdict('unknown') } }),
      cluster: {
        ...well.cluster,
        pools: well.cluster.pools.map((pool) => ({
          ...pool,
          check: { ...pool.check, kind: 'none' },
        })),
      },
    },
    word: 'HEALTHY',
    text: /2\/2 servers/,
  },
  {
    name: 'a router that does not route to a director that announces',
    given: withReports(well, {
      r2: { sample: { atMs: nowMs, nextHops: { '198.51.100.1/32': ['192.0.2.10'] } } },
    }),
    word: 'DEGRADED',
    text: /^r2 has 1 of 2 next hops for 198\.51\.100\.1\/32; in service: 2\/2 l4/,
  },
  {
    name: 'a drained director is announced by nobody, and no router misses it',
    given: withFeed(
      withReports(well, {
        d1: { announcing: [] },
        r1: { sample: { atMs: nowMs, nextHops: { '198.51.100.1/32': ['192.0.2.11'] } } },
        r2: { sample: { atMs: nowMs, nextHops: { '198.51.100.1/32': ['192.0.2.11'] } } },
      }),
      { latches: drain('d1') },
    ),
    word: 'HEALTHY',
    text: /1\/2 l4/,
    states: { d1: 'out' },
  },
  {
    name: 'nobody announces',
    given: withReports(well, {
      d1: { announcing: [] },
      d2: { announcing: [] },
      r1: { sample: { atMs: nowMs, nextHops: {} } },
    }),
    word: 'DEGRADED',
    text: /^r1 has 0 of 1 next hops for/,
  },
  {
    name: 'a node that failed to apply',
    given: withReports(well, { p2: { trouble: reason('refused', 'haproxy refused the file') } }),
    word: 'DEGRADED',
    text: /p2 lagging/,
    states: { p2: 'lagging' },
  },
  {
    name: 'a node that had time to apply the revision and has not',
    given: {
      ...withReports(well, { p2: { version: { generation: 4, epoch: 2, revision: 39 } } }),
      revisionAgeMs: 3_500,
    },
    word: 'DEGRADED',
    text: /p2 lagging/,
    states: { p2: 'lagging' },
  },
  {
    name: 'an older epoch is behind whatever its revision',
    given: {
      ...withReports(well, { p2: { version: { generation: 4, epoch: 1, revision: 90 } } }),
      revisionAgeMs: 3_500,
    },
    word: 'DEGRADED',
    text: /p2 lagging/,
    states: { p2: 'lagging' },
  },
  {
    name: 'a revision of just now, and nodes that applied nothing for long',
    given: {
      ...withFeed(withReports(well, { p2: { appliedAtMs: nowMs - 60_000 } }), { revision: 41 }),
      revisionAgeMs: 100,
    },
    word: 'HEALTHY',
    text: /^in service/,
  },
  {
    name: 'clocks that are wrong by an hour, heard just now',
    given: {
      ...withReports(well, { d1: { atMs: nowMs - 3_600_000 }, d2: { atMs: nowMs + 3_600_000 } }),
      heard: { d1: { ageMs: 90, stepAgesMs: {} }, d2: { ageMs: 90, stepAgesMs: {} } },
    },
    word: 'HEALTHY',
    text: /^in service/,
  },
  {
    name: 'nobody leads: verdicts are as old as they are',
    given: { ...well, leader: undefined },
    word: 'UNKNOWN',
    text: /^no monitor leads; nodes keep their last good state/,
    states: { w1: 'stale', w2: 'stale' },
  },
];

describe('status', () => {
  test.each(cases)('$name', ({ given, word, text, states = {} }) => {
    const shown = status(given);
    expect(shown.verdict.word).toBe(word);
    expect(shown.verdict.text).toMatch(text);
    const odd = shown.rows.filter((each) => each.state !== 'ok');
    expect(Object.fromEntries(odd.map((each) => [each.node, each.state]))).toEqual(states);
  });

  test('a cause is told with what it hides', () => {
    const shown = status(withFeed(well, { health: { 'web/w1': verdict('down') } }));
    expect(shown.causes).toEqual([
      {
        subject: 'w1',
        text: 'w1 is down: answers as down, since 11:59:50',
        sinceMs: nowMs - 10_000,
        hides: ['p1', 'p2', 'p3'].map((proxy) => `${proxy}: pool web short of w1`),
      },
    ]);
    expect(rowOf(shown, 'p1')).toMatchObject({ seen: 'pool web 1/2', state: 'ok' });
  });

  test('what directors drop is a note, the most first', () => {
    const { d1 } = well.reports;
    const sample = { atMs: nowMs, drops: { limited: 31, denied: 1204, malformed: 0 } };
    const dropping = { ...well, reports: { ...well.reports, d1: { ...d1, sample } } };
    expect(status(dropping as Snapshot).notes).toEqual([
      'd1 dropped packets: 1204 denied, 31 limited',
    ]);
  });

  test('what an operator wants is a note with his name, not a cause', () => {
    const shown = status(withFeed(well, { latches: drain('p1', 'maintenance') }));
    expect(shown.causes).toEqual([]);
    expect(shown.notes).toEqual(['p1 out on purpose: "new disk", ana']);
    const timed = { subject: 'd1', why: reason('rows-in-change', 'd1 comes back'), etaMs: 1_000 };
    const acks = { subject: 'd2', why: reason('not-acked', 'd2 has not acked') };
    expect(status(well, [acks, timed]).notes).toEqual(['d1 comes back']);
    expect(rowOf(shown, 'p1').want).toBe('maintenance (ana)');
  });

  test('a step that breaks an invariant is a trouble, though everybody is up', () => {
    const text = 'step 4 of l7 (arm) is not published: TRI-P019 d2 has not acked step 3 of l7';
    const wait = { subject: 'l7', why: reason('step-refused', text, 'TRI-P019') };
    expect(status(well).verdict.word).toBe('HEALTHY');
    expect(status(well, [wait]).verdict).toMatchObject({
      word: 'DEGRADED',
      text: expect.stringContaining(text),
    });
  });

  test('a router that forwards to nobody of the file is a trouble: nothing here ends it', () => {
    const text = 'r1 forwards to 192.0.2.13, which no director of the file has';
    const wait = { subject: 'r1', why: reason('stranger', text) };
    expect(status(well, [wait]).verdict).toMatchObject({
      word: 'DEGRADED',
      text: expect.stringContaining(text),
    });
  });

  test('rows say what was told, what is seen and how old it is', () => {
    const shown = status(well);
    expect(rowOf(shown, 'd1')).toMatchObject({
      told: 'gen 4 rev 40',
      seen: 'announces 1/1 VIPs',
      ageMs: 200,
    });
    expect(rowOf(shown, 'r1').seen).toBe('2/2 next hops');
    expect(rowOf(shown, 'm1').seen).toBe('leads (epoch 2)');
    expect(rowOf(shown, 'w1')).toMatchObject({ told: '-', seen: 'up', ageMs: 0 });
    expect(rowOf(shown, 'p1').load).toBe('0 conns');
    const dead = status(withFeed(well, { health: { 'l4/d1': verdict('down', true) } }));
    expect(rowOf(dead, 'd1').seen).toBe('dead 10 s: answers as down');
  });
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [12_300, '12 s'],
  [180_000, '3 m'],
  [7_200_000, '2 h'],
])('span of %s ms', (ms, text) => expect(span(ms)).toBe(text));

test('clock is UTC', () => expect(clock(nowMs)).toBe('12:00:00'));

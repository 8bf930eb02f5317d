import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeSteps, refusedWait, type StepGround } from './check-steps.ts';
import { emptyMemory } from './conduct/view.ts';
import { conduct } from './conduct.ts';
import type { Table, TableStep } from './model/live.ts';
import { reason } from './reason.ts';
import { tableGroups } from './roles.ts';
import { applyStep, armedWord, birthRows, birthStep, nextStep, wordOf } from './table.ts';
import { wellSnapshot, withFeed, withReports } from './testing/snapshots.ts';

const well = wellSnapshot();
const groups = tableGroups(well.cluster, well.generation);
const table = well.feed.tables['l7'] as Table;
const ground = (snapshot = well): StepGround => ({ ...snapshot, groups });
const why = reason('test', 'a test');
const onIpvs = { ...well.cluster, l4: { ...well.cluster.l4, driver: 'ipvs' as const } };
const make = (
  kind: 'arm' | 'flip' | 'clear' | 'down' | 'dead' | 'share',
  word: number,
  of = table,
): TableStep => {
  const step = nextStep(of, { kind, why, rewrite: (old, row) => (row === 0 ? word : old) });
  if (step === undefined) throw new Error('nothing changes');
  return step;
};
const late = withReports(well, { d2: { steps: { l7: { step: 2, digest: 'x' } } } });
const { d2: _, ...receiving } = well.feed.receiving;
const arm = make('arm', armedWord(wordOf(1), 2));

test.each<readonly [string, StepGround, TableStep, readonly string[]]>([
  ['arming for a real', ground(), arm, []],
  ['a kind that may not do this', ground(), { ...arm, kind: 'flip' }, ['TRI-P007']],
  ['a step that does not follow', ground(), { ...arm, step: 9 }, ['TRI-P007']],
  ['another digest', ground(), { ...arm, digest: 'f'.repeat(16) }, ['TRI-P007']],
  ['arming for nobody', ground(), make('arm', armedWord(wordOf(1), 77)), ['TRI-P003']],
  ['rows of the down to nobody', ground(), make('down', wordOf(77, 1)), ['TRI-P003']],
  ['a director that is behind', ground(late), arm, ['TRI-P019']],
  ['one that is behind and does not receive', ground(withFeed(late, { receiving })), arm, []],
  ['what may overtake', ground(late), make('down', wordOf(2, 1)), []],
  ['a share where rows know the flows', ground(), make('share', wordOf(2)), ['TRI-P007']],
  ['a share where kernels do', ground({ ...late, cluster: onIpvs }), make('share', wordOf(2)), []],
])('%s', (_name, given, step, want) => {
  const { allowed, refused } = judgeSteps(given, [step]);
  expect(refused.flatMap(({ findings }) => findings.map(({ code }) => code))).toEqual(want);
  expect(allowed).toEqual(want.length === 0 ? [step] : []);
});

test('a birth, and a real that left the file but still has its rows', () => {
  const birth = birthStep('l7', birthRows(6, [{ id: 1, weight: 1 }]), why);
  const empty = ground(withFeed(well, { tables: {} }));
  expect(judgeSteps(empty, [birth]).allowed).toHaveLength(1);
  const left = {
    ...ground(),
    groups: groups.map((each) => ({ ...each, reals: each.reals.slice(1) })),
  };
  expect(judgeSteps(left, [arm]).allowed).toHaveLength(1);
  expect(judgeSteps({ ...empty, groups: left.groups }, [birth]).refused).toHaveLength(1);
});

test('what is told of a refused step names the code', () => {
  const [refused] = judgeSteps(ground(late), [arm]).refused;
  expect(refused && refusedWait(refused)).toEqual({
    subject: 'l7',
    why: {
      word: 'step-refused',
      text: 'step 4 of l7 (arm) is not published: TRI-P019 d2 has not acked step 3 of l7',
      source: 'TRI-P019',
    },
  });
});

test('what the conductor decides is never refused', () => {
  let published = 0;
  const health = fc.constantFrom('up', 'down', 'dead', 'drained');
  fc.assert(
    fc.property(fc.array(health, { minLength: 3, maxLength: 3 }), fc.boolean(), (words, behind) => {
      const verdicts = words.flatMap((word, at) => {
        if (word === 'drained') return [];
        const cause = reason('check', 'a check');
        const is = { dead: word === 'dead', cause, sinceMs: 0, revision: 1 };
        return [[`l7/p${at + 1}`, { ...is, health: word === 'up' ? 'up' : 'down' } as const]];
      });
      const latches = words.flatMap((word, at) => {
        const target = `p${at + 1}`;
        const latch = {
          target,
          kind: 'drain',
          by: 'ana',
          why: '',
          sinceMs: 0,
          revision: 1,
        } as const;
        return word === 'drained' ? [[target, latch]] : [];
      });
      const change = {
        health: Object.fromEntries(verdicts),
        latches: Object.fromEntries(latches),
      };
      let snapshot = withFeed(behind ? late : well, change);
      let memory = emptyMemory;
      for (let turn = 0; turn < 4; turn++) {
        const seenAtMs = Object.fromEntries(
          Object.keys(snapshot.reports).map((name) => [name, turn]),
        );
        const next = conduct(
          { ...snapshot, groups, seenAtMs, nowMs: turn, wallMs: well.atMs },
          memory,
        );
        memory = next.memory;
        expect(judgeSteps(ground(snapshot), next.steps).refused).toEqual([]);
        published += next.steps.length;
        for (const step of next.steps) {
          const after = applyStep(snapshot.feed.tables[step.group], step) as Table;
          const acked = { steps: { l7: { step: after.step, digest: after.digest } } };
          const moved = withFeed(snapshot, { tables: { l7: after } });
          snapshot = withReports(moved, { d1: acked, ...(behind ? {} : { d2: acked }) });
        }
      }
    }),
  );
  expect(published).toBeGreaterThan(50);
});

/** States and changes to try a feed with. */
import type {
  FeedState,
  Latch,
  MemberHealth,
  NodeReport,
  Table,
  TableStep,
} from '@tricade/cluster';
import {
  applyStep,
  armedWord,
  birthStep,
  flippedWord,
  nextStep,
  reason,
  wordOf,
} from '@tricade/cluster';

export const emptyState: FeedState = {
  epoch: 0,
  revision: 0,
  health: {},
  latches: {},
  tables: {},
  receiving: {},
};

export function healthSample(health: MemberHealth['health'], sinceMs = 1): MemberHealth {
  const cause = reason('checked', `answers as ${health}`);
  return { health, dead: false, cause, sinceMs, revision: 0 };
}

export function latchSample(target: string): Latch {
  return { target, kind: 'drain', by: 'ops', why: 'disk change', sinceMs: 1, revision: 0 };
}

/** Birth of a table of `size` rows over reals 1, 2 and 3. */
export function birthSample(group = 'l7', size = 64): TableStep {
  const rows = Uint32Array.from({ length: size }, (_, row) => wordOf(1 + (row % 3)));
  return birthStep(group, rows, reason('born', 'the group is new'));
}

/** Throws where the step does not fit: samples do. */
export function stepped(table: Table | undefined, step: TableStep): Table {
  const next = applyStep(table, step);
  if ('refused' in next) throw new Error(next.refused.text);
  return next;
}

/** Rows of real 1 are armed for real 2, then flipped. */
export function armAndFlip(table: Table): readonly [arm: TableStep, flip: TableStep] {
  const why = reason('latched', 'p1 drains');
  const arm = nextStep(table, {
    kind: 'arm',
    rewrite: (word) => (word === wordOf(1) ? armedWord(word, 2) : word),
    why,
  });
  if (arm === undefined) throw new Error('no row to arm');
  const armed = stepped(table, arm);
  const rewrite = (word: number): number =>
    word === armedWord(wordOf(1), 2) ? flippedWord(word) : word;
  const flip = nextStep(armed, { kind: 'flip', rewrite, why });
  if (flip === undefined) throw new Error('no row to flip');
  return [arm, flip];
}

export function reportSample(node: string, revision = 1): NodeReport {
  return {
    node,
    version: { generation: 1, epoch: 1, revision },
    steps: {},
    wantsToReceive: false,
    announcing: [],
    appliedAtMs: 1,
    atMs: 1,
    sample: { atMs: 1 },
  };
}

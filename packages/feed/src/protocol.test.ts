import { reason } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from './protocol.ts';
import { changeOf, decodeMessage, encodeMessage, protocolVersion } from './protocol.ts';
import {
  applyChange,
  decodeState,
  follows,
  notBefore,
  writesOfChange,
  writesOfState,
} from './state.ts';
import {
  armAndFlip,
  birthSample,
  emptyState,
  healthSample,
  latchSample,
  stepped,
} from './testing/samples.ts';

const birth = birthSample('l7', 256);
const [arm, flip] = armAndFlip(stepped(undefined, birth));
const held = { ...emptyState, epoch: 3, revision: 41 };

describe('messages', () => {
  test.for([
    ['a pulse', { kind: 'pulse', epoch: 3, revision: 41 }],
    ['a seed', { kind: 'seed', epoch: 3, revision: 41 }],
    ['an empty change', changeOf({ atMs: 1 }, held)],
    [
      'a change of everything',
      changeOf(
        {
          atMs: 1,
          health: { 'web/w1': healthSample('up'), 'web/w2': null },
          latches: { p1: latchSample('p1'), p2: null },
          tableSteps: [birth, arm, flip],
          receiving: { l4a: { steps: { l7: 3 }, grantedAtMs: 1 }, l4b: null },
        },
        held,
      ),
    ],
  ] as const)('%s comes back as it went', ([, message]) => {
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  const change = JSON.parse(
    encodeMessage(changeOf({ atMs: 1, tableSteps: [birth] }, held)),
  ) as Record<string, unknown>;
  test.for([
    ['nothing', '', 'unreadable'],
    ['cut off', encodeMessage({ kind: 'pulse', epoch: 1, revision: 1 }).slice(0, -3), 'unreadable'],
    ['an array', '[]', 'unreadable'],
    [
      'another kind',
      JSON.stringify({ protocol: 1, kind: 'wish', epoch: 1, revision: 1 }),
      'unreadable',
    ],
    [
      'a later version',
      JSON.stringify({ ...change, protocol: protocolVersion + 1 }),
      'unknown-version',
    ],
    ['no version', JSON.stringify({ ...change, protocol: undefined }), 'unknown-version'],
    ['a negative revision', JSON.stringify({ ...change, revision: -1 }), 'unreadable'],
    [
      'health of no member',
      JSON.stringify({ ...change, health: { '../w1': healthSample('up') } }),
      'unreadable',
    ],
    [
      'health of no shape',
      JSON.stringify({ ...change, health: { 'web/w1': { health: 'fine' } } }),
      'unreadable',
    ],
    [
      'rows that are no rows',
      JSON.stringify({ ...change, tableSteps: [{ ...birth, rows: '!' }] }),
      'unreadable',
    ],
    ['prototype', '{"protocol":1,"kind":"change","__proto__":{"epoch":1}}', 'unreadable'],
  ])('%s is refused', ([, text = '', word]) => {
    expect(decodeMessage(text)).toMatchObject({ refused: { word } });
  });

  test('whatever the text, an answer and no exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ ...change, ...(value as object) })),
        ),
        (text) => {
          expect(decodeMessage(text)).toBeTypeOf('object');
        },
      ),
    );
  });

  test('a step of 65,537 rows is small', () => {
    const text = encodeMessage(
      changeOf({ atMs: 1, tableSteps: [birthSample('l7', 65_537)] }, held),
    );
    // The worst case: no two neighbouring rows alike.
    expect(text.length).toBeLessThan(400_000);
  });
});

describe('the gap rule', () => {
  const change = changeOf({ atMs: 1 }, held);
  test.for([
    ['the next one', held, true],
    ['a gap', { ...held, revision: 40 }, false],
    ['one that is known', { ...held, revision: 42 }, false],
    ['another epoch, whose numbers count another history', { ...held, epoch: 2 }, false],
    ['an older epoch', { ...held, epoch: 4 }, false],
  ] as const)('%s', ([, at, want]) => expect(follows(change, at)).toBe(want));

  test.for([
    [{ epoch: 3, revision: 41 }, true],
    [{ epoch: 4, revision: 41 }, true],
    [{ epoch: 4, revision: 40 }, false],
    [{ epoch: 2, revision: 99 }, false],
  ] as const)('%o after epoch 3, revision 41: %s', ([next, want]) =>
    expect(notBefore(next, held)).toBe(want),
  );
});

describe('stored state', () => {
  const change: Change = changeOf(
    {
      atMs: 1,
      health: { 'web/w1': healthSample('up') },
      latches: { p1: latchSample('p1') },
      tableSteps: [birth, arm],
      receiving: { l4a: { steps: { l7: 2 }, grantedAtMs: 1 } },
    },
    held,
  );
  const applied = applyChange(held, change);
  const next = 'state' in applied ? applied.state : held;
  const stored = (writes: ReturnType<typeof writesOfState>) => {
    const hashes = { health: {}, latches: {}, tables: {}, receiving: {} } as Record<
      'health' | 'latches' | 'tables' | 'receiving',
      Record<string, string>
    >;
    for (const { hash, field, text } of writes) hashes[hash][field] = text ?? '';
    return { protocol: protocolVersion, epoch: 3, revision: 42, ...hashes };
  };

  test('writing the change and writing the state are the same', () => {
    expect(decodeState(stored(writesOfChange(change, next)))).toEqual({ state: next });
    expect(decodeState(stored(writesOfState(next)))).toEqual({ state: next });
  });

  test('a step that does not fit is refused', () => {
    const late = changeOf({ atMs: 2, tableSteps: [arm] }, next);
    expect(applyChange(next, late)).toMatchObject({
      refused: reason('out-of-order', expect.any(String) as string),
    });
  });
});

/** Where packets of translated flows go while their row changes under them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordOf } from '../../../packages/cluster/src/index.ts';
import * as maps from './director-maps.ts';
import { arriving, type DirectorSide, reals, vip } from './director-side.ts';
import { Flow, realIn, reasons } from './flow.ts';
import { icmpError, protocols, tcp } from './frames.ts';
import {
  asked,
  type Family,
  families,
  forgetAll,
  natSide,
  routerOf,
  translated,
} from './nat-side.ts';
import { inPieces } from './pieces.ts';

let side: DirectorSide;
beforeAll(async () => {
  side = await natSide();
});
afterAll(() => side.run.close());

const flowOf = (family: Family, protocol: number = protocols.tcp) =>
  new Flow(side, { family, protocol });
const given = (protocol: number, ...rows: readonly number[]) =>
  side.given(translated(protocol, { rows }));
const settled = wordOf(1);
const armed = wordOf(1, 2, true);
const flipped = wordOf(2, 1);
const backAgain = wordOf(1, 2);

describe.each(families)('TCP over IPv%s', (family) => {
  beforeAll(() => forgetAll(side));

  test('a flow keeps its real through arm, flip, clear and back; new ones follow the row', async () => {
    await given(protocols.tcp, settled);
    const old = flowOf(family);
    await old.opened(1);
    for (const [word, current] of [
      [armed, 1],
      [flipped, 2],
      [wordOf(2), 2],
      [wordOf(3, 2), 3],
      [backAgain, 1],
    ] as const) {
      await given(protocols.tcp, word);
      expect(await old.to('PA', 2, 7_001)).toBe(1);
      expect(await flowOf(family).to('S')).toBe(current);
    }
  });

  test('a flow that began behind the flip keeps its real when the row goes back', async () => {
    await given(protocols.tcp, flipped);
    const young = flowOf(family);
    await young.opened(2);
    await given(protocols.tcp, backAgain);
    expect(await young.to('A', 2, 7_001)).toBe(2);
    expect(await young.from(2, 'PA', 7_001)).toBe(reasons.reply);
  });

  test('a SYN that comes again goes where the answered one went, else where its row is now', async () => {
    await given(protocols.tcp, settled);
    const [heard, unheard] = [flowOf(family), flowOf(family)];
    for (const flow of [heard, unheard]) expect(await flow.to('S')).toBe(1);
    expect(await heard.from(1, 'SA', 7_000)).toBe(reasons.reply);
    await given(protocols.tcp, flipped);
    expect(await heard.to('S')).toBe(1);
    expect(await unheard.to('S')).toBe(2);
    // What the first real says of it after all would confuse the client.
    expect(await unheard.from(1, 'SA', 7_000)).toBe(reasons.stray);
    expect(await unheard.from(2, 'SA', 9_000)).toBe(reasons.reply);
    expect(await unheard.to('A', 2, 9_001)).toBe(2);
    expect(await unheard.isNoted()).toBe(true);
  });

  test.each([
    ['settled', settled, 1],
    ['armed', armed, 1],
    ['flipped', flipped, 1],
  ] as const)(
    'a flow from another director goes to the elder of a row that is %s',
    async (_, word, elder) => {
      await given(protocols.tcp, word);
      const flow = flowOf(family);
      expect(await flow.to('PA', 500, 90_000)).toBe(elder);
      expect(await flow.isNoted()).toBe(false);
      expect(await flow.from(elder, 'A', 90_000)).toBe(reasons.reply);
      expect(await flow.to('A', 520, 90_100)).toBe(elder);
      expect(await flow.isNoted()).toBe(true);
    },
  );

  test.each([
    ['flipped', flipped, 1, 2],
    ['flipped back', backAgain, 2, 1],
    ['armed', armed, 1, 2],
  ] as const)(
    'where the elder of a row that is %s does not know it, the other real is asked',
    async (_, word, elder, other) => {
      await given(protocols.tcp, word);
      const flow = flowOf(family);
      expect(await flow.to('PA', 500, 90_000)).toBe(elder);
      expect(await flow.from(elder, 'R', 90_000)).toBe(reasons.askedOn);
      expect(await flow.to('PA', 500, 90_000)).toBe(other);
      expect(await flow.from(other, 'A', 90_000)).toBe(reasons.reply);
      expect(await flow.to('A', 520, 90_000)).toBe(other);
      expect(await flow.isNoted()).toBe(true);
    },
  );

  test('what neither real knows is reset, to the client', async () => {
    await given(protocols.tcp, flipped);
    const flow = flowOf(family);
    for (const [real, reason] of [
      [1, reasons.askedOn],
      [2, reasons.reply],
    ] as const) {
      expect(await flow.to('A', 500, 90_000)).toBe(real);
      expect(await flow.from(real, 'R', 90_000)).toBe(reason);
    }
    expect(await flow.isNoted()).toBe(false);
  });

  test('the other real does not reset a flow that is not its own', async () => {
    await given(protocols.tcp, settled);
    const flow = flowOf(family);
    await flow.opened(1);
    expect(await flow.from(2, 'R')).toBe(reasons.stray);
    expect(await flow.to('A', 2, 7_001)).toBe(1);
  });

  test('flows of a real that died go by their row', async () => {
    await given(protocols.tcp, wordOf(3));
    const flow = flowOf(family);
    await flow.opened(3);
    await given(protocols.tcp, wordOf(1));
    await side.run.set(
      'reals',
      maps.numbers(4, 3),
      maps.real({ addresses: reals[2]?.addresses ?? [] }),
    );
    expect(await flow.to('A', 2, 7_001)).toBe(1);
    expect(await flow.isNoted()).toBe(false);
    await side.run.set('reals', maps.numbers(4, 3), maps.real(reals[2] as (typeof reals)[number]));
  });

  test('a real whose MAC is lost for a moment, and that its row names, loses no flow', async () => {
    await given(protocols.tcp, wordOf(3));
    const flow = flowOf(family);
    await flow.opened(3);
    await given(protocols.tcp, wordOf(1, 3));
    await side.run.set(
      'reals',
      maps.numbers(4, 3),
      maps.real({ addresses: reals[2]?.addresses ?? [] }),
    );
    expect(await flow.to('A', 2, 7_001)).toBe(0);
    await side.run.set('reals', maps.numbers(4, 3), maps.real(reals[2] as (typeof reals)[number]));
    expect(await flow.to('A', 2, 7_001)).toBe(3);
  });
});

describe.each(families)('pieces and errors over IPv%s', (family) => {
  beforeAll(() => forgetAll(side));

  test('an error about an answer goes to the real that has the flow, and notes nothing', async () => {
    await given(protocols.tcp, settled);
    const [known, unknown] = [flowOf(family), flowOf(family)];
    await known.opened(1);
    await given(protocols.tcp, wordOf(2));
    for (const [flow, real] of [
      [known, 1],
      [unknown, 2],
    ] as const) {
      const answer = tcp({
        ...flow.answer(1),
        source: vip[family],
        sourcePort: 80,
        flags: 'A',
        sequence: 1,
      });
      const from = { source: routerOf[family], destination: vip[family] };
      const error = icmpError({ ...from, type: family === 4 ? 3 : 1 }, answer);
      expect(realIn(await side.run.run(arriving(error)))).toBe(real);
    }
    expect(await side.run.count('openings')).toBe(0);
  });

  test('later pieces go with the first, whatever became of the row', async () => {
    await given(protocols.udp, settled);
    const flow = flowOf(family, protocols.udp);
    await flow.to('');
    await flow.from(1, '');
    await given(protocols.udp, wordOf(2));
    for (const piece of inPieces(
      { ...asked(family, flow.port), payload: new Uint8Array(1_000) },
      79,
    ))
      expect(realIn(await side.run.run(arriving(piece)))).toBe(1);
  });
});

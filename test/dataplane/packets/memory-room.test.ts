/** Who gets into the memory of translated flows, how much room there is, and how long a flow stays. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordOf } from '../../../packages/cluster/src/index.ts';
import * as maps from './director-maps.ts';
import type { DirectorSide } from './director-side.ts';
import { Flow, reasons } from './flow.ts';
import { protocols } from './frames.ts';
import { type Family, families, forgetAll, natSide, translated } from './nat-side.ts';

const mostFlows = 64;
const mostOpenings = 256;

let side: DirectorSide;
beforeAll(async () => {
  side = await natSide({ sizes: { flows: mostFlows, openings: mostOpenings } });
});
afterAll(() => side.run.close());

const flowOf = (family: Family, protocol: number = protocols.tcp) =>
  new Flow(side, { family, protocol });
const given = (protocol: number, ...rows: readonly number[]) =>
  side.given(translated(protocol, { rows }));
const settled = wordOf(1);
const flipped = wordOf(2, 1);

describe('who is remembered', () => {
  beforeAll(() => forgetAll(side));

  test.each([
    ['a SYN', async (flow: Flow): Promise<void> => void (await flow.to('S'))],
    [
      'an acknowledgement of nothing',
      async (flow: Flow): Promise<void> => void (await flow.to('A', 2, 7_001)),
    ],
    [
      'a SYN and its answer',
      async (flow: Flow) => {
        await flow.to('S');
        await flow.from(1, 'SA', 7_000);
      },
    ],
    [
      'an acknowledgement of what the real did not say',
      async (flow: Flow) => {
        await flow.to('S');
        await flow.from(1, 'SA', 7_000);
        await flow.to('A', 2, 6_999);
        await flow.to('A', 2, 7_000 + 70_000);
      },
    ],
    [
      'what a real answers that nobody asked',
      async (flow: Flow) => {
        await flow.from(1, 'SA', 7_000);
        await flow.from(1, 'PA', 7_001);
      },
    ],
  ] as const)('%s is not', async (_, act) => {
    await given(protocols.tcp, settled);
    const flow = flowOf(4);
    await act(flow);
    expect(await flow.isNoted()).toBe(false);
  });

  test('a flood of SYNs pushes out no flow, and ten times the room of openings stays bounded', async () => {
    await given(protocols.tcp, settled);
    const flow = flowOf(4);
    await flow.opened(1);
    for (let n = 0; n < 10 * mostOpenings; n++)
      await new Flow(side, { family: 4, port: 20_000 + n }).to('S');
    await given(protocols.tcp, flipped);
    expect(await flow.to('A', 2, 7_001)).toBe(1);
    expect(await side.run.count('openings')).toBeLessThanOrEqual(mostOpenings);
  });

  test('where the memory is full new flows go by their row, old ones stay, and that is counted', async () => {
    await forgetAll(side);
    await given(protocols.tcp, settled);
    const flows = Array.from({ length: mostFlows + 1 }, () => flowOf(4));
    for (const flow of flows) await flow.opened(1);
    expect(await Promise.all(flows.map((flow) => flow.isNoted()))).toEqual([
      ...Array.from({ length: mostFlows }, () => true),
      false,
    ]);
    expect((await side.reasons())[reasons.unnoted]).toBeGreaterThan(0);
    await given(protocols.tcp, flipped);
    expect(await flows[0]?.to('A', 2, 7_001)).toBe(1);
    await forgetAll(side);
  });
});

describe('how long', () => {
  const end = async (
    flow: Flow,
    ...ends: readonly ('client' | 'real' | 'reset' | 'real resets')[]
  ) => {
    for (const by of ends) {
      if (by === 'client') await flow.to('FA', 2, 7_001);
      if (by === 'reset') await flow.to('R', 2);
      if (by === 'real') await flow.from(1, 'FA', 7_001);
      if (by === 'real resets') await flow.from(1, 'R', 7_001);
    }
  };

  test.each([
    ['an idle flow', [], 7_440],
    ['one whose client has ended', ['client'], 240],
    ['one whose real has ended', ['real'], 240],
    ['one that both have ended', ['client', 'real'], 30],
    ['one that the client has reset', ['reset'], 10],
    ['one that the real has reset', ['real resets'], 10],
  ] as const)('%s is remembered for its time', async (_, ends, seconds) => {
    await given(protocols.tcp, settled);
    const [within, beyond] = [flowOf(4), flowOf(4)];
    for (const flow of [within, beyond]) {
      await flow.opened(1);
      await end(flow, ...ends);
    }
    await within.silentFor(seconds - 2);
    await beyond.silentFor(seconds + 2);
    await given(protocols.tcp, wordOf(2));
    expect([await within.to('A', 3, 7_002), await beyond.to('A', 3, 7_002)]).toEqual([1, 2]);
  });

  test('a real that goes on after a reset of its client has not heard it', async () => {
    await given(protocols.tcp, settled);
    const flow = flowOf(4);
    await flow.opened(1);
    await flow.to('R', 99);
    await flow.from(1, 'PA', 7_001);
    await flow.silentFor(1_000);
    await given(protocols.tcp, flipped);
    expect(await flow.to('A', 2, 7_001)).toBe(1);
  });

  test.each([
    ['ended', ['client', 'real'], 2],
    ['was reset', ['real resets'], 2],
    ['is there', [], 1],
  ] as const)('a SYN of the ports of a flow that %s', async (_, ends, real) => {
    await given(protocols.tcp, settled);
    const flow = flowOf(4);
    await flow.opened(1);
    await end(flow, ...ends);
    await given(protocols.tcp, flipped);
    expect(await flow.to('S', 900)).toBe(real);
    if (real === 1) return;
    expect(await flow.from(2, 'SA', 7_000)).toBe(reasons.reply);
    expect(await flow.to('A', 901, 7_001)).toBe(2);
    expect(await flow.isNoted()).toBe(true);
  });

  test('an opening that was answered is none after 130 s', async () => {
    await given(protocols.tcp, settled);
    const flow = flowOf(4);
    await flow.to('S');
    await flow.from(1, 'SA', 7_000);
    await flow.silentFor(132, 'openings');
    await given(protocols.tcp, flipped);
    expect(await flow.to('S')).toBe(2);
  });
});

describe.each(families)('UDP over IPv%s', (family) => {
  beforeAll(() => forgetAll(side));
  const udpFlow = () => flowOf(family, protocols.udp);

  test('who was answered and goes on keeps the real; who was not follows the row', async () => {
    await given(protocols.udp, settled);
    const [lasting, silent, single] = [udpFlow(), udpFlow(), udpFlow()];
    for (const flow of [lasting, silent, single]) expect(await flow.to('')).toBe(1);
    for (const flow of [lasting, single]) expect(await flow.from(1, '')).toBe(reasons.reply);
    expect(await lasting.to('')).toBe(1);
    expect([await lasting.isNoted(), await single.isNoted()]).toEqual([true, false]);
    await given(protocols.udp, flipped);
    expect([await lasting.to(''), await single.to(''), await silent.to('')]).toEqual([1, 1, 2]);
    expect(await udpFlow().to('')).toBe(2);
    await lasting.silentFor(200);
    expect(await lasting.to('')).toBe(2);
  });

  test('datagrams take at most half of the memory', async () => {
    await forgetAll(side);
    await side.given(
      translated(protocols.udp, {
        rows: [settled],
        config: { ...translated(protocols.udp).config, mostDatagrams: 3 },
      }),
    );
    await side.run.set('memory_use', maps.numbers(4, 0), maps.numbers(8, 0, 0));
    const flows = Array.from({ length: 4 }, udpFlow);
    for (const flow of flows) {
      await flow.to('');
      await flow.from(1, '');
      await flow.to('');
    }
    expect(await Promise.all(flows.map((flow) => flow.isNoted()))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

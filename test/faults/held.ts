/** Connections held through changes of the zero-break cluster, and what broke. For the tests of a day and for the long run. */
import { setTimeout as delay } from 'node:timers/promises';
import { healthy } from '../../demo/measure.ts';
import { type Standing, standing } from '../lab/standing.ts';
import { clusterFile, Deeds, laterNodes, targets } from './deeds.ts';
import { type Held, hold } from './holding.ts';
import { type Step, sequenceOf, undoing } from './sequence.ts';

/** Connections to each service. */
export const connections = 2_000;
/** Between two lines of a connection: 1,000 lines a second in all. */
const everyMs = 4_000;

/** The cluster in a lab that has room for all nodes, and what can be done to it. */
export interface Stand {
  readonly at: Standing;
  readonly deeds: Deeds;
}

/** Brought up with every node of the file, rolled out without those that come later. */
export async function stand(name: string): Promise<Stand> {
  const at = await standing(clusterFile(name, []), clusterFile(name, laterNodes));
  return { at, deeds: new Deeds(name, at.stage.file) };
}

export interface Kept {
  /** By service: in DSR, in a tunnel. */
  readonly services: readonly Held[];
  readonly broken: number;
  readonly established: number;
  /** Packets that proxies handed on meanwhile: that many needed the second candidate. */
  readonly handedOn: number;
}

/** Holds connections while `act` runs; they have all echoed once before, and must once more afterwards. */
export async function kept(
  { at, deeds }: Stand,
  joinPerSecond: number,
  act: () => Promise<void>,
): Promise<Kept> {
  const before = await deeds.handedOn();
  const holding = hold(at.stage.cluster.name, {
    count: connections,
    everyMs,
    joinPerSecond,
    targets,
  });
  try {
    await holding.ready;
    await act();
    const services = Object.values(await holding.end());
    const sum = (of: (held: Held) => number): number =>
      services.reduce((all, held) => all + of(held), 0);
    return {
      services,
      broken: sum((held) => held.broken.length),
      established: sum((held) => held.established),
      handedOn: (await deeds.handedOn()) - before,
    };
  } finally {
    holding.stop();
  }
}

/** Does the steps in their order and waits as they say. */
export async function go(
  deeds: Deeds,
  steps: readonly Step[],
  onStep: (step: Step) => void = () => undefined,
): Promise<void> {
  const meanwhile: Promise<void>[] = [];
  for (const step of steps) {
    onStep(step);
    const { deed, thenMs } = step;
    const done = deeds.do(deed);
    if (deed.kind === 'skew' || deed.kind === 'cut') meanwhile.push(done);
    else await done;
    await delay(thenMs);
  }
  await Promise.all(meanwhile);
}

/** How many connections begin a second while a random sequence runs. */
const joining = 20;

/** The sequence of a seed under held connections; everything is as it was afterwards, but for rows that are still in change. */
export async function sequence(
  on: Stand,
  seed: number,
  onStep?: (step: Step) => void,
): Promise<Kept> {
  const steps = sequenceOf(seed);
  const result = await kept(on, joining, async () => {
    await go(on.deeds, steps, onStep);
    for (const deed of undoing(steps)) await on.deeds.do(deed);
  });
  if (steps.some(({ deed }) => deed.kind === 'add')) await on.deeds.become([]);
  await healthy(on.at.stage, '60s');
  return result;
}

/** `0 of 2000 and 0 of 2000 broken, …`. */
export function keptText({ services, handedOn }: Kept): string {
  const each = services.map(({ broken, established }) => `${broken.length} of ${established}`);
  const failed = services.reduce((sum, held) => sum + held.failed.length, 0);
  const stall = Math.max(...services.map((held) => held.maxStallMs));
  return `${each.join(' and ')} broken (DSR and tunnel), ${failed} not established, longest stall ${Math.round(stall)} ms, ${handedOn} packets handed on`;
}

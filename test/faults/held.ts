/** Connections held through changes of the zero-break cluster, and what broke. For the tests of a day and for the long run. */
import { setTimeout as delay } from 'node:timers/promises';
import { healthy } from '../../demo/measure.ts';
import { type Standing, standing } from '../lab/standing.ts';
import { clusterFile, Deeds, laterNodes, targets, type Version } from './deeds.ts';
import { type Held, type HoldOptions, hold } from './holding.ts';
import { type Step, sequenceOf, undoing } from './sequence.ts';

/** In all, over the two services in both families. */
export const connections = 2_000;
/** Between two lines of a connection: 500 lines a second in all. */
const everyMs = 4_000;

/** The cluster in a lab that has room for all nodes, and what can be done to it. */
export interface Stand {
  readonly at: Standing;
  readonly deeds: Deeds;
}

/** Brought up with room for the nodes that come `later`, rolled out without them. */
export async function stand(
  name: string,
  version: Version,
  later: readonly string[] = laterNodes,
): Promise<Stand> {
  const room = clusterFile(name, { ...version, parts: [...version.parts, ...later] });
  const at = await standing(clusterFile(name, version), room);
  return { at, deeds: new Deeds(name, at.stage.file, version) };
}

export interface Kept {
  /** By what `targets` calls them. */
  readonly services: Readonly<Record<string, Held>>;
  readonly broken: Held['broken'];
  /** Never established. */
  readonly failed: Held['failed'];
  readonly established: number;
  /** Packets that proxies handed on meanwhile: that many needed the second candidate. */
  readonly handedOn: number;
  /** Flips that one director alone was late with. */
  readonly lateFlips: number;
}

/** Who joins them meanwhile. */
export type Joining = Pick<HoldOptions, 'joinPerSecond' | 'stayMs'>;

/** Holds connections while `act` runs; they have all echoed once before, and must once more afterwards. */
export async function kept(
  { at, deeds }: Stand,
  joining: Joining,
  act: () => Promise<void>,
): Promise<Kept> {
  const [before, lateBefore] = [await deeds.handedOn(), deeds.lateFlips];
  const addresses = Object.keys(targets);
  const count = connections / addresses.length;
  const options = { ...joining, count, everyMs, targets: addresses };
  const holding = hold(at.stage.cluster.name, options);
  try {
    await holding.ready;
    await act();
    const report = Object.entries(await holding.end());
    const names: Readonly<Record<string, string>> = targets;
    const all = report.map(([, held]) => held);
    return {
      services: Object.fromEntries(report.map(([target, held]) => [names[target], held])),
      broken: all.flatMap((held) => held.broken),
      failed: all.flatMap((held) => held.failed),
      established: all.reduce((sum, held) => sum + held.established, 0),
      handedOn: (await deeds.handedOn()) - before,
      lateFlips: deeds.lateFlips - lateBefore,
    };
  } finally {
    holding.stop();
  }
}

export interface Going {
  readonly onStep?: (step: Step) => void;
  /** Aborted: no further step begins, and it rejects. */
  readonly signal?: AbortSignal;
}

/** Does the steps in their order and waits as they say. */
export async function go(
  deeds: Deeds,
  steps: readonly Step[],
  { onStep, signal }: Going = {},
): Promise<void> {
  const along: Promise<unknown>[] = [];
  for (const step of steps) {
    signal?.throwIfAborted();
    onStep?.(step);
    const done = deeds.do(step.deed);
    along.push(done);
    // All are waited for below, should one fail while another is waited for.
    done.catch(() => undefined);
    if (step.isAlong !== true) await done;
    await delay(step.thenMs);
  }
  await Promise.all(along);
  await deeds.rest();
}

/** Of a random sequence. */
export interface Chosen extends Going {
  readonly seed: number;
  /** How many changes; default: see `sequenceOf`. */
  readonly changes?: number;
}

/** The sequence of a seed under held connections; everything is as it was afterwards, but for nodes that were added, and rows that are still in change. */
export async function sequence(on: Stand, { seed, changes, ...going }: Chosen): Promise<Kept> {
  const steps = sequenceOf(seed, changes);
  const result = await kept(on, { joinPerSecond: 20 }, async () => {
    await go(on.deeds, steps, going);
    for (const deed of undoing(steps)) await on.deeds.do(deed);
  });
  await healthy(on.at.stage, '60s');
  return result;
}

/** `0 of 500 (DSR), 0 of 500 (tunnel) … broken, …`. */
export function keptText({ services, failed, handedOn, lateFlips }: Kept): string {
  const each = Object.entries(services).map(
    ([name, { broken, established }]) => `${broken.length} of ${established} (${name})`,
  );
  const stall = Math.max(...Object.values(services).map((held) => held.maxStallMs));
  return `${each.join(', ')} broken, ${failed.length} not established, longest stall ${Math.round(stall)} ms, ${handedOn} packets handed on, ${lateFlips} flips with one director late`;
}

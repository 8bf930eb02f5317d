/** What the directors count, added up over all of them: by service, by real, by director, and why packets were dropped. */
import type { Name } from '../model/intent.ts';
import type { Sample, Snapshot } from '../model/seen.ts';
import type { Counted, SampledPackets } from '../model/traffic.ts';
import { groupOf, nodesOf } from '../roles.ts';
import { type SourceRow, sourcesOf } from './sources.ts';

/** Sums, and changes a second where they are known: of the last two samples of each director. */
export interface TrafficRow {
  /** Service, member (`group/name`), director, or word of a reason. */
  readonly name: string;
  readonly packets: number;
  readonly bytes: number;
  /** Of services and directors. */
  readonly newFlows?: number;
  readonly rate?: {
    readonly packets: number;
    readonly bytes: number;
    readonly newFlows?: number;
  };
}

export interface DropRow {
  /** The reason's word. */
  readonly name: string;
  readonly packets: number;
  readonly perSecond?: number;
}

export interface TrafficView {
  readonly services: readonly TrafficRow[];
  /** With one service named: reals of the table that it shares with others of its group. */
  readonly reals: readonly TrafficRow[];
  readonly directors: readonly TrafficRow[];
  readonly drops: readonly DropRow[];
  /** The most frequent of what was sampled: 20 of each director at most. */
  readonly sources: readonly SourceRow[];
  /** What the sources are told from; left out where no director samples. `each`: the largest one. */
  readonly sampled?: {
    readonly each: number;
    readonly events: number;
    /** Told of, and not read in time. */
    readonly lost: number;
    /** Not told of: the data planes had no room. */
    readonly untold: number;
  };
  /** Directors that nothing fresh is known of, or whose driver counts no services: not in the sums. */
  readonly leftOut: readonly Name[];
}

interface Counting {
  readonly node: Name;
  readonly sample: Sample;
}

interface Sums extends Counted {
  readonly newFlows?: number;
}

/**
 * Traffic as the directors' newest samples have it; undefined where none of them counts. `service`: of this one alone. A sample older than
 * `staleMs` is left out, and its director named.
 */
export function trafficOf(
  snapshot: Snapshot,
  { staleMs, service }: { readonly staleMs: number; readonly service?: Name },
): TrafficView | undefined {
  const directors = nodesOf(snapshot.cluster, 'l4').map(({ name }) => name);
  const counting = directors.flatMap((node) => countingOf(snapshot, node, staleMs) ?? []);
  if (counting.length === 0) return undefined;
  const isWanted = (name: string) => service === undefined || name === service;
  const samples = counting.flatMap(({ sample }) => sample.sampled ?? []);
  const named = snapshot.cluster.services.find(({ name }) => name === service);
  const group = named && groupOf(named);
  return {
    services: added(counting, (of) => of?.services).filter(({ name }) => isWanted(name)),
    reals: added(counting, (of) => of?.reals).filter(
      ({ name }) => group === undefined || name.startsWith(`${group}/`),
    ),
    directors: counting.map((each) => directorRow(each, isWanted)),
    drops: dropsOf(counting),
    sources: sourcesOf(samples).filter((row) => service === undefined || row.service === service),
    ...(samples.length === 0 ? {} : { sampled: sampledOf(samples) }),
    leftOut: directors.filter((node) => counting.every((each) => each.node !== node)),
  };
}

function sampledOf(samples: readonly SampledPackets[]): NonNullable<TrafficView['sampled']> {
  return {
    each: Math.max(...samples.map(({ each }) => each)),
    events: samples.reduce((sum, { events }) => sum + events, 0),
    lost: samples.reduce((sum, { lost }) => sum + lost, 0),
    untold: samples.reduce((sum, { untold = 0 }) => sum + untold, 0),
  };
}

function countingOf(snapshot: Snapshot, node: Name, staleMs: number): Counting | undefined {
  const report = snapshot.reports[node];
  if (report?.sample.traffic === undefined) return undefined;
  const ageMs = snapshot.heard?.[node]?.ageMs ?? snapshot.atMs - report.atMs;
  return ageMs > staleMs ? undefined : { node, sample: report.sample };
}

function added(
  counting: readonly Counting[],
  part: (of: Sample['traffic'] | Sample['rates']) => Readonly<Record<string, Sums>> | undefined,
): readonly TrafficRow[] {
  const names = new Set(counting.flatMap(({ sample }) => Object.keys(part(sample.traffic) ?? {})));
  return [...names].map((name) => {
    const sums = counting.flatMap(({ sample }) => part(sample.traffic)?.[name] ?? []);
    const rates = counting.flatMap(({ sample }) => part(sample.rates)?.[name] ?? []);
    return rowOf(name, sums, rates);
  });
}

function directorRow({ node, sample }: Counting, isWanted: (service: string) => boolean) {
  const services = (of: Sample['traffic'] | Sample['rates']) =>
    Object.entries(of?.services ?? {})
      .filter(([name]) => isWanted(name))
      .map(([, sums]) => sums);
  const rates = services(sample.rates);
  return rowOf(node, services(sample.traffic), sample.rates === undefined ? [] : [zero, ...rates]);
}

const zero: Sums = { packets: 0, bytes: 0 };

function rowOf(name: string, sums: readonly Sums[], rates: readonly Sums[]): TrafficRow {
  return { name, ...sum(sums), ...(rates.length === 0 ? {} : { rate: sum(rates) }) };
}

function sum(all: readonly Sums[]): Sums {
  const of = (field: keyof Sums) => all.reduce((total, each) => total + (each[field] ?? 0), 0);
  const both = { packets: of('packets'), bytes: of('bytes') };
  const countsFlows = all.some(({ newFlows }) => newFlows !== undefined);
  return countsFlows ? { ...both, newFlows: of('newFlows') } : both;
}

function dropsOf(counting: readonly Counting[]): readonly DropRow[] {
  const words = new Set(counting.flatMap(({ sample }) => Object.keys(sample.drops ?? {})));
  const total = (all: readonly (number | undefined)[]) =>
    all.reduce<number>((total, each) => total + (each ?? 0), 0);
  const knowsRates = counting.some(({ sample }) => sample.rates !== undefined);
  return [...words]
    .map((name) => ({
      name,
      packets: total(counting.map(({ sample }) => sample.drops?.[name])),
      ...(knowsRates
        ? { perSecond: total(counting.map(({ sample }) => sample.rates?.drops[name])) }
        : {}),
    }))
    .sort((one, other) => other.packets - one.packets);
}

/** Figures of a trial, and whether they keep its bounds. Pure. */
import type { Name } from '@tricade/cluster';
import type { CapturedFrame } from '@tricade/lab';
import type { LoadReport } from './load.ts';
import type { Bounds, Trial } from './trials.ts';

/** What was recorded: the client's report, and the frames that the tier before sent to the target. */
export interface Record {
  readonly trial: Trial;
  readonly target: Name;
  /** Wall clock of the deed, ms. */
  readonly atMs: number;
  readonly report: LoadReport;
  readonly frames: readonly CapturedFrame[];
}

export interface Figures {
  readonly trial: Trial;
  readonly target: Name;
  readonly connections: number;
  readonly requests: number;
  readonly broken: number;
  /** Broken, but not through the target. */
  readonly brokenElsewhere: number;
  /** Ended by the cluster between two answers, as HTTP allows, and opened again. */
  readonly moved: number;
  readonly failed: number;
  /** From the deed on, ms; undefined where nothing failed or broke. */
  readonly failuresEndMs: number | undefined;
  /** From the deed to the last packet that a router sent to a director, or the last new connection to a proxy or server, ms; 0 where there was none. */
  readonly lastSentMs: number;
  readonly newAfter1s: number;
  /** Undrain: from the deed to the first new flow, ms. */
  readonly firstNewMs: number | undefined;
  readonly slowestMs: number;
}

export function figuresOf(record: Record): Figures {
  const { trial, target, atMs, report, frames } = record;
  const { long, short } = report;
  const after = frames.filter((frame) => frame.atMs > atMs);
  const opening = after.filter(isOpening);
  // Of proxies and servers only new connections tell: packets of those that broke are sent again and again.
  const sent = trial.tier === 'l4' ? after : opening;
  const failures = [...short.failed.map((each) => each.atMs), ...long.broken.map(whenAsked)];
  const last = failures.length === 0 ? undefined : Math.max(...failures) - atMs;
  return {
    trial,
    target,
    connections: long.connections,
    requests: short.sent + long.answers,
    broken: long.broken.length,
    brokenElsewhere:
      trial.tier === 'l7' ? long.broken.filter((each) => each.proxy !== target).length : 0,
    moved: long.closedByServer,
    failed: short.failed.length,
    failuresEndMs: last,
    lastSentMs: Math.max(0, (sent.at(-1)?.atMs ?? atMs) - atMs),
    newAfter1s: newFlows(record, opening),
    firstNewMs: opening[0] === undefined ? undefined : opening[0].atMs - atMs,
    slowestMs: Math.max(short.maxMs, long.maxStallMs),
  };
}

function isOpening(frame: CapturedFrame): boolean {
  const flags = (frame.packet?.inner ?? frame.packet)?.transport?.flags ?? '';
  return flags.includes('S') && !flags.includes('A');
}

/** A connection that breaks was doomed when its request was sent. */
function whenAsked(broken: LoadReport['long']['broken'][number]): number {
  return broken.askedAtMs > 0 ? broken.askedAtMs : broken.atMs;
}

/** To directors and proxies by their SYNs. A proxy keeps connections to servers open: there every answer is a new flow. */
function newFlows({ trial, target, atMs, report }: Record, opening: readonly CapturedFrame[]) {
  const fromMs = atMs + 1_000;
  if (trial.tier !== 'servers') return opening.filter((frame) => frame.atMs > fromMs).length;
  return Object.entries(report.servers)
    .filter(([bucket]) => report.startedAtMs + Number(bucket) * 100 > fromMs)
    .reduce((sum, [, by]) => sum + (by[`n:${target}`] ?? 0) + (by[`k:${target}`] ?? 0), 0);
}

/** A bound that was not kept. */
export interface Excess {
  /** A time, which a busy machine stretches; else a count. */
  readonly isTime: boolean;
  readonly figure: keyof Bounds;
  readonly is: number;
  readonly bound: number;
}

/** `stretch`: of times, see `stretchOf`; default 1. */
export function excesses(figures: Figures, stretch = 1): readonly Excess[] {
  const { bounds } = figures.trial;
  return (Object.keys(bounds) as (keyof Bounds)[]).flatMap((figure): Excess[] => {
    const bound = bounds[figure];
    const is = figures[figure] ?? 0;
    const isTime = figure.endsWith('Ms');
    return bound === undefined || is <= bound * (isTime ? stretch : 1)
      ? []
      : [{ isTime, figure, is, bound }];
  });
}

/** What each bound is called where people read it. */
const names: Readonly<{ [name in keyof Bounds]-?: string }> = {
  brokenElsewhere: 'connections of others broken',
  broken: 'connections broken',
  failed: 'requests failed',
  failuresEndMs: 'ms to the last failure',
  lastSentMs: 'ms to the last packet',
  slowestMs: 'ms to the slowest answer',
  newAfter1s: 'new flows after 1 s',
};

/** How much longer everything may take on a machine that others use too: runnable processes per core, at least 1. */
export function stretchOf(loadAverage: number, cores: number): number {
  return Math.max(1, loadAverage / cores);
}

export const excessText = ({ figure, is, bound }: Excess): string =>
  `${Math.round(is)} ${names[figure]} (bound ${bound})`;

export const figureHeading: readonly string[] = [
  'UNDER LOAD',
  'NODE',
  'REQUESTS',
  'BROKEN',
  'FAILED',
  'LAST NEW TO IT',
  'LAST FAILURE',
  'SLOWEST',
];

/** One row under `figureHeading`. */
export function figureRow(figures: Figures): readonly string[] {
  const { trial, target, connections, lastSentMs, failuresEndMs, firstNewMs } = figures;
  const sent = trial.deed === 'undrain' ? `first after ${ms(firstNewMs)}` : ms(lastSentMs);
  return [
    trial.name,
    target,
    String(figures.requests),
    `${figures.broken} of ${connections}`,
    String(figures.failed),
    sent,
    ms(failuresEndMs),
    ms(figures.slowestMs),
  ];
}

const ms = (value: number | undefined): string =>
  value === undefined ? '-' : `${Math.max(0, Math.round(value))} ms`;

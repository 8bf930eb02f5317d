/** Sums of two samples → changes a second. Pure. */
import type { Sample } from './model/seen.ts';
import type { TrafficRates } from './model/traffic.ts';

type Sums = Readonly<Record<string, number>>;

/**
 * Rates between two samples of one node that lie `overMs` (monotonic) apart; undefined where one of them counts no traffic, no time went by, or a
 * sum went back: the maps were made anew.
 */
export function ratesBetween(
  before: Sample,
  after: Sample,
  overMs: number,
): TrafficRates | undefined {
  const [was, is] = [before.traffic, after.traffic];
  if (was === undefined || is === undefined || overMs <= 0) return undefined;
  let wentBack = false;
  const perSecond = <T extends Sums>(old: Sums | undefined, sums: T): T => {
    const rates = Object.entries(sums).map(([name, sum]) => {
      const more = sum - (old?.[name] ?? 0);
      wentBack ||= more < 0;
      return [name, Math.round((more * 1_000) / overMs)] as const;
    });
    return Object.fromEntries(rates) as T;
  };
  const each = <T extends object>(old: Readonly<Record<string, T>>, all: typeof old) =>
    Object.fromEntries(
      Object.entries(all).map(([name, sums]) => [
        name,
        perSecond(old[name] as Sums | undefined, sums as T & Sums),
      ]),
    );
  const rates: TrafficRates = {
    services: each(was.services, is.services),
    reals: each(was.reals, is.reals),
    drops: perSecond(before.drops, after.drops ?? {}),
    overMs: Math.round(overMs),
  };
  return wentBack ? undefined : rates;
}

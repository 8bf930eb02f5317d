/** What `tricade top` shows. Pure. */
import { clock, type TrafficView } from '@tricade/cluster';
import { toned } from './table.ts';
import { trafficLines } from './traffic.ts';

/** One round of a stream: the cluster's traffic at a time. */
export interface TopRound {
  readonly cluster: string;
  readonly atMs: number;
  readonly traffic: TrafficView;
}

/** The busiest first, `most` rows of each table; what is left out is said in numbers. */
export function busiest(traffic: TrafficView, most: number): TrafficView {
  const byRate = <T extends { readonly packets: number }>(
    rows: readonly T[],
    rate: (row: T) => number | undefined,
  ): readonly T[] =>
    [...rows].sort((one, other) => (rate(other) ?? 0) - (rate(one) ?? 0)).slice(0, most);
  return {
    ...traffic,
    services: byRate(traffic.services, ({ rate }) => rate?.packets),
    reals: byRate(traffic.reals, ({ rate }) => rate?.packets),
    directors: byRate(traffic.directors, ({ rate }) => rate?.packets),
    drops: byRate(traffic.drops, ({ perSecond }) => perSecond),
    sources: traffic.sources.slice(0, most),
  };
}

export function topLines({ cluster, atMs, traffic }: TopRound, most: number): readonly string[] {
  const shown = busiest(traffic, most);
  const hidden = (['services', 'reals', 'directors', 'drops', 'sources'] as const)
    .map((part) => [part, traffic[part].length - shown[part].length] as const)
    .filter(([, count]) => count > 0)
    .map(([part, count]) => `${count} ${part}`);
  return [
    toned(`${cluster}  ${clock(atMs)} UTC`, 'faint'),
    '',
    ...trafficLines(shown),
    ...(hidden.length === 0 ? [] : [`Note:  not shown: ${hidden.join(', ')} (--most)`]),
  ];
}

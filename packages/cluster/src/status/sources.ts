/** Who sends most: what directors sampled, added up over all of them. */
import type { Address, Name } from '../model/intent.ts';
import type { SampledPackets } from '../model/traffic.ts';

export interface SourceRow {
  readonly address: Address;
  /** What forwarded its packets, or the word of why they were not. */
  readonly service?: Name;
  readonly reason?: string;
  /** Estimated: packets that were sampled, times how many each of them stands for. */
  readonly perSecond: number;
  /** How many were sampled: few of them are a guess. */
  readonly events: number;
}

/** The most frequent first. A source that only one director sampled counts with that one's packets. */
export function sourcesOf(samples: readonly SampledPackets[]): readonly SourceRow[] {
  const rows = new Map<string, SourceRow>();
  for (const { each, overMs, sources } of samples) {
    for (const { events, ...who } of sources) {
      const key = `${who.address} ${who.service ?? ''} ${who.reason ?? ''}`;
      const has = rows.get(key) ?? { ...who, perSecond: 0, events: 0 };
      const perSecond = has.perSecond + (events * each * 1_000) / Math.max(1, overMs);
      rows.set(key, { ...has, perSecond, events: has.events + events });
    }
  }
  return [...rows.values()]
    .map((row) => ({ ...row, perSecond: Math.round(row.perSecond) }))
    .sort((one, other) => other.perSecond - one.perSecond);
}

/** What directors count of packets. Sums begin with the data plane, or with its last new set of maps; bytes are IP bytes as they came. */
import type { Address, Name } from './intent.ts';

export interface Counted {
  readonly packets: number;
  readonly bytes: number;
}

export interface ServiceCounted extends Counted {
  /** TCP SYNs among the packets. */
  readonly newFlows: number;
  /** Packets that named a second candidate: their row was in change. */
  readonly seconds: number;
}

export interface Traffic {
  readonly services: Readonly<Record<Name, ServiceCounted>>;
  /** By member, `group/name`. */
  readonly reals: Readonly<Record<string, Counted>>;
}

/** Packets chosen by chance between two samples. */
export interface SampledPackets {
  /** Each of them stands for so many of its service, or of its reason. */
  readonly each: number;
  readonly events: number;
  /** Told of, and not read in time. */
  readonly lost: number;
  /** Chosen, and not told of: the data plane had no room. Left out by agents of before. */
  readonly untold?: number;
  readonly overMs: number;
  /** The most frequent sources, 20 at most, and what became of their packets: the service that forwarded them, or the reason's word. */
  readonly sources: readonly {
    readonly address: Address;
    readonly service?: Name;
    readonly reason?: string;
    readonly events: number;
  }[];
}

/** The same, and drops by reason, as changes a second: rounded to whole numbers. */
export interface TrafficRates extends Traffic {
  readonly drops: Readonly<Record<string, number>>;
  /** Between the two samples that they were told from. */
  readonly overMs: number;
}

/** What directors count of packets. Sums begin with the data plane, or with its last new set of maps; bytes are IP bytes as they came. */
import type { Name } from './intent.ts';

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

/** The same, and drops by reason, as changes a second: rounded to whole numbers. */
export interface TrafficRates extends Traffic {
  readonly drops: Readonly<Record<string, number>>;
  /** Between the two samples that they were told from. */
  readonly overMs: number;
}

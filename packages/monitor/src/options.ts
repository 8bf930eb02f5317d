/** What a monitor is made of, and what it answers to changes. */
import type {
  Cluster,
  ConductorSettings,
  FeedState,
  Generation,
  Name,
  Reason,
} from '@tricade/cluster';
import type { Feed } from '@tricade/feed';

export interface MonitorOptions {
  readonly name: Name;
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly feed: Feed;
  /** Where the last state lies: latches above all. */
  readonly directory: string;
  /** Wall clock, ms since 1970: for people, events and latches that end. Nothing else is ever decided from it. */
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** How long a dead leader is waited for. Default 1,500. */
  readonly leaseMs?: number;
  /** How often the lease is renewed or asked for. Default 400. */
  readonly renewEveryMs?: number;
  /** Modes in which directors remember flows: `Capabilities.flowMemory` of their driver. Default: none. */
  readonly flowMemory?: readonly string[];
  /** Times of the conductor, where its defaults do not fit. */
  readonly conductor?: Partial<ConductorSettings>;
}

/** What a request to change something came to. */
export type Changed =
  | { readonly changed: true; readonly revision: number }
  | { readonly changed: false; readonly why: Reason; readonly leader?: Name };

/** What there is before anything was ever written. */
export const emptyState: FeedState = {
  epoch: 0,
  revision: 0,
  health: {},
  latches: {},
  tables: {},
  receiving: {},
};

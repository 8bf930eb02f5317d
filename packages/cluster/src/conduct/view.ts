/** What the conductor looks at, what it remembers, and what it says. */
import type { Cluster, Generation, Name } from '../model/intent.ts';
import type { FeedState, Receiving, TableStep } from '../model/live.ts';
import type { TableGroup } from '../model/role.ts';
import type { Event, NodeReport } from '../model/seen.ts';
import type { Reason } from '../reason.ts';

/** Everything it decides from. Two clocks: `nowMs` never jumps (all waiting is on it), `wallMs` is for latches that end. */
export interface ConductorView {
  readonly cluster: Cluster;
  readonly generation: Generation;
  /** `tableGroups(cluster, generation)`. */
  readonly groups: readonly TableGroup[];
  readonly feed: FeedState;
  readonly reports: Readonly<Record<Name, NodeReport>>;
  /** When each node's newest report came, on the clock of `nowMs`. Nodes left out have not reported to this leader. */
  readonly seenAtMs: Readonly<Record<Name, number>>;
  readonly nowMs: number;
  readonly wallMs: number;
  /** Groups whose flows directors remember (`rememberedGroups`): their rows and the set of directors must not change at the same time. Default: none. */
  readonly remembered?: ReadonlySet<string>;
  readonly settings?: Partial<ConductorSettings>;
}

export interface ConductorSettings {
  /**
   * A receiving director that has not acked a step after this is fenced: the lease of its announcement, which outlives a restart of its agent
   * (a second or two), not its death. nft loads 4,096 slots in 41 ms, XDP in 2.
   */
  readonly ackTimeoutMs: number;
  /**
   * From the acks of a flip until its rows may be cleared: longer than a SYN is retransmitted (127 s at Linux's six retries), so that
   * nothing of the previous owner is on its way any more.
   */
  readonly clearAfterMs: number;
  /** A previous owner of which nobody knows whether it still owns flows is forgotten after this. */
  readonly forgetAfterMs: number;
  /** A report older than this says nothing about now. */
  readonly reportFreshMs: number;
  /** How long a birth waits for directors that have not reported: one of them may hold the table that the store lost. */
  readonly birthGraceMs: number;
}

export const defaultSettings: ConductorSettings = {
  ackTimeoutMs: 10_000,
  clearAfterMs: 130_000,
  forgetAfterMs: 3_600_000,
  reportFreshMs: 5_000,
  birthGraceMs: 5_000,
};

export function settingsOf(view: ConductorView): ConductorSettings {
  return { ...defaultSettings, ...view.settings };
}

/**
 * What a leader keeps between two calls; never shared. A new term starts with `emptyMemory`: it waits once more for times that it has not
 * seen pass and asks again for proofs that it has not seen, and is right again.
 */
export interface ConductorMemory {
  readonly groups: Readonly<Record<string, GroupMemory>>;
  /** Directors without leave to receive: since which position of the feed, and the routers that have shown to be without them. */
  readonly absent: Readonly<Record<Name, Absence>>;
  /** Directors with leave: since which position of the feed this leader has seen them with it. */
  readonly present: Readonly<Record<Name, SeenSince>>;
}

/** From when on a leader has seen something so: a position of the feed, and the time on the clock of `nowMs`. */
export interface SeenSince {
  readonly epoch: number;
  readonly revision: number;
  readonly sinceMs: number;
}

export interface Absence extends SeenSince {
  /** This leader saw it with leave before: routers may still forward to it. */
  readonly hadLeave: boolean;
  readonly provenBy: readonly Name[];
}

export interface GroupMemory {
  /** When this leader first saw the group without a table. */
  readonly missingSinceMs?: number;
  /** The newest step that it saw, and when first. */
  readonly step: number;
  readonly stepSinceMs: number;
  /** The newest step that it saw acked by all, the rows then, and per row since when its word is in force everywhere. */
  readonly acked?: {
    readonly step: number;
    readonly rows: Uint32Array;
    readonly sinceMs: Float64Array;
  };
  /** The floor held at the last call. */
  readonly floorHeld: boolean;
  /** Members and table for which nothing was left to move; the same again needs no new assignment. */
  readonly quietFor?: string;
}

export const emptyMemory: ConductorMemory = { groups: {}, absent: {}, present: {} };
export const noGroupMemory: GroupMemory = { step: 0, stepSinceMs: 0, floorHeld: false };

/** Why something stands still: `subject` is a group, a member `group/name` or a node. */
export interface ConductorWait {
  readonly subject: string;
  readonly why: Reason;
  /** In how many ms it may be over, where time decides: the earliest, if nothing else happens. */
  readonly etaMs?: number;
}

export type ConductorEvent = Pick<Event, 'kind' | 'subject' | 'text'> & { readonly cause: Reason };

/** A director that lost its leave and must be seen gone before tables move on. */
export interface Fence {
  readonly director: Name;
  readonly addresses: readonly string[];
  readonly provenBy: readonly Name[];
  /** Routers that have not shown yet to be without it. */
  readonly missing: readonly Name[];
}

/** One batch for the feed, and why the rest waits. */
export interface Conduct {
  /** At most one per group. */
  readonly steps: readonly TableStep[];
  /** Leave to receive: given (the steps acked) or taken (null). */
  readonly receiving: Readonly<Record<Name, Receiving | null>>;
  readonly fences: readonly Fence[];
  readonly waits: readonly ConductorWait[];
  readonly events: readonly ConductorEvent[];
  readonly memory: ConductorMemory;
}

/** What is live: pushed through the feed, applied by `Driver.steer` to the running data plane, no reload. */

import type { Reason } from '../reason.ts';
import type { Address, Admin, Health, Latch, MemberId } from './intent.ts';

/** Position in the one ordered stream. Compared as (epoch, revision); generation says which installed state it speaks of. */
export interface Version {
  readonly generation: number;
  readonly epoch: number;
  readonly revision: number;
}

/** Central verdict on one member (`group/name`; nodes as `routers/r1`, `l4/l4a`, `l7/p1`, servers as `POOL/NAME`). */
export interface MemberHealth {
  readonly health: Health;
  /** Neither ARP/ND nor its kernel answers, from ≥ 2 vantage points (or the only one there is): its flows are lost anyway. Implies health `down`. */
  readonly dead: boolean;
  readonly cause: Reason;
  /** Wall clock, ms since 1970. */
  readonly sinceMs: number;
  readonly revision: number;
}

/**
 * Forwarding table of one group. Row i is one 32-bit word:
 * bits 0–15 current id, bits 16–30 previous id (0: settled), bit 31 armed (previous is to become current and owns nothing yet).
 */
export interface Table {
  readonly group: string;
  /** Grows by one with each step; 0 is no table. */
  readonly step: number;
  readonly rows: Uint32Array;
  /** `tableDigest(rows)`, hex. */
  readonly digest: string;
}

export type StepKind = 'birth' | 'arm' | 'flip' | 'clear' | 'down' | 'dead' | 'share';

/** One numbered change of a table, a pure function of the rows before it. */
export interface TableStep {
  readonly group: string;
  readonly step: number;
  readonly kind: StepKind;
  /** Rows and their new words, same length, rows ascending. For `birth`: all rows. */
  readonly rowIndexes: readonly number[];
  readonly rowWords: readonly number[];
  /** Digest of the whole table after the step. */
  readonly digest: string;
  readonly why: Reason;
}

/** Leave to receive traffic, kept in the feed: the director may announce once it has acked ≥ `step` of every group. */
export interface Receiving {
  /** Per group of tables: step from which on the director may announce. */
  readonly steps: Readonly<Record<string, number>>;
  readonly grantedAtMs: number;
}

/** Everything that the feed says at one revision: what agents act upon. */
export interface FeedState {
  readonly epoch: number;
  readonly revision: number;
  readonly health: Readonly<Record<string, MemberHealth>>;
  /** Keyed by target. */
  readonly latches: Readonly<Record<string, Latch>>;
  readonly tables: Readonly<Record<string, Table>>;
  /** Keyed by director's node name. A director not listed must not announce. */
  readonly receiving: Readonly<Record<string, Receiving>>;
}

/** A router: next hops that must not be used although they announce (fenced directors), as addresses. */
export interface RouterLive {
  readonly fenced: readonly string[];
}

/** A speaker: each VIP prefix and how it is announced now. `drained` = de-preferred (MED 500), `last-resort` = MED 1000 (no feed), `withdrawn` = not at all. */
export interface SpeakerLive {
  readonly announcements: Readonly<Record<string, 'up' | 'drained' | 'last-resort' | 'withdrawn'>>;
}

/** A real (proxy or server) as a director reaches it. */
export interface RealLive {
  readonly id: MemberId;
  readonly name: string;
  readonly address: string;
  /** `02:…`; undefined: not resolved yet, so not a real yet. */
  readonly mac?: string;
  readonly admin: Admin;
  readonly health: Health;
  readonly dead: boolean;
}

/** A director: rows come ready, drivers compute none. Keyed by group. */
export interface DirectorLive {
  /** Of the routers that answers may leave by, those that do not answer the kernel; left out where all do. */
  readonly silent?: readonly Address[];
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly step: number;
        readonly rows: Uint32Array;
        readonly digest: string;
        readonly reals: readonly RealLive[];
      }
    >
  >;
}

/** A receiver: address → MAC of those whom it sends packets to by MAC; those not resolved yet are left out. */
export interface ReceiverLive {
  /** Directors whose flows must return through them. */
  readonly directors: Readonly<Record<string, string>>;
  /** Other receivers, to which it hands packets on. */
  readonly reals: Readonly<Record<string, string>>;
  /** As in `DirectorLive`. */
  readonly silent?: readonly Address[];
}

/**
 * What a proxy does with a server now. `ready` takes new flows; `drain` keeps its flows; `maint` gets nothing new; `dead` neither, and what is
 * under way to it ends at once: nobody will answer.
 */
export type ServerState = 'ready' | 'drain' | 'maint' | 'dead';
export interface ProxyLive {
  /** The proxy itself is being drained: it ends idle and finished client connections gracefully. */
  readonly draining: boolean;
  /** pool → server → state. */
  readonly pools: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly state: ServerState; readonly weight: number }>>
    >
  >;
}

/** What is so: read back, sampled, observed. Each fact carries its age's origin (`atMs`); stale is never shown as good. */

import type { Reason } from '../reason.ts';
import type { Cluster, Generation, Health, Name } from './intent.ts';
import type { FeedState, Version } from './live.ts';
import type { SampledPackets, Traffic, TrafficRates } from './traffic.ts';

/** Facts of a host, from `host/facts.ts`. */
export interface Facts {
  readonly os: string;
  readonly kernel: string;
  /** Device → MAC and addresses (with prefix length). */
  readonly devices: Readonly<
    Record<
      string,
      { readonly mac: string; readonly addresses: readonly string[]; readonly mtuBytes: number }
    >
  >;
  /** Of the packages asked for: name → version, '' where missing. */
  readonly packages: Readonly<Record<string, string>>;
}

/** What a driver found running for its role. */
export interface Observed {
  /** The daemon or data plane runs. */
  readonly running: boolean;
  /** Own words on what was read back, one fact a line, for `status` and `doctor`. */
  readonly notes: readonly string[];
  /** What runs but not as it should, one fact a line. */
  readonly warnings?: readonly string[];
}

/** What is installed for a role, as the installer reads it back. */
export interface Seen extends Observed {
  /** Digest of the bundle that is installed and active, '' where nothing is. */
  readonly bundleDigest: string;
}

/** What a node measures of itself. Every field is optional: a driver fills what it can know. */
export interface Sample {
  readonly atMs: number;
  /** Flows per member (`group/name`) that this node holds. Directors with memory: entries; proxies: connections to servers. */
  readonly flows?: Readonly<Record<string, number>>;
  /** Established client connections on this node's VIP listeners (proxies). */
  readonly ownedSockets?: number;
  /** Rows per table group in which this node still owns flows (`packRowSet`): its socket dump under the group's flow hash. */
  readonly ownedRows?: Readonly<Record<string, string>>;
  /** Installed next hops per VIP prefix (routers): addresses, read from the FIB. */
  readonly nextHops?: Readonly<Record<string, readonly string[]>>;
  /** Packets or requests since boot, per member. */
  readonly counters?: Readonly<Record<string, number>>;
  /** Packets that a director dropped since its data plane was set up, by the reason's word. */
  readonly drops?: Readonly<Record<string, number>>;
  /** What a director counted by service and by real, where its driver can. */
  readonly traffic?: Traffic;
  /** How fast that grew since the sample before; the agent fills it. */
  readonly rates?: TrafficRates;
  /** Single packets, chosen by chance, where a director tells of them. */
  readonly sampled?: SampledPackets;
  /** Neighbour (ARP/ND) entries this node sees: address → MAC, '' = failed. */
  readonly neighbours?: Readonly<Record<string, string>>;
  /** VIP prefixes for which the speaker's daemon holds a route to announce (speakers). */
  readonly announcing?: readonly string[];
  /** Routing sessions by name (routers, speakers). */
  readonly sessions?: Readonly<Record<string, 'up' | 'down'>>;
  /** Passive evidence: member → consecutive errors seen. */
  readonly errors?: Readonly<Record<string, number>>;
}

/** What an agent reports of its node: the ack. Written to `node:{id}`. */
export interface NodeReport {
  readonly node: Name;
  readonly version: Version;
  /** Step applied and read back, and its digest, per table group (directors). */
  readonly steps: Readonly<Record<string, { readonly step: number; readonly digest: string }>>;
  /** The director asks to receive (data plane up, tables loaded, canary packet seen). */
  readonly wantsToReceive: boolean;
  /** Highest id per table group that this node's programs know; ids only grow. Left out: those of the generation it runs. */
  readonly highestIds?: Readonly<Record<string, number>>;
  /** VIP prefixes that the speaker announces right now (read back). */
  readonly announcing: readonly string[];
  readonly appliedAtMs: number;
  readonly atMs: number;
  readonly sample: Sample;
  /** Last thing that failed to apply, if any. */
  readonly trouble?: Reason;
}

/** One attempt at one target from one vantage point. */
export interface Observation {
  /** Member `group/name`. */
  readonly target: string;
  readonly vantage: Name;
  readonly ok: boolean;
  /** Why not, or what was answered. */
  readonly detail: string;
  /** The address did not even answer ARP/ND or ICMP: the kernel is gone. */
  readonly unreachable: boolean;
  /** Monotonic clock of the vantage point, ms. Comparable within one `run` only: the clock begins anew with the process. */
  readonly monoMs: number;
  readonly tookMs: number;
  /** Any text that differs from start to start of the vantage point's process. */
  readonly run?: string;
}

/** What happened and why, for people and for replay. */
export interface Event {
  readonly id: string;
  readonly atMs: number;
  readonly kind: 'health' | 'latch' | 'table' | 'announce' | 'leader' | 'rollout' | 'node' | 'feed';
  readonly subject: string;
  readonly text: string;
  readonly cause?: Reason;
  readonly version: Version;
}

/** One node as `observe` found it over SSH: or why not. */
export type Found =
  | { readonly unreachable: Reason }
  | {
      readonly facts: Facts;
      readonly generation: Generation | undefined /** Per role. */;
      readonly roles: Readonly<Record<string, Seen>>;
    };

/** What `observe` found, keyed by node name. */
export type Inventory = Readonly<Record<Name, Found>>;

/** When a node was heard, as ages on the monotonic clock of who took the snapshot: no clock of the node enters. */
export interface Heard {
  /** Of its newest report. */
  readonly ageMs: number;
  /** Per table group: how long ago it first reported the step that it reports now. */
  readonly stepAgesMs: Readonly<Record<string, number>>;
}

/** The one input of status, trace, plan and API. Reports keyed by node name. */
export interface Snapshot {
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly feed: FeedState;
  readonly reports: Readonly<Record<Name, NodeReport>>;
  readonly leader:
    | { readonly name: Name; readonly epoch: number; readonly sinceMs: number }
    | undefined;
  readonly events: readonly Event[];
  /** Wall clock of whoever took it. */
  readonly atMs: number;
  /** By node; nodes not heard since the taker began are left out. Without it ages are told from the nodes' own clocks. */
  readonly heard?: Readonly<Record<Name, Heard>>;
  /** How long the feed's revision has been known to the taker, ms. */
  readonly revisionAgeMs?: number;
}

/** Convenience: health of a member in a snapshot, `unknown` where nobody said. */
export function healthOf(feed: FeedState, member: string): Health {
  return feed.health[member]?.health ?? 'unknown';
}

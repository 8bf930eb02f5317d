/** What a trace is computed from. */
import type { Capabilities } from '../driver.ts';
import type { Flow } from '../model/flow.ts';
import type { Cluster, Generation, Name } from '../model/intent.ts';
import type { FeedState } from '../model/live.ts';

/** What a trace must know of the directors' driver: the source MAC that it writes in DSR, the hash that it computes, what it knows of flows and answers. */
export type DirectorTraits = Pick<
  Capabilities,
  | 'dsrSourceMac'
  | 'flowHash'
  | 'flowMemory'
  | 'takesOver'
  | 'schedulers'
  | 'hairpins'
  | 'answersByPort'
>;

export interface TraceInput {
  readonly cluster: Cluster;
  readonly generation: Generation;
  /** What is live; undefined: the file alone, every member counts as up and no row is known. */
  readonly feed?: FeedState;
  readonly nowMs: number;
  /** MAC of a node's leg, opaque text; undefined where nobody knows it. */
  readonly macOf: (node: Name, network: Name) => string | undefined;
  readonly director: DirectorTraits;
  readonly client: TraceClient;
  readonly flow: Flow;
  /** Members known to have taken the flow (from a capture); each must be among the candidates. */
  readonly taken?: Taken;
}

/** Where the client's packets enter: a host on one of the networks, or somewhere behind the first router. */
export interface TraceClient {
  readonly name: string;
  readonly network: Name;
}

export interface Taken {
  readonly router?: Name;
  /** The reply's: each machine has a default gateway of its own, which need not be the router that the request came through. */
  readonly replyRouter?: Name;
  readonly director?: Name;
  readonly real?: Name;
  readonly server?: Name;
}

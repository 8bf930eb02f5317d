/** The driver port: one shape for all roles. Drivers know no phases, no spec, no feed. */
import type { Address, Encapsulation, L4Driver, Name, Scheduler } from './model/intent.ts';
import type { Version } from './model/live.ts';
import type { Bundle, RoleName } from './model/plan.ts';
import type { Observed, Sample } from './model/seen.ts';

export interface RunResult {
  /** Exit status; 128 + n for signal n. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** A stream is sent as it comes (blobs), never held whole. */
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Default 60,000. On expiry the process is ended and the promise rejects (TRI-S…). */
  readonly timeoutMs?: number;
  /** Called for each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface FileWrite {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
  /** `user:group`; default the writer's own. */
  readonly owner?: string;
}

/** A byte stream to a Unix socket on the host. Text is UTF-8. */
export interface Connection {
  write(text: string): void;
  onData(listener: (text: string) => void): void;
  /** Called once, also after `close()`. */
  onClose(listener: () => void): void;
  close(): void;
}

/** The OS as one small value: ssh, local and memory implement it. Everything may be retried. */
export interface Host {
  readonly name: string;
  /** Runs a POSIX sh script; a non-zero exit is a value, not an error. */
  run(script: string, options?: RunOptions): Promise<RunResult>;
  /** Absent file → undefined. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** A batch; each file is atomic (temporary name, fsync, rename); directories are made. */
  write(files: readonly FileWrite[]): Promise<void>;
  /** Absent is fine. */
  remove(paths: readonly string[]): Promise<void>;
  connect(socketPath: string): Promise<Connection>;
  close(): Promise<void>;
}

/** What a driver can do: read by validate and plan; nobody asks for a driver's class. */
export interface Capabilities {
  readonly modes: readonly string[];
  readonly protocols: readonly ('tcp' | 'udp' | 'any')[];
  readonly ipv6: boolean;
  readonly transparentListening: boolean;
  readonly weights: boolean;
  readonly drain: boolean;
  readonly hitlessReload: boolean;
  readonly resilientEcmp: boolean;
  readonly tls: boolean;
  /** What proxies speak to clients and servers; left out: both. */
  readonly proxies?: readonly ('http' | 'tcp')[];
  /** Rows of its forwarding table, where it has one: fixed at the birth of a group. */
  readonly tableRows?: number;
  /** Flow hash it computes, where it has a table. */
  readonly flowHash?: 'multilinear' | 'jhash';
  /**
   * Modes in which a director remembers which real each flow went to, instead of leaving that to rows and second candidates: what it does not remember
   * it cannot place while a row is in change, so it must neither join nor leave then (`conduct/rest.ts`).
   */
  readonly flowMemory?: readonly string[];
  /** Modes that translate in which another director takes a TCP flow over in its middle: it finds the real by row. */
  readonly takesOver?: readonly string[];
  /** Modes in which a real's address and port tell which VIP its answers are of, where they serve one; else the flow has to (directors). */
  readonly answersByPort?: readonly string[];
  /** In `dnat` it hides a real from itself: one that calls the VIP and is picked gets the packet from the director's address. Left out: such flows fail. */
  readonly hairpins?: true;
  /** Source MAC of a frame it forwards in DSR: its own, or as it came (seed 3), or tagged (zero-break). */
  readonly dsrSourceMac?: 'own' | 'kept' | 'tagged';
  /** Ways in which it makes routers know who carries a VIP (speakers). */
  readonly announces?: readonly ('bgp' | 'static' | 'vrrp' | 'arp')[];
  /** Ways in which its kernel picks a real; left out: the rows of its table pick it. */
  readonly schedulers?: readonly Scheduler[];
  /** It can forward datagrams without remembering them. */
  readonly onePacket?: boolean;
  /** Datagrams of rows in change can name a second candidate, so that QUIC connections are found by their ids. */
  readonly quic?: boolean;
  /** Drivers of directors whose tunnels a receiver takes off; left out: all. */
  readonly tunnelsFrom?: readonly L4Driver[];
  /** What its tunnels put around packets (directors). */
  readonly encapsulations?: readonly Encapsulation[];
  /** Devices by which it takes packets in and sends them on, at most; left out: as many as there are (directors). */
  readonly arms?: number;
  /** It can vary the outer source of tunnels by flow. */
  readonly outerSources?: boolean;
  /** It tells of single packets, chosen by chance (directors). */
  readonly samplesPackets?: boolean;
  /** Which sources it does not let in (directors): those of a list, those that open too many flows. */
  readonly guards?: readonly ('deny' | 'limit')[];
  /** Why it lets everybody in, in words that follow a colon. */
  readonly refusesGuard?: string;
  /** Mode → why it cannot do it, in words that follow a colon. */
  readonly refuses?: Readonly<Record<string, string>>;
}

/** A packet that a director's data plane told of, and what became of it. */
export interface SeenPacket {
  readonly sourceAddress: Address;
  readonly sourcePort: number;
  readonly destinationAddress: Address;
  readonly destinationPort: number;
  /** IP protocol number. */
  readonly protocol: number;
  /** IP bytes as they came. */
  readonly bytes: number;
  /** Where it was sent: row of the table, its current real, and the second candidate that the packet names. */
  readonly sent?: { readonly row: number; readonly real: Name; readonly second?: Name };
  /** Word of why it was not sent as it came. */
  readonly reason?: string;
}

/** Packets from when it was begun on; nothing stays on the host behind it. */
export interface PacketWatch {
  /** Those since the last call; `lost` more were not read in time, and of `untold` more the data plane had no room to tell. */
  read(): Promise<{
    readonly packets: readonly SeenPacket[];
    readonly lost: number;
    readonly untold: number;
  }>;
}

/**
 * One driver per role. `State` is what `roles.ts` wants of the role (generation), `Live` what the feed wants (revision).
 * - render: pure, deterministic.
 * - observe: reads back from the kernel or the daemon whether the role runs; changes nothing. Whether its files are as rendered is for the installer to
 *   read back, for all roles at once.
 * - steer: level-triggered and idempotent: takes the whole live state, touches live files and the running program only, never reloads;
 *   returns the digest of what it read back (`liveDigest` of the driver): the ack.
 * - sample: counters and facts; changes nothing.
 */
export interface Driver<State, Live> {
  readonly name: string;
  readonly role: RoleName;
  readonly can: Capabilities;
  render(state: State): Bundle;
  observe(host: Host, state: State): Promise<Observed>;
  steer(host: Host, state: State, live: Live, at: Version): Promise<string>;
  sample(host: Host, state: State): Promise<Sample>;
  /**
   * Single packets, where it `samplesPackets`: read alone, so that any number may watch. `flowHash`: besides every packet of the flows with this hash, for as long
   * as it is read.
   */
  watch?(host: Host, state: State, flowHash?: number): Promise<PacketWatch>;
  /**
   * What `steer` returns once `live` is in force and nothing else: the agent acks only what equals it, and does not steer where it is what is in force
   * already. So equal digests must mean equal data planes. Pure.
   */
  liveDigest(state: State, live: Live): string;
}

/** Capabilities of every driver by role and name: what `validate` gets instead of the drivers. */
export type Catalog = Readonly<Record<string, Readonly<Record<string, Capabilities>>>>;

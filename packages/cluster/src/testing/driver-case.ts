/** What a driver is judged by, and on what. */
import type { Host } from '../driver.ts';
import type { Bundle } from '../model/plan.ts';

/** The same state without one member. */
export interface Removal<State, Live> {
  readonly state: State;
  readonly live: Live;
  /** Words that name the member in the files (its address, its name) and nothing else. */
  readonly words: readonly string[];
  /** Lines that may change with the number of members, e.g. a limit of descriptors. */
  readonly follows?: RegExp;
}

/** One state that a driver is judged by. */
export interface DriverCase<State, Live> {
  readonly name: string;
  readonly state: State;
  readonly live: Live;
  /** Another live state of the same members, of another digest. */
  readonly changed: Live;
  readonly without?: Removal<State, Live>;
  /** The bundle with a fault that its own checks find. Default: one more check, which fails. */
  readonly spoil?: (bundle: Bundle) => Bundle;
}

/** A machine of its own for one case: real programs, or a fake that keeps the same promises. */
export interface Ground {
  readonly host: Host;
  /** The one way a bundle gets onto a host; rejects where a check or the activation fails. */
  install(host: Host, bundle: Bundle): Promise<unknown>;
  /** Every file under /etc/tricade, /etc/systemd/system and /var/lib/tricade: path → content or digest. */
  files(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

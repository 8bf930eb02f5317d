/** The devices of a director, as its driver is told of them. Plain data, JSON-safe. */
import type { Address, MemberId } from './intent.ts';

export interface DirectorArms {
  /** Device by which packets come in, and leave for all reals that lie behind no other arm. */
  readonly device: string;
  /** Its own ends of tunnels. */
  readonly addresses: readonly Address[];
  /** Devices besides, and the reals that lie behind each; left out where there is none. */
  readonly arms?: readonly { readonly device: string; readonly reals: readonly MemberId[] }[];
}

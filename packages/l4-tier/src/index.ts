/** Directors and receivers: how packets reach the nodes that answer them. */
import type {
  DirectorLive,
  DirectorState,
  Driver,
  ReceiverLive,
  ReceiverState,
} from '@tricade/cluster';
import { ipvsDirector } from './ipvs/driver.ts';
import { leavingByAll } from './leaving-by-all.ts';
import { nftDirector } from './nft/driver.ts';
import { receiver } from './receiver/driver.ts';
import { waysOutOf } from './receiver/render.ts';
import { forwardedWaysOut } from './ways-out.ts';
import { xdpDirector } from './xdp/driver.ts';

/** Drivers of this package by role and name. */
export const l4Drivers: {
  readonly director: Readonly<Record<string, Driver<DirectorState, DirectorLive>>>;
  readonly receiver: Readonly<Record<string, Driver<ReceiverState, ReceiverLive>>>;
} = {
  director: {
    xdp: leavingByAll(xdpDirector, forwardedWaysOut),
    nft: leavingByAll(nftDirector, forwardedWaysOut),
    ipvs: leavingByAll(ipvsDirector, forwardedWaysOut),
  },
  receiver: { linux: leavingByAll(receiver, waysOutOf) },
};

export { l4Capabilities } from './capabilities.ts';
export { codes } from './codes.ts';
export { directorDigest } from './nft/elements.ts';

/** Routers and speakers: BGP, ECMP, fences. */
import type { Driver, RouterLive, RouterState, SpeakerLive, SpeakerState } from '@tricade/cluster';
import { arpSpeaker } from './arp/driver.ts';
import { birdRouter, birdSpeaker } from './bird/driver.ts';

/** Drivers of this package by role and name. */
export const routerDrivers: {
  readonly router: Readonly<Record<string, Driver<RouterState, RouterLive>>>;
  readonly speaker: Readonly<Record<string, Driver<SpeakerState, SpeakerLive>>>;
} = { router: { bird: birdRouter }, speaker: { bird: birdSpeaker, arp: arpSpeaker } };

export { routerCapabilities } from './capabilities.ts';
export { codes } from './codes.ts';
export { announcementDigest, fencedDigest } from './routing.ts';

/** xdp as a director: one stateless BPF program at the device, rows of {current, previous} in memory that is written in place. */
import type { DirectorLive, DirectorState, Driver } from '@tricade/cluster';
import { xdpDirectorCan } from '../capabilities.ts';
import { xdpDigest } from './maps.ts';
import { observe, sample } from './observe.ts';
import { directorBundle } from './render.ts';
import { steer } from './steer.ts';
import { watchPackets } from './watch.ts';

export const xdpDirector: Driver<DirectorState, DirectorLive> = {
  name: 'xdp',
  role: 'director',
  can: xdpDirectorCan,
  render: directorBundle,
  observe,
  steer: (host, state, live) => steer(host, state, live),
  sample,
  watch: watchPackets,
  liveDigest: xdpDigest,
};

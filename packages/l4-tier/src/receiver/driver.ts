/** A node that takes packets for VIPs: VIPs on loopback or as local routes. Nothing of it is live state. */
import {
  type Driver,
  type Host,
  type ReceiverState,
  type Seen,
  TricadeError,
} from '@tricade/cluster';
import { receiverCan } from '../capabilities.ts';
import { installedFiles } from '../installed.ts';
import { missing, parseHeld, receiverBundle } from './render.ts';
import { sampleSockets } from './sockets.ts';

/** Canonical prefixes that the kernel takes as its own. Throws TRI-D04. */
async function held(host: Host): Promise<ReadonlySet<string>> {
  const result = await host.run(
    'ip -j addr show dev lo; echo; echo ---; ip -j -4 route show table local type local dev lo; echo; echo ---; ip -j -6 route show table local type local dev lo',
  );
  try {
    const [addresses = '', four = '', six = ''] = result.stdout.split('---');
    return new Set([...parseHeld(addresses, four), ...parseHeld('[]', six)]);
  } catch (cause) {
    throw new TricadeError('TRI-D04', 'the addresses of loopback cannot be read', {
      node: host.name,
      cause,
    });
  }
}

async function observe(host: Host, state: ReceiverState): Promise<Seen> {
  const { digest, notes } = await installedFiles(host, receiverBundle(state));
  const lacking = missing(state, await held(host));
  return {
    bundleDigest: digest,
    running: lacking.length === 0,
    notes: [...notes, ...lacking.map((prefix) => `${prefix} is not on loopback`)],
  };
}

/** What `steer` returns where the kernel has every VIP of the state. */
const complete = 'complete';

export const receiver: Driver<ReceiverState, Record<string, never>> = {
  name: 'linux',
  role: 'receiver',
  can: receiverCan,
  render: receiverBundle,
  observe,
  /** Nothing is live: reads back which of its VIPs the kernel has. */
  async steer(host, state) {
    const lacking = missing(state, await held(host));
    return lacking.length === 0 ? complete : `without ${lacking.join(' ')}`;
  },
  liveDigest: () => complete,
  async sample(host, state) {
    const atMs = Date.now();
    return { atMs, ...(await sampleSockets(host, state)) };
  },
};

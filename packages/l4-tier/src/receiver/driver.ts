/** A node that takes packets from directors: VIPs on loopback or as local routes, ends of tunnels, and ways back of translated flows. */
import {
  type Driver,
  type Host,
  type Observed,
  type ReceiverLive,
  type ReceiverState,
  TricadeError,
} from '@tricade/cluster';
import { receiverCan } from '../capabilities.ts';
import { missing, parseHeld, receiverBundle } from './render.ts';
import { sampleSockets } from './sockets.ts';
import { linksScript, missingLinks } from './vxlan.ts';
import { readWays, setWays, waysDigest } from './ways-back.ts';

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

/** What of the state's VIPs and tunnels the kernel has not. Throws TRI-D04. */
async function lackingParts(host: Host, state: ReceiverState): Promise<readonly string[]> {
  const vips = missing(state, await held(host));
  if (state.vxlan === undefined) return vips;
  const { stdout } = await host.run(linksScript);
  return [...vips, ...missingLinks(state, stdout)];
}

async function observe(host: Host, state: ReceiverState): Promise<Observed> {
  const lacking = (await lackingParts(host, state)).map((part) => `${part} is not there`);
  const ways = await waysNotes(host, state);
  return {
    running: lacking.length === 0 && ways.running,
    notes: [...lacking, ...ways.notes],
  };
}

async function waysNotes(host: Host, state: ReceiverState): Promise<Observed> {
  if (state.returnPaths.length === 0) return { running: true, notes: [] };
  try {
    const { macs, lacking } = await readWays(host, state);
    const notes = lacking.map((line) => `the way back "${line}" is not set`);
    return { running: lacking.length === 0, notes: [...notes, `${macs.size} MACs of directors`] };
  } catch {
    return { running: false, notes: ['the ways back through directors cannot be read'] };
  }
}

/** What `steer` returns where the kernel has every VIP and tunnel of the state, and no way back is asked for. */
const complete = 'complete';

/** Reads back which of its VIPs and tunnels the kernel has; MACs of directors are the one thing that is live. */
async function steer(host: Host, state: ReceiverState, live: ReceiverLive): Promise<string> {
  const lacking = await lackingParts(host, state);
  const vips = lacking.length === 0 ? complete : `without ${lacking.join(' ')}`;
  if (state.returnPaths.length === 0) return vips;
  return `${vips}; ${await setWays(host, state, live)}`;
}

export const receiver: Driver<ReceiverState, ReceiverLive> = {
  name: 'linux',
  role: 'receiver',
  can: receiverCan,
  render: receiverBundle,
  observe,
  steer: (host, state, live) => steer(host, state, live),
  liveDigest: (state, live) =>
    state.returnPaths.length === 0 ? complete : `${complete}; ${waysDigest(state, live)}`,
  async sample(host, state) {
    const atMs = Date.now();
    return { atMs, ...(await sampleSockets(host, state)) };
  },
};

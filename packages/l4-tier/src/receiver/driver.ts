/** A node that takes packets from directors: VIPs on loopback or as local routes, ends of tunnels, caps of segments, the socket check, and ways back of translated flows. */
import {
  type Driver,
  type Host,
  type Observed,
  type ReceiverLive,
  type ReceiverState,
  type Sample,
  TricadeError,
} from '@tricade/cluster';
import { receiverCan } from '../capabilities.ts';
import { lackingRoom } from '../tracked-flows.ts';
import { checkDigest } from './check-maps.ts';
import { checkCounters, checkNotes, steerCheck } from './check-steer.ts';
import { missing, parseHeld, receiverBundle } from './render.ts';
import { missingCaps, segmentsScript } from './segments.ts';
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

/** What of the state's VIPs, tunnels and caps of segments the kernel has not. Throws TRI-D04. */
async function lackingParts(host: Host, state: ReceiverState): Promise<readonly string[]> {
  const lacking = [...missing(state, await held(host))];
  const said = async (script: string) => (await host.run(script)).stdout;
  if (state.vxlan !== undefined) lacking.push(...missingLinks(state, await said(linksScript)));
  if (state.segmentCaps !== undefined)
    lacking.push(...missingCaps(state, await said(segmentsScript)));
  return lacking;
}

const nothing: Observed = { running: true, notes: [] };

async function observe(host: Host, state: ReceiverState): Promise<Observed> {
  const lacking = (await lackingParts(host, state)).map((part) => `${part} is not there`);
  const ways = await waysNotes(host, state);
  const check = state.socketCheck === undefined ? nothing : await checkNotes(host, state);
  return {
    running: lacking.length === 0 && ways.running && check.running,
    notes: [...lacking, ...ways.notes, ...check.notes],
    warnings: await lackingRoom(host, state.trackedFlows),
  };
}

async function waysNotes(host: Host, state: ReceiverState): Promise<Observed> {
  if (state.returnPaths.length === 0) return nothing;
  try {
    const { macs, lacking } = await readWays(host, state);
    const notes = lacking.map((line) => `the way back "${line}" is not set`);
    return { running: lacking.length === 0, notes: [...notes, `${macs.size} MACs of directors`] };
  } catch {
    return { running: false, notes: ['the ways back through directors cannot be read'] };
  }
}

/** What `steer` returns where the kernel has every VIP, tunnel and cap of the state, and no more is asked for. */
const complete = 'complete';

/** Reads back which of its VIPs, tunnels and caps the kernel has; MACs of directors and of other receivers are what is live. */
async function steer(host: Host, state: ReceiverState, live: ReceiverLive): Promise<string> {
  const lacking = await lackingParts(host, state);
  const parts = [lacking.length === 0 ? complete : `without ${lacking.join(' ')}`];
  if (state.returnPaths.length > 0) parts.push(await setWays(host, state, live));
  if (state.socketCheck !== undefined) parts.push(await steerCheck(host, state, live));
  return parts.join('; ');
}

function liveDigest(state: ReceiverState, live: ReceiverLive): string {
  const parts = [complete];
  if (state.returnPaths.length > 0) parts.push(waysDigest(state, live));
  if (state.socketCheck !== undefined) parts.push(checkDigest(state, live));
  return parts.join('; ');
}

async function sample(host: Host, state: ReceiverState): Promise<Sample> {
  const atMs = Date.now();
  const [sockets, counters] = await Promise.all([
    sampleSockets(host, state),
    state.socketCheck === undefined ? undefined : checkCounters(host).catch(() => undefined),
  ]);
  return { atMs, ...sockets, ...(counters === undefined ? {} : { counters }) };
}

export const receiver: Driver<ReceiverState, ReceiverLive> = {
  name: 'linux',
  role: 'receiver',
  can: receiverCan,
  render: receiverBundle,
  observe,
  steer: (host, state, live) => steer(host, state, live),
  liveDigest,
  sample,
};

/** Director state → bundle. Pure. */
import { type Bundle, type DirectorState, deviceKey, TricadeError } from '@tricade/cluster';
import { xdpDirectorCan } from '../capabilities.ts';
import { forwardingSysctls } from '../forwarding.ts';
import { gatewaySysctls } from '../ways-out.ts';
import { devicesOf } from './arms.ts';
import { memoryRoom, portSysctls } from './flows.ts';
import { helperParts } from './helper-files.ts';
import { matchesOf } from './layout.ts';
import { objectPath, pinsPath, programName, settingsPath, unitName } from './names.ts';
import { refusePortless, repliesOf } from './replies.ts';

/** The next power of two. */
function roomFor(count: number, least: number): number {
  let room = least;
  while (room < count) room *= 2;
  return room;
}

/**
 * Capacities of maps: twice of what there is, so that a new generation finds room beside the old one, and rarely needs other maps. Rows take 4
 * bytes each; counters of reals 16 bytes for each CPU.
 */
export function capacities(state: DirectorState): Readonly<Record<string, number>> {
  const rows = state.groups.reduce((sum, { size }) => sum + size, 0);
  const ids = state.groups.flatMap(({ reals }) => reals.map(({ id }) => id));
  const reals = roomFor(2 * Math.max(0, ...ids), 1_024);
  const keys = matchesOf(state, new Map()).length;
  const services = new Set(state.services.map(({ service }) => service)).size;
  return {
    rows: roomFor(2 * rows, 262_144),
    real_counters: reals,
    services: roomFor(2 * keys, 1_024),
    replies: roomFor(2 * repliesOf(state).size, 16_384),
    service_counters: roomFor(2 * services, 64),
    ...memoryRoom(state),
  };
}

/**
 * Answers leave by the kernel's routes, which the program asks (`bpf_fib_lookup` knows none where forwarding is off); what goes to a neighbour that is not known yet
 * the kernel sends. It then comes from the VIP, which is an address of the director itself where that answers ARP for it.
 */
function sysctlsOf(state: DirectorState): Readonly<Record<string, string>> {
  const watched = gatewaySysctls(devicesOf(state), state.gateways);
  const forwarding = forwardingSysctls(state);
  if (Object.keys(forwarding).length === 0) return watched;
  const local = state.legs.map(
    ({ device }) => [deviceKey({ family: 4, device, leaf: 'accept_local' }), '1'] as const,
  );
  return { ...watched, ...forwarding, ...Object.fromEntries(local), ...portSysctls(state) };
}

/** Throws TRI-D01 for what the program does not do, TRI-D06, TRI-D23. */
export function directorBundle(state: DirectorState): Bundle {
  for (const { service, mode } of state.services) {
    if (xdpDirectorCan.modes.includes(mode)) continue;
    const why = xdpDirectorCan.refuses?.[mode] ?? 'no program of it does';
    throw new TricadeError('TRI-D01', `${service}: xdp does not do ${mode}: ${why}`);
  }
  refusePortless(state);
  const sysctls = sysctlsOf(state);
  const parts = helperParts(state.bpf, {
    objectPath,
    pinsPath,
    entries: capacities(state),
    attach: devicesOf(state).map((device) => ({ program: programName, device })),
    loader: {
      unit: unitName,
      description: 'Tricade director (XDP)',
      before: 'tricade-bird.service',
      ...(Object.keys(sysctls).length === 0 ? {} : { settings: settingsPath }),
    },
  });
  return { role: 'director', sysctls, hitless: true, ...parts };
}

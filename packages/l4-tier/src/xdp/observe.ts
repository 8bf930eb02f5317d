/** What runs, and what it counts. */
import type { DirectorState, Host, Observed, Sample } from '@tricade/cluster';
import { type HelperStatus, helperOf } from './helper-client.ts';
import { isAttached } from './read-back.ts';
import { serviceIdsOf } from './steer.ts';

/** `enum reason` of the program: why a packet was not forwarded as it came. */
export const reasonWords: Readonly<Record<number, string>> = {
  1: 'abi',
  2: 'other-mac',
  3: 'not-ip',
  4: 'no-vip',
  5: 'echo',
  6: 'too-big',
  7: 'icmp-error',
  8: 'fragment',
  16: 'malformed',
  17: 'denied',
  18: 'limited',
  19: 'no-port',
  20: 'no-row',
  21: 'no-real',
  22: 'real-unknown',
  23: 'no-outer',
  24: 'fragment-lost',
  25: 'icmp-other',
  26: 'extensions',
  27: 'no-room',
  28: 'vlan',
  29: 'arm',
  30: 'mode',
};
/** Reasons from here on drop the packet. */
const firstDrop = 16;
const wordsOfDrops = Object.entries(reasonWords).filter(([index]) => Number(index) >= firstDrop);

export async function observe(host: Host, state: DirectorState): Promise<Observed> {
  const status = await helperOf(host)
    .then((client) => client.status())
    .catch((error: Error) => error);
  if (status instanceof Error) return { running: false, notes: [status.message] };
  return {
    running: status.loaded !== undefined && isAttached(status, state),
    notes: notesOf(status, state),
  };
}

/** Sums of `reason_counters` → packets by reason, those that drop and are not 0. */
function dropsIn(sums: Buffer): Readonly<Record<string, number>> {
  const counts = wordsOfDrops.map(
    ([index, word]) => [word, packetsAt(sums, 1, Number(index))] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** First lane of the counter at an index; 0 behind the end. */
function packetsAt(sums: Buffer, lanes: number, index: number): number {
  return index * lanes * 8 < sums.length ? Number(sums.readBigUInt64LE(index * lanes * 8)) : 0;
}

function notesOf(status: HelperStatus, state: DirectorState): readonly string[] {
  const { object } = state.bpf ?? {};
  const other = object !== undefined && status.loaded !== object.sha256;
  const own = status.attached.filter(({ device }) => device === state.device);
  return [
    ...(status.loaded === undefined ? ['no program is loaded'] : []),
    ...(other && status.loaded !== undefined ? ['another program is loaded'] : []),
    ...(own.length === 0 ? [`no program is attached to ${state.device}`] : []),
    ...own.map(({ program, device, mode }) => `${program} is attached to ${device} (${mode})`),
  ];
}

/**
 * Counters since the maps were made: packets of members, of services (`services/NAME`), and of reasons (`reasons/WORD`). Flows are not
 * remembered, so none are told.
 */
export async function sample(host: Host, state: DirectorState): Promise<Sample> {
  const client = await helperOf(host);
  const status = await client.status();
  const sums = async (map: string) => client.bytes(`sum ${map} 0 ${status.maps[map] ?? 1}`);
  const [reals, services, reasons] = await Promise.all([
    sums('real_counters'),
    sums('service_counters'),
    sums('reason_counters'),
  ]);
  const counters: Record<string, number> = {};
  for (const { group, reals: own } of state.groups)
    for (const { id, name } of own) counters[`${group}/${name}`] = packetsAt(reals, 2, id);
  for (const [name, id] of serviceIdsOf(host))
    counters[`services/${name}`] = packetsAt(services, 4, id);
  for (const [index, word] of Object.entries(reasonWords)) {
    const count = packetsAt(reasons, 1, Number(index));
    if (count > 0) counters[`reasons/${word}`] = count;
  }
  return { atMs: Date.now(), counters, drops: dropsIn(reasons) };
}

/** Sums of the program's counters, as the helper reads them: 64-bit words, machine's order. Pure. */
import type { DirectorState, Sample, Traffic } from '@tricade/cluster';

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
  10: 'reply',
  11: 'unnoted',
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
  31: 'no-address',
  32: 'stray',
  33: 'asked-on',
  34: 'ports',
};

/** Reasons from here on drop the packet. */
const firstDrop = 16;

/** Lanes of `struct service_counters` and `struct real_counters`. */
const lanes = { service: 4, real: 2, reason: 1 } as const;

/** `service_counters` and `real_counters` by name. A service without a number yet counts nothing. */
export function trafficIn(
  sums: { readonly services: Buffer; readonly reals: Buffer },
  state: Pick<DirectorState, 'groups'>,
  serviceIds: ReadonlyMap<string, number>,
): Traffic {
  const services = [...serviceIds].map(([name, id]) => {
    const [packets = 0, bytes = 0, newFlows = 0, seconds = 0] = lanesAt(
      sums.services,
      'service',
      id,
    );
    return [name, { packets, bytes, newFlows, seconds }] as const;
  });
  const reals = state.groups.flatMap(({ group, reals: own }) =>
    own.map(({ id, name }) => {
      const [packets = 0, bytes = 0] = lanesAt(sums.reals, 'real', id);
      return [`${group}/${name}`, { packets, bytes }] as const;
    }),
  );
  return { services: Object.fromEntries(services), reals: Object.fromEntries(reals) };
}

/** `reason_counters`: packets that were dropped, by reason, those that are not 0. */
export function dropsIn(sums: Buffer): NonNullable<Sample['drops']> {
  return reasonsIn(sums, (reason) => reason >= firstDrop);
}

/** `reason_counters`: packets that were passed up, answered, or forwarded by another packet's flow; as `dropsIn`. */
export function othersIn(sums: Buffer): NonNullable<Sample['counters']> {
  const counts = reasonsIn(sums, (reason) => reason < firstDrop);
  return Object.fromEntries(
    Object.entries(counts).map(([word, count]) => [`reasons/${word}`, count]),
  );
}

function reasonsIn(sums: Buffer, isWanted: (reason: number) => boolean): Record<string, number> {
  const counts = Object.entries(reasonWords)
    .filter(([reason]) => isWanted(Number(reason)))
    .map(([reason, word]) => [word, lanesAt(sums, 'reason', Number(reason))[0] ?? 0] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Lanes of the counter at an index; none behind the end. */
function lanesAt(sums: Buffer, of: keyof typeof lanes, index: number): readonly number[] {
  const bytes = lanes[of] * 8;
  if ((index + 1) * bytes > sums.length) return [];
  return Array.from({ length: lanes[of] }, (_, lane) =>
    Number(sums.readBigUInt64LE(index * bytes + lane * 8)),
  );
}

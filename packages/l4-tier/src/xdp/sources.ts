/** Who sends most, by the packets that the program told of by chance. */
import type { DirectorState, Host, Name, SampledPackets } from '@tricade/cluster';
import { sampleMask } from './abi.ts';
import { type EventsSince, eventsSince, type PacketEvent, untoldEvents } from './events.ts';
import type { HelperClient } from './helper-client.ts';

/** More are not told: a report goes through the feed. */
const mostSources = 20;

/** Samples that follow one another faster say the same: what comes in within milliseconds is no rate. */
const leastSpanMs = 1_000;

/** Where each host's events were read up to, when, and what that came to. */
const readUpTo = new WeakMap<
  Host,
  {
    readonly next: bigint;
    readonly untold: number;
    readonly monoMs: number;
    readonly found: SampledPackets | undefined;
  }
>();

/** What was sampled since a call for this host at least a second ago; undefined where nothing is sampled, and at the first call, which has no span. */
export async function sampledPackets(
  of: { readonly host: Host; readonly client: HelperClient; readonly state: DirectorState },
  serviceIds: ReadonlyMap<Name, number>,
): Promise<SampledPackets | undefined> {
  const mask = sampleMask(of.state.sample);
  if (mask === undefined) return undefined;
  const last = readUpTo.get(of.host);
  if (last !== undefined && performance.now() - last.monoMs < leastSpanMs) return last.found;
  const read = await eventsSince(of.client, last?.next ?? 0n);
  const untold = await untoldEvents(of.client);
  const monoMs = performance.now();
  const overMs = last === undefined ? 0 : Math.round(monoMs - last.monoMs);
  const found =
    last === undefined
      ? undefined
      : {
          each: mask + 1,
          overMs,
          untold: Math.max(untold - last.untold, 0),
          ...countedBySource(read, serviceIds),
        };
  readUpTo.set(of.host, { next: read.next, untold, monoMs, found });
  return found;
}

/** Events by source and by what became of their packets, the most frequent first. Watched packets are left out: no chance chose them. Pure. */
export function countedBySource(
  { events, lost }: Pick<EventsSince, 'events' | 'lost'>,
  serviceIds: ReadonlyMap<Name, number>,
): Omit<SampledPackets, 'each' | 'overMs' | 'untold'> {
  const names = new Map([...serviceIds].map(([name, id]) => [id, name]));
  const counts = new Map<string, SampledPackets['sources'][number]>();
  const chosen = events.filter(({ watched }) => !watched);
  for (const event of chosen) {
    const fate = fateOf(event, names);
    const key = `${event.source} ${fate.service ?? ''} ${fate.reason ?? ''}`;
    const count = (counts.get(key)?.events ?? 0) + 1;
    counts.set(key, { address: event.source, ...fate, events: count });
  }
  const sources = [...counts.values()].sort((one, other) => other.events - one.events);
  return { events: chosen.length, lost, sources: sources.slice(0, mostSources) };
}

function fateOf(
  { forwarded, reason }: PacketEvent,
  names: ReadonlyMap<number, Name>,
): { readonly service?: Name; readonly reason?: string } {
  const service = forwarded && names.get(forwarded.service);
  return {
    ...(service === undefined ? {} : { service }),
    ...(reason === undefined ? {} : { reason }),
  };
}

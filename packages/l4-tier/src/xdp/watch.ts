/** Single packets for whoever watches: read through the helper, which keeps them for any number of readers. */
import type { DirectorState, Host, Name, PacketWatch, SeenPacket } from '@tricade/cluster';
import { eventsSince, type PacketEvent } from './events.ts';
import { helperOf } from './helper-client.ts';

/** Throws TRI-D20, TRI-D21, here and while it is read. */
export async function watchPackets(host: Host, state: DirectorState): Promise<PacketWatch> {
  const names = new Map(
    state.groups.flatMap(({ reals }) => reals.map(({ id, name }) => [id, name] as const)),
  );
  let { next } = await eventsSince(await helperOf(host), 0n);
  return {
    async read() {
      const { events, lost, ...read } = await eventsSince(await helperOf(host), next);
      next = read.next;
      return { packets: events.map((event) => seenPacket(event, names)), lost };
    },
  };
}

/** An id that the generation does not know is shown as a number. Pure. */
export function seenPacket(event: PacketEvent, names: ReadonlyMap<number, Name>): SeenPacket {
  const { source, sourcePort, destination, destinationPort, protocol, bytes } = event;
  const nameOf = (id: number): Name => names.get(id) ?? `#${id}`;
  const { forwarded, reason } = event;
  return {
    sourceAddress: source,
    sourcePort,
    destinationAddress: destination,
    destinationPort,
    protocol,
    bytes,
    ...(forwarded === undefined
      ? {}
      : {
          sent: {
            row: forwarded.row,
            real: nameOf(forwarded.real),
            ...(forwarded.second === 0 ? {} : { second: nameOf(forwarded.second) }),
          },
        }),
    ...(reason === undefined ? {} : { reason }),
  };
}

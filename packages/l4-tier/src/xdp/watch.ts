/** Single packets for whoever watches: read through the helper, which keeps them for any number of readers. */
import type { DirectorState, Host, Name, PacketWatch, SeenPacket } from '@tricade/cluster';
import { eventsSince, type PacketEvent, untoldEvents } from './events.ts';
import { helperOf } from './helper-client.ts';

/** The helper tells of a flow for so long after it was asked to: a watch is read far more often. */
const watchedForMs = 5_000;

/** `flowHash`: besides those that chance picks every packet of the flows with this hash, not 0. Throws TRI-D20, TRI-D21, here and while it is read. */
export async function watchPackets(
  host: Host,
  state: DirectorState,
  flowHash?: number,
): Promise<PacketWatch> {
  const names = new Map(
    state.groups.flatMap(({ reals }) => reals.map(({ id, name }) => [id, name] as const)),
  );
  const helper = async () => {
    const client = await helperOf(host);
    if (flowHash !== undefined) await client.ask(`watch ${flowHash} ${watchedForMs}`);
    return client;
  };
  let { next } = await eventsSince(await helperOf(host), 0n);
  let untold = await untoldEvents(await helper());
  return {
    async read() {
      const client = await helper();
      const { events, lost, ...read } = await eventsSince(client, next);
      const before = untold;
      [next, untold] = [read.next, await untoldEvents(client)];
      const packets = events.map((event) => seenPacket(event, names));
      return { packets, lost, untold: Math.max(untold - before, 0) };
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

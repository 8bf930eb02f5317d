import {
  type Agreement,
  agreementOf,
  type Cluster,
  type DirectorState,
  directorHash,
  type Flow,
  nodesOf,
  type PacketWatch,
  roleStates,
  type SeenPacket,
  type Snapshot,
  type TraceInput,
  TricadeError,
} from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { MonitorClient } from '../monitor-client.ts';
import { flowAsked, packetMatch } from '../packet-match.ts';
import { type Format, printNext, say } from '../view/print.ts';
import { type SeenAt, seenLines } from '../view/trace-live.ts';
import { directorCan, driversOf, enterLab, type Hosts, hostsOf } from '../wire.ts';

/** Directors are asked so often. */
const readMs = 500;

export interface LiveOptions {
  /** `address`, or `address:port` as for a trace; left out: any. */
  readonly from?: string;
  readonly to: string;
  readonly protocol: Flow['protocol'];
  /** End after so many packets. */
  readonly count?: number;
  readonly output: Format;
}

/**
 * `tricade trace --live`: packets that directors told of, each with where it was sent and whether that is what trace says. Those are samples; where both ends
 * are named with their ports, every packet of that flow. Nothing is started on any host, and nothing stays there. Exit 1 where one differs. Throws TRI-U003, TRI-U010 where the directors tell of none.
 */
export async function traceLive(
  file: string,
  cluster: Cluster,
  options: LiveOptions,
): Promise<ExitCode> {
  const isAsked = packetMatch(options);
  await enterLab(cluster.name);
  const hosts = await hostsOf(cluster, file);
  const api = new MonitorClient(cluster, hosts);
  const opened: { readonly close: () => Promise<void> }[] = [api];
  try {
    const first = await api.state();
    const flow = flowAsked(options);
    const hash = flow && directorHash({ ...(await inputOf(first.snapshot, cluster, hosts)), flow });
    const watches = await watchesOf({ ...first.snapshot, hash: hash || undefined }, hosts, opened);
    const [most = Infinity, seen] = [options.count, { packets: 0, different: 0 }];
    say(`watching ${watches.map(({ director }) => director).join(', ')}: ${toldOf(flow, hash)}`);
    for (;;) {
      const found = await roundOf(watches, isAsked);
      const input =
        found.length === 0
          ? undefined
          : await inputOf((await api.state()).snapshot, cluster, hosts);
      for (const { director, packet } of found) {
        if (input === undefined || seen.packets >= most) break;
        const at = seenAt({ director, packet, input });
        seen.packets += 1;
        seen.different += at.agrees === false ? 1 : 0;
        await printNext(options.output, at, () => seenLines(at));
      }
      if (seen.packets >= most) return ended(seen);
      await new Promise((resolve) => setTimeout(resolve, readMs));
    }
  } finally {
    await Promise.all(opened.map((each) => each.close()));
  }
}

function toldOf(flow: Flow | undefined, hash: number | undefined): string {
  if (flow === undefined) return 'samples';
  return hash
    ? 'every packet of the flow'
    : 'samples, since no row is known by which the flow goes';
}

function ended({ packets, different }: { packets: number; different: number }): ExitCode {
  say(`${packets} packets, ${different} of them not as traced`);
  return different === 0 ? 0 : 1;
}

interface Watched {
  readonly director: string;
  readonly watch: PacketWatch;
}

/** One on each director that answers; those that do not are named. */
async function watchesOf(
  {
    cluster,
    generation,
    hash,
  }: Pick<TraceInput, 'cluster' | 'generation'> & { readonly hash: number | undefined },
  hosts: Hosts,
  opened: { readonly close: () => Promise<void> }[],
): Promise<readonly Watched[]> {
  const { director: driver } = await driversOf(cluster);
  if (driver.watch === undefined || (cluster.l4.sample === 0 && hash === undefined))
    throw new TricadeError(
      'TRI-U010',
      driver.watch === undefined
        ? `${driver.name} directors tell of no single packets`
        : 'the directors tell of no single packets: `sample: 0`',
    );
  const watches = nodesOf(cluster, 'l4').map(async (node): Promise<readonly Watched[]> => {
    const host = hosts.open(node);
    opened.push(host);
    const state = roleStates({ cluster, generation }, node.name).director as DirectorState;
    const watch = await driver.watch?.(host, state, hash).catch((error: Error) => {
      say(`${node.name} is not watched: ${error.message}`);
    });
    return watch ? [{ director: node.name, watch }] : [];
  });
  const all = (await Promise.all(watches)).flat();
  if (all.length === 0) throw new TricadeError('TRI-U010', 'no director answers');
  return all;
}

interface Seen {
  readonly director: string;
  readonly packet: SeenPacket;
}

async function roundOf(
  watches: readonly Watched[],
  isAsked: (packet: SeenPacket) => boolean,
): Promise<readonly Seen[]> {
  const rounds = watches.map(async ({ director, watch }) => {
    const { packets, lost, untold } = await watch.read();
    if (lost > 0) say(`${director}: ${lost} packets were not read in time`);
    if (untold > 0) say(`${director}: for ${untold} packets the ring had no room`);
    return packets.filter(isAsked).map((packet) => ({ director, packet }));
  });
  return (await Promise.all(rounds)).flat();
}

async function inputOf(
  { cluster: now, generation, feed, atMs: nowMs }: Snapshot,
  cluster: Cluster,
  { macOf }: Hosts,
): Promise<Omit<TraceInput, 'flow'>> {
  const network = nodesOf(now, 'routers')[0]?.legs[0]?.network ?? now.networks[0]?.name ?? '';
  const client = { name: 'client', network };
  return {
    cluster: now,
    generation,
    feed,
    nowMs,
    macOf,
    director: await directorCan(cluster),
    client,
  };
}

function seenAt(of: Seen & { readonly input: Omit<TraceInput, 'flow'> }): SeenAt {
  const { seen, ...agreement }: Agreement = agreementOf(of.packet, of.input);
  return { atMs: Date.now(), director: of.director, ...seen, ...agreement };
}

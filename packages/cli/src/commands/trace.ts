import {
  type Cluster,
  canonicalAddress,
  contains,
  type Flow,
  nodesOf,
  type TraceInput,
  TricadeError,
  trace,
} from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { offlineGeneration } from '../offline.ts';
import { type Format, print, say } from '../view/print.ts';
import { traceLines } from '../view/trace.ts';
import { directorCan, enterLab, hostsOf } from '../wire.ts';

interface TraceOptions {
  readonly from: string;
  readonly to: string;
  readonly udp?: boolean;
  readonly offline?: boolean;
  readonly output: Format;
}

/** `192.0.2.1:80`, `[2001:db8::1]:80`. Throws TRI-U007. */
export function parseEndpoint(text: string): { readonly address: string; readonly port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const address = canonicalAddress(found?.[1] ?? found?.[2] ?? '');
  const port = Number(found?.[3]);
  if (address === undefined || !(port > 0 && port < 65_536))
    throw new TricadeError('TRI-U007', `not an address with a port: ${JSON.stringify(text)}`, {
      hint: 'e.g. 192.0.2.200:40000 or [2001:db8::1]:80',
    });
  return { address, port };
}

/** The network on which a client's packets enter: the one that holds its address, else the first router's first. */
export function clientNetwork(cluster: Cluster, address: string): string {
  const own = cluster.networks.find((network) =>
    network.cidrs.some((cidr) => contains(cidr, address)),
  );
  return (
    own?.name ?? nodesOf(cluster, 'routers')[0]?.legs[0]?.network ?? cluster.networks[0]?.name ?? ''
  );
}

/** `tricade trace`: live where a monitor answers, else from the file alone, and says which. */
export async function traceFlow(file: string, options: TraceOptions): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  const [from, to] = [parseEndpoint(options.from), parseEndpoint(options.to)];
  const flow: Flow = {
    protocol: options.udp === true ? 'udp' : 'tcp',
    sourceAddress: from.address,
    sourcePort: from.port,
    destinationAddress: to.address,
    destinationPort: to.port,
  };
  const client = { name: 'client', network: clientNetwork(cluster, from.address) };
  const found = trace(
    await liveInput(file, cluster, { offline: options.offline === true, flow, client }),
  );
  await print(options.output, found, () => traceLines(found));
  return found.ends === undefined ? 0 : 1;
}

async function liveInput(
  file: string,
  cluster: Cluster,
  asked: { readonly offline: boolean } & Pick<TraceInput, 'flow' | 'client'>,
): Promise<TraceInput> {
  const { flow, client } = asked;
  const director = await directorCan(cluster);
  const alone = async (): Promise<TraceInput> => ({
    cluster,
    generation: await offlineGeneration(cluster),
    nowMs: Date.now(),
    macOf: () => undefined,
    director,
    flow,
    client,
  });
  if (asked.offline) return alone();
  await enterLab(cluster.name);
  const hosts = await hostsOf(cluster, file);
  const api = new MonitorClient(cluster, hosts);
  try {
    const { snapshot } = await api.state();
    return {
      cluster: snapshot.cluster,
      generation: snapshot.generation,
      feed: snapshot.feed,
      nowMs: snapshot.atMs,
      macOf: hosts.macOf,
      director,
      flow,
      client,
    };
  } catch {
    say('no monitor answers: from the file alone, no row of a table is known');
    return alone();
  } finally {
    await api.close();
  }
}

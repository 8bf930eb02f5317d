import {
  type Cluster,
  canonicalAddress,
  contains,
  everybodyUp,
  type Flow,
  type Live,
  nodesOf,
  type TraceInput,
  TricadeError,
  trace,
} from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { offlineGeneration } from '../offline.ts';
import { afterOf, readWhatIf } from '../trace-after.ts';
import { afterLines } from '../view/after.ts';
import { type Format, print, say } from '../view/print.ts';
import { wholeNumber } from '../view/quantity.ts';
import { traceLines } from '../view/trace.ts';
import { directorCan, enterLab, hostsOf } from '../wire.ts';

interface TraceOptions {
  readonly from?: string;
  readonly to: string;
  readonly udp?: boolean;
  readonly offline?: boolean;
  readonly after?: string;
  readonly live?: boolean;
  readonly count?: string;
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

/** The machine of the cluster that has the address: such a client's MAC is known. */
function nodeWith(cluster: Cluster, address: string): string | undefined {
  return cluster.nodes.find(({ legs }) => legs.some(({ addresses }) => addresses.includes(address)))
    ?.name;
}

/** `tricade trace`: live where a monitor answers, else from the file alone, and says which. */
export async function traceFlow(file: string, options: TraceOptions): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  if (options.live === true) return watched(file, cluster, options);
  if (options.from === undefined)
    throw new TricadeError('TRI-U007', 'which client? --from IP:PORT is missing');
  const [from, to] = [parseEndpoint(options.from), parseEndpoint(options.to)];
  const flow: Flow = {
    protocol: options.udp === true ? 'udp' : 'tcp',
    sourceAddress: from.address,
    sourcePort: from.port,
    destinationAddress: to.address,
    destinationPort: to.port,
  };
  const client = {
    name: nodeWith(cluster, from.address) ?? 'client',
    network: clientNetwork(cluster, from.address),
  };
  const change = options.after === undefined ? undefined : readWhatIf(options.after, cluster);
  const asked = { offline: options.offline === true, flow, client };
  const { input, live } = await inputOf(file, cluster, asked);
  const found = trace(input);
  const after = change && afterOf(input, live, change);
  const value = after === undefined ? found : { ...found, after: shownAfter(after) };
  await print(options.output, value, (wide) => [
    ...traceLines(found, wide),
    ...(after === undefined ? [] : afterLines(after.foresight, after.flow)),
  ]);
  return found.ends === undefined ? 0 : 1;
}

async function watched(file: string, cluster: Cluster, options: TraceOptions): Promise<ExitCode> {
  const { from, to, output, count } = options;
  const { traceLive } = await import('./trace-live.ts');
  return traceLive(file, cluster, {
    to,
    output,
    protocol: options.udp === true ? 'udp' : 'tcp',
    ...(from === undefined ? {} : { from }),
    ...(count === undefined ? {} : { count: wholeNumber(count, '--count') }),
  });
}

/** Without the tables: they are what the figures were made from. */
function shownAfter({ foresight, flow }: ReturnType<typeof afterOf>): object {
  const { feed: _, ...rest } = foresight;
  return flow === undefined ? rest : { ...rest, flow };
}

/** What the flow is traced through, and the state that a change would be made to: live, or with everybody up. */
interface Traced {
  readonly input: TraceInput;
  readonly live: Live;
}

async function inputOf(
  file: string,
  cluster: Cluster,
  asked: { readonly offline: boolean } & Pick<TraceInput, 'flow' | 'client'>,
): Promise<Traced> {
  const { flow, client } = asked;
  const director = await directorCan(cluster);
  const alone = async (): Promise<Traced> => {
    const generation = await offlineGeneration(cluster);
    const nowMs = Date.now();
    const input = { cluster, generation, nowMs, macOf: () => undefined, director, flow, client };
    return { input, live: everybodyUp(cluster, generation, nowMs) };
  };
  if (asked.offline) return alone();
  await enterLab(cluster.name);
  const hosts = await hostsOf(cluster, file);
  const api = new MonitorClient(cluster, hosts);
  try {
    const { snapshot } = await api.state();
    const { cluster: now, generation, feed, reports, atMs: nowMs } = snapshot;
    const live = { cluster: now, generation, feed, reports, nowMs };
    return { live, input: { ...live, macOf: hosts.macOf, director, flow, client } };
  } catch {
    say('no monitor answers: from the file alone, no row of a table is known');
    return alone();
  } finally {
    await api.close();
  }
}

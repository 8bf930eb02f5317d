/** Sockets of the VIPs on a receiver, and the rows of the directors' tables that they stand in. Parsing is pure. */
import {
  canonicalAddress,
  contains,
  flowHash,
  type Host,
  keyBytes,
  packRowSet,
  type ReceivedTable,
  type ReceiverState,
  rowOf,
  type Sample,
  TricadeError,
} from '@tricade/cluster';
import { heldOf } from './render.ts';

/** One socket: the client's side is the flow's source. */
export interface FlowSocket {
  readonly vip: string;
  readonly port: number;
  readonly client: string;
  readonly clientPort: number;
}

/** With more VIPs the kernel's filter would be longer than the list that it saves. */
const filteredVips = 64;

/** Script that lists TCP sockets of every state but LISTEN and TIME_WAIT, narrowed to where flows come in where that is few places. */
export function socketsScript(state: ReceiverState): string {
  const own = new Set(state.standsFor?.map(({ address }) => address));
  const sources = [...state.vips, ...own].map((vip) => {
    const [address = '', length] = heldOf(vip).prefix.split('/');
    return address.includes(':') ? `src [${address}/${length}]` : `src ${address}/${length}`;
  });
  const filter = sources.length > filteredVips ? '' : ` '( ${sources.join(' or ')} )'`;
  return `ss -Htn state connected exclude time-wait${filter}`;
}

/** Lines of `ss -Htn` for several states: state, queues, local, peer. Sockets that belong to no VIP are left out. */
export function parseSockets(output: string, state: ReceiverState): readonly FlowSocket[] {
  return output.split('\n').flatMap((line) => {
    const [, , , local = '', peer = ''] = line.trim().split(/\s+/);
    const [here, there] = [endpoint(local), endpoint(peer)];
    if (here === undefined || there === undefined) return [];
    const vip = vipOf(state, here);
    if (vip === undefined) return [];
    return [{ vip, port: here.port, client: there.address, clientPort: there.port }];
  });
}

/** The VIP that a client asked whose flow ended up here. */
function vipOf(
  { vips, standsFor = [] }: ReceiverState,
  here: { readonly address: string; readonly port: number },
): string | undefined {
  if (vips.some((vip) => contains(vip, here.address))) return here.address;
  return standsFor.find(
    ({ address, ports }) =>
      address === here.address &&
      ports.some(({ protocol, port }) => protocol !== 'udp' && (port === 0 || port === here.port)),
  )?.vip;
}

/** `198.51.100.7:80`, `[2001:db8::7]:80`, `[::ffff:198.51.100.7]:80`, with or without a zone. */
function endpoint(text: string): { readonly address: string; readonly port: number } | undefined {
  const [, bare, port] =
    /^\[?(?:::ffff:(?=\d+\.))?([0-9a-f.:]+?)\]?(?:%[^\]:]+)?\]?:(\d+)$/.exec(text) ?? [];
  const address = bare === undefined ? undefined : canonicalAddress(bare);
  return address === undefined ? undefined : { address, port: Number(port) };
}

/** Rows of a table in which the sockets stand, ascending, each once: what its directors hash, hashed here again. */
export function rowsOf(table: ReceivedTable, sockets: readonly FlowSocket[]): readonly number[] {
  const key = keyBytes(table.hashKey);
  const rows = new Set<number>();
  for (const { vip, port, client, clientPort } of sockets) {
    const service = table.services.find(
      (each) =>
        contains(each.vip, vip) && each.ports.some((has) => has.port === 0 || has.port === port),
    );
    if (service === undefined) continue;
    // Where a service takes any protocol its directors look at no port.
    const ports = service.ports.some((has) => has.protocol === 'any')
      ? {}
      : { sourcePort: clientPort, destinationPort: port };
    const rule = { kind: table.flowHash, key, affinity: service.affinity };
    const flow = { sourceAddress: client, destinationAddress: vip, ...ports };
    rows.add(rowOf(flowHash(rule, flow), table.size));
  }
  return [...rows].sort((one, other) => one - other);
}

/** Share of time that listing sockets may take. */
const listingShare = 0.05;
const counted = new WeakMap<Host, { readonly sockets: number; readonly nextAtMs: number }>();

/**
 * `ownedSockets` and `ownedRows` of one list. A list of many sockets is taken more seldom: until the next one the count is repeated and no rows are
 * told, for those must be as new as the sample. None is never repeated: it is cheap to look again. Without VIPs, and addresses that stand for them,
 * nothing is known here. Throws TRI-D07.
 */
export async function sampleSockets(host: Host, state: ReceiverState): Promise<Partial<Sample>> {
  if (state.vips.length === 0 && state.standsFor === undefined) return {};
  const began = performance.now();
  const last = counted.get(host);
  if (last !== undefined && last.sockets > 0 && began < last.nextAtMs)
    return { ownedSockets: last.sockets };
  const { code, stdout, stderr } = await host.run(socketsScript(state));
  if (code !== 0) {
    const why = stderr.trim().split('\n')[0] ?? '';
    throw new TricadeError('TRI-D07', `ss: ${why}`, { node: host.name });
  }
  const sockets = parseSockets(stdout, state);
  const ownedRows = Object.fromEntries(
    state.tables.map((table) => [table.group, packRowSet(rowsOf(table, sockets))]),
  );
  const ended = performance.now();
  counted.set(host, {
    sockets: sockets.length,
    nextAtMs: ended + (ended - began) / listingShare,
  });
  return { ownedSockets: sockets.length, ...(state.tables.length > 0 ? { ownedRows } : {}) };
}

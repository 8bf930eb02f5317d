/**
 * The child's side: rtnetlink(7) → news. A process of its own, for where events overrun the socket's buffer the library's binding reports the loss, or
 * aborts the process, as the poll happens to end: either way this process is over, and the next one reads everything again.
 */
import { SocketAddress } from 'node:net';
import { createNetlink, createRtNetlink, Protocol, rt } from 'netlink';
import type { News } from './news.ts';

/** Room for some thousand events; beyond net.core.rmem_max with CAP_NET_ADMIN only. */
const receiveBufferBytes = 4 << 20;
/** A burst of changes is told once this long after its first: the FIB is read within 50 ms of its change. */
const settleMs = 5;

const groups = [
  rt.MulticastGroups.LINK,
  rt.MulticastGroups.NEIGH,
  rt.MulticastGroups.IPV4_ROUTE,
  rt.MulticastGroups.IPV6_ROUTE,
  rt.MulticastGroups.NEXTHOP,
];

/** A message of the kernel by its type (rtnetlink(7)). */
interface KernelMessage {
  readonly type: number;
  readonly data: Buffer;
}

/** Tells what the neighbours of this network namespace are, then every change. Rejects where they cannot be read; calls `lost` once events were lost. */
export async function tellLinks(tell: (news: News) => void, lost: () => void): Promise<void> {
  // Requests go over a socket of their own: events carry the sequence number of whoever caused them, which may be that of a request.
  const [events, requests] = [
    createNetlink(Protocol.ROUTE, {
      ref: true,
      recvBufferSize: receiveBufferBytes,
      sendBufferSize: 0,
    }),
    createRtNetlink(),
  ];
  events.on('error', lost);
  // What happens while the table is read may be older or newer than it: told after it, in order, the newest stands.
  let heard: KernelMessage[] | undefined = [];
  const teller = new Teller(tell);
  events.on('message', (messages) => {
    if (heard === undefined) for (const message of messages) teller.hear(message);
    else heard.push(...messages);
  });
  for (const group of groups) events.addMembership(group);
  teller.table((await requests.getNeighbors()).map(neighbourOf));
  requests.socket.close();
  for (const message of heard) teller.hear(message);
  heard = undefined;
}

/** An entry of the neighbour table; no MAC: it is not resolved. */
interface Neighbour {
  readonly address: string | undefined;
  readonly mac: string | undefined;
}

/** Tells what is news: entries are confirmed all the time, their MACs hardly ever change. */
class Teller {
  readonly #tell: (news: News) => void;
  readonly #known = new Map<string, string>();
  #routes: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (news: News) => void) {
    this.#tell = tell;
  }

  table(neighbours: readonly Neighbour[]): void {
    for (const { address, mac } of neighbours)
      if (address !== undefined && mac !== undefined) this.#known.set(address, mac);
    this.#tell({ table: Object.fromEntries(this.#known) });
  }

  hear({ type, data }: KernelMessage): void {
    if (type === rt.MessageType.NEWNEIGH) {
      this.#neighbour(neighbourOf(rt.parseNeighborMessage(data)));
    } else if (type === rt.MessageType.DELNEIGH) {
      const { address } = neighbourOf(rt.parseNeighborMessage(data));
      this.#neighbour({ address, mac: undefined });
    } else {
      this.#routes ??= setTimeout(() => {
        this.#routes = undefined;
        this.#tell({ routes: true });
      }, settleMs);
    }
  }

  #neighbour({ address, mac }: Neighbour): void {
    if (address === undefined || this.#known.get(address) === mac) return;
    if (mac === undefined) this.#known.delete(address);
    else this.#known.set(address, mac);
    this.#tell({ neighbour: [address, mac ?? null] });
  }
}

/** The kernel's entry → address and MAC, both as they are written everywhere. Bridges and VXLAN keep entries of their own there: they have no address here. */
export function neighbourOf({ data, attrs }: rt.NeighborMessage): Neighbour {
  const { dst, lladdr } = attrs;
  const failed = data.state?.failed === true;
  const isMac = lladdr?.length === 6 && !failed;
  return { address: addressOf(dst, data.family), mac: isMac ? macOf(lladdr) : undefined };
}

/** AF_INET and AF_INET6 of Linux. */
const families: Readonly<Record<number, 'ipv4' | 'ipv6'>> = { 2: 'ipv4', 10: 'ipv6' };

function addressOf(bytes: Buffer | undefined, number = 0): string | undefined {
  const family = families[number];
  if (bytes === undefined || family === undefined) return undefined;
  if (family === 'ipv4') return bytes.join('.');
  const groups = bytes.toString('hex').replace(/(.{4})(?!$)/g, '$1:');
  return new SocketAddress({ family, address: groups }).address;
}

const macOf = (bytes: Buffer): string => bytes.toString('hex').replace(/(..)(?!$)/g, '$1:');

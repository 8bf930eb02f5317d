/** A proxy for packet tests: its addresses, who else there is, connections in every state, and its maps as bytes. */
import {
  numberValue,
  proxyConfigValue,
  senderKinds,
} from '../../../packages/l4-tier/src/receiver/proxy-maps.ts';
import { prefixKey, realValue } from '../../../packages/l4-tier/src/xdp/abi.ts';
import { type TcpFields, tcp } from './frames.ts';
import type { PacketRun } from './packet-run.ts';

/** Ids: 1 is the proxy under test, 2 the other candidate, 3 one whose MAC nobody knows, 4 one with IPv6 only. */
export const ids = { self: 1, other: 2, unresolved: 3, v6Only: 4, unknown: 99 } as const;
export const macs = {
  director: '02:00:00:00:00:11',
  self: '02:00:00:00:00:21',
  other: '02:00:00:00:00:22',
} as const;
export type Version = 4 | 6;
type PerVersion = Readonly<Record<Version, string>>;
export const vip: PerVersion = { 4: '203.0.113.10', 6: '2001:db8:ffff::10' };
export const client: PerVersion = { 4: '192.0.2.2', 6: '2001:db8:2::2' };
export const stranger: PerVersion = { 4: '198.51.100.66', 6: '2001:db8:1::66' };
export const director: PerVersion = { 4: '198.51.100.11', 6: '2001:db8:1::11' };
/** Outer sources of a director that spreads flows over receivers' queues: it owns the prefix. */
export const spread: PerVersion = { 4: '100.64.11.77', 6: '2001:db8:11::77' };
/** A director that names no second candidates. */
export const plain: PerVersion = { 4: '198.51.100.13', 6: '2001:db8:1::13' };
export const self: PerVersion = { 4: '198.51.100.21', 6: '2001:db8:1::21' };
export const other: PerVersion = { 4: '198.51.100.22', 6: '2001:db8:1::22' };
export const port = 80;

/** Device, addresses and ways of the namespace: VIPs on loopback, clients behind `tun`. */
export const prepare: string = [
  'sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0',
  'sysctl -qw net.ipv4.tcp_syncookies=1 net.ipv4.tcp_timestamps=0',
  `ip addr add ${vip[4]}/32 dev lo; ip addr add ${vip[6]}/128 dev lo nodad`,
  'ip tuntap add dev tun mode tun; ip link set tun up',
  'ip route add 192.0.2.0/24 dev tun; ip route add 2001:db8:2::/64 dev tun',
].join('; ');

/** Fills the maps: the VIPs, directors (one by its prefix), the other proxies, and the configuration. */
export async function configure(run: PacketRun, takesTunnels = true): Promise<void> {
  const number = (value: number) => numberValue(value);
  for (const version of [4, 6] as const) {
    const whole = version === 4 ? 32 : 128;
    await run.set('vips', prefixKey(vip[version], whole), number(1));
    await run.set('senders', prefixKey(director[version], whole), number(senderKinds.director));
    await run.set('senders', prefixKey(plain[version], whole), number(senderKinds.plain));
    const wide = version === 4 ? 24 : 64;
    const network = version === 4 ? '100.64.11.0' : '2001:db8:11::';
    await run.set('senders', prefixKey(network, wide), number(senderKinds.director));
    await run.set('senders', prefixKey(other[version], whole), number(senderKinds.proxy));
  }
  const both = (addresses: PerVersion) => [addresses[4], addresses[6]];
  await run.set('reals', number(ids.self), realValue(macs.self, both(self)));
  await run.set('reals', number(ids.other), realValue(macs.other, both(other)));
  await run.set('reals', number(ids.unresolved), realValue(undefined, both(other)));
  await run.set('reals', number(ids.v6Only), realValue(macs.other, [other[6]]));
  const config = { takesTunnels, mac: macs.self, self: ids.self, addresses: both(self) };
  await run.set('proxy_config', number(0), proxyConfigValue(config));
}

/** A connection of a client, as far as it has come. `next`: the sequence number that each side sends next. */
export interface Connection {
  readonly version: Version;
  readonly clientPort: number;
  readonly clientNext: number;
  readonly serverNext: number;
}

/** First sequence number of every client. */
const clientStart = 1_000_000;

/** A packet of the client. Sequence and acknowledgement: what is due, moved by so much. */
export function fromClient(
  { version, clientPort, clientNext, serverNext }: Connection,
  flags: string,
  moved: { readonly sequence?: number; readonly acknowledgement?: number } = {},
): Uint8Array {
  const fields: TcpFields = {
    source: client[version],
    sourcePort: clientPort,
    destination: vip[version],
    destinationPort: port,
    flags,
    sequence: (clientNext + (moved.sequence ?? 0)) >>> 0,
    acknowledgement: flags.includes('A') ? (serverNext + (moved.acknowledgement ?? 0)) >>> 0 : 0,
    payload: flags.includes('P') ? new TextEncoder().encode('GET / HTTP/1.1') : new Uint8Array(),
  };
  return tcp(fields);
}

/** A packet of the server on its way to the client: what ICMP errors quote. */
export function fromServer(connection: Connection, moved = 0): Uint8Array {
  const { version, clientPort, clientNext, serverNext } = connection;
  return tcp({
    source: vip[version],
    sourcePort: port,
    destination: client[version],
    destinationPort: clientPort,
    flags: 'A',
    sequence: (serverNext + moved) >>> 0,
    acknowledgement: clientNext,
  });
}

const sequenceOf = (packet: Uint8Array, version: Version): number =>
  Buffer.from(packet).readUInt32BE((version === 4 ? 20 : 40) + 4);

/** Nothing was sent yet. */
export function untouched(version: Version, clientPort: number): Connection {
  return { version, clientPort, clientNext: clientStart, serverNext: 0 };
}

/** SYN and SYN-ACK: the listener keeps a request socket, or nothing where it answers with a cookie. */
export async function halfOpen(
  run: PacketRun,
  version: Version,
  clientPort: number,
): Promise<Connection> {
  const begun = untouched(version, clientPort);
  const reply = await run.in(fromClient(begun, 'S'));
  if (reply === undefined) throw new Error('the listener did not answer a SYN');
  return { ...begun, clientNext: clientStart + 1, serverNext: sequenceOf(reply, version) + 1 };
}

export async function established(
  run: PacketRun,
  version: Version,
  clientPort: number,
): Promise<Connection> {
  const connection = await halfOpen(run, version, clientPort);
  await run.in(fromClient(connection, 'A'));
  await run.ask('accept');
  return connection;
}

/** The server closes first, so it is the one that waits. */
export async function timeWait(
  run: PacketRun,
  version: Version,
  clientPort: number,
): Promise<Connection> {
  const connection = await established(run, version, clientPort);
  await run.ask('close');
  const closing = { ...connection, serverNext: connection.serverNext + 1 };
  await run.in(fromClient(closing, 'FA'));
  return { ...closing, clientNext: closing.clientNext + 1 };
}

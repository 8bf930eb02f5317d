/** Packets that name a second candidate, and what the proxy makes of each: the rules of the socket check as rows. */
import { icmpError, ip, joined, protocols, tcp, udp } from './frames.ts';
import type { PacketRun } from './packet-run.ts';
import * as side from './proxy-side.ts';

const { client, ids, stranger, vip } = side;

/** Connections of clients by state; ports tell them apart. */
export interface States {
  readonly open: side.Connection;
  readonly half: side.Connection;
  readonly waiting: side.Connection;
  readonly cookie: side.Connection;
  readonly unknown: side.Connection;
}
/** Both families; filled by `makeStates`. */
export const states: Record<side.Version, States> = {} as Record<side.Version, States>;

/** Sockets of a fresh namespace, in every state that the check tells apart. */
export async function makeStates(run: PacketRun): Promise<void> {
  for (const version of [4, 6] as const) {
    await run.ask('listen', vip[version], side.port, 128);
    const open = await side.established(run, version, 40_001);
    const waiting = await side.timeWait(run, version, 40_002);
    const half = await side.halfOpen(run, version, 40_003);
    states[version] = { open, waiting, half } as States;
    await run.ask('udp', vip[version], 53);
    await run.ask('udp', vip[version], 54);
    await run.ask('udp', vip[version], 55, client[version], 40_010);
  }
  await run.ask('write', '/proc/sys/net/ipv4/tcp_syncookies', 2);
  for (const version of [4, 6] as const) {
    const cookie = await side.halfOpen(run, version, 40_004);
    const unknown = side.untouched(version, 40_005);
    states[version] = { ...states[version], cookie, unknown };
  }
}

export interface Row {
  readonly name: string;
  readonly packet: (version: side.Version) => Uint8Array;
  readonly reason: string;
}
const tcpRow = (
  name: string,
  state: keyof States,
  flags: string,
  reason: string,
  moved: Parameters<typeof side.fromClient>[2] = {},
): Row => ({
  name,
  packet: (version) => side.fromClient(states[version][state], flags, moved),
  reason,
});
const errorRow = (
  name: string,
  quoted: (version: side.Version) => Uint8Array,
  reason: string,
): Row => ({
  name,
  packet: (version) =>
    icmpError(
      { source: stranger[version], destination: vip[version], type: version === 4 ? 3 : 2 },
      quoted(version),
    ),
  reason,
});
const datagramRow = (
  name: string,
  ports: readonly [number, number],
  reason: string,
  payload: readonly number[] = [],
): Row => ({
  name,
  packet: (version) =>
    udp({
      source: client[version],
      sourcePort: ports[0],
      destination: vip[version],
      destinationPort: ports[1],
      payload: Uint8Array.from(payload),
    }),
  reason,
});
const near = 2 ** 24;
const nearWaiting = 2 ** 17;
const quicShort = (id: number) => [0x40, 0xe2, id >> 8, id & 0xff, 1, 2, 3, 4, 5, 6, 7, 8];
const quicLong = (id: number) => [0xe0, 0, 0, 0, 1, 8, 0xe2, id >> 8, id & 0xff, 1, 2, 3, 4, 5];

export const rows: readonly Row[] = [
  tcpRow('a SYN', 'unknown', 'S', 'syn'),
  tcpRow('a SYN of a connection that is open here', 'open', 'S', 'syn'),
  tcpRow('an open connection', 'open', 'PA', 'socket'),
  tcpRow('an open connection, RST', 'open', 'R', 'socket'),
  tcpRow('as far ahead as is near', 'open', 'A', 'socket', { sequence: near - 1 }),
  tcpRow('farther ahead', 'open', 'A', 'on-far', { sequence: near }),
  tcpRow('as far behind as is near', 'open', 'A', 'socket', { sequence: 1 - near }),
  tcpRow('farther behind', 'open', 'A', 'on-far', { sequence: -near }),
  tcpRow('acknowledges our SYN-ACK', 'half', 'A', 'request'),
  tcpRow('acknowledges our SYN-ACK, with data', 'half', 'PA', 'request'),
  tcpRow('acknowledges another SYN-ACK', 'half', 'A', 'on-request', { acknowledgement: 1 }),
  tcpRow('acknowledges another SYN-ACK, FIN', 'half', 'FA', 'on-request', { acknowledgement: -9 }),
  tcpRow('ends the handshake', 'half', 'R', 'request'),
  tcpRow('ends the handshake, RST-ACK of another', 'half', 'RA', 'request', { acknowledgement: 5 }),
  tcpRow('no ACK in the handshake', 'half', 'F', 'request'),
  tcpRow('the last ACK again', 'waiting', 'A', 'time-wait'),
  tcpRow('FIN again', 'waiting', 'FA', 'time-wait', { sequence: -1 }),
  tcpRow('a new connection with old ports', 'waiting', 'A', 'on-time-wait', {
    sequence: 5_000_000,
  }),
  tcpRow('an edge ahead', 'waiting', 'A', 'on-time-wait', { sequence: nearWaiting }),
  tcpRow('an edge behind', 'waiting', 'A', 'on-time-wait', { sequence: -nearWaiting }),
  tcpRow('acknowledges our cookie', 'cookie', 'A', 'cookie'),
  tcpRow('acknowledges our cookie, with data', 'cookie', 'PA', 'cookie'),
  tcpRow('acknowledges another cookie', 'cookie', 'A', 'on-listener', { acknowledgement: 77 }),
  tcpRow('RST to a listener', 'cookie', 'R', 'on-listener'),
  tcpRow('a connection that nobody here knows', 'unknown', 'A', 'on-listener'),
  {
    name: 'a port where nobody listens',
    packet: (version) =>
      tcp({
        source: client[version],
        sourcePort: 40_006,
        destination: vip[version],
        destinationPort: 81,
        flags: 'A',
        sequence: 1,
        acknowledgement: 1,
      }),
    reason: 'on-no-socket',
  },
  datagramRow('a datagram to a socket', [40_009, 53], 'udp'),
  datagramRow('an empty datagram to a socket', [40_009, 53], 'udp'),
  datagramRow('a datagram of a connected socket', [40_010, 55], 'udp', quicShort(ids.other)),
  datagramRow('a datagram that no socket takes', [40_009, 99], 'on-udp'),
  datagramRow('QUIC, id of the other, short', [40_009, 54], 'on-udp', quicShort(ids.other)),
  datagramRow('QUIC, id of the other, long', [40_009, 54], 'on-udp', quicLong(ids.other)),
  datagramRow('QUIC, own id, short', [40_009, 54], 'udp', quicShort(ids.self)),
  datagramRow('QUIC, own id, long', [40_009, 54], 'udp', quicLong(ids.self)),
  datagramRow('QUIC, id cut off', [40_009, 54], 'udp', quicShort(ids.other).slice(0, 3)),
  errorRow('an error about a connection here', (v) => side.fromServer(states[v].open), 'icmp'),
  errorRow('about a handshake here', (v) => side.fromServer(states[v].half), 'icmp'),
  errorRow('about one in TIME_WAIT', (v) => side.fromServer(states[v].waiting), 'icmp'),
  errorRow('about an older one', (v) => side.fromServer(states[v].open, near), 'on-icmp'),
  errorRow('about one of a listener', (v) => side.fromServer(states[v].cookie), 'on-icmp'),
  errorRow(
    'about a datagram of a socket',
    (v) => udp({ source: vip[v], sourcePort: 53, destination: client[v], destinationPort: 9 }),
    'icmp',
  ),
  errorRow(
    'about a datagram of nobody',
    (v) => udp({ source: vip[v], sourcePort: 99, destination: client[v], destinationPort: 9 }),
    'on-icmp',
  ),
  errorRow(
    'about what has no ports',
    (v) => ip({ source: vip[v], destination: client[v], protocol: 99 }, new Uint8Array(8)),
    'untold',
  ),
  {
    name: 'a protocol without ports',
    packet: (version) =>
      ip({ source: client[version], destination: vip[version], protocol: 99 }, new Uint8Array(8)),
    reason: 'untold',
  },
  {
    name: 'a first fragment',
    packet: (version) => fragment(version, 0),
    reason: 'untold',
  },
  {
    name: 'a later fragment',
    packet: (version) => fragment(version, 64),
    reason: 'untold',
  },
];

/** A piece of a TCP segment of the unknown connection. */
function fragment(version: side.Version, offset: number): Uint8Array {
  const whole = side.fromClient(states[version].unknown, 'PA');
  const ends = { source: client[version], destination: vip[version] };
  if (version === 4) {
    const piece = { ...ends, protocol: protocols.tcp, dontFragment: false, moreFragments: true };
    return ip({ ...piece, offset }, whole.subarray(20));
  }
  const header = joined([protocols.tcp, 0, offset >> 8, (offset & 0xf8) | 1, 0, 0, 0, 1]);
  return ip({ ...ends, protocol: 44, options: header }, whole.subarray(40));
}

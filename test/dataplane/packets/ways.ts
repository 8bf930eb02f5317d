/** The ways in which a packet travels from a director to a proxy: the frame that comes, and what it becomes when it is taken or handed on. */
import { guePort } from '../../../packages/cluster/src/index.ts';
import { datagram, ethernet, ip, joined, protocols } from './frames.ts';
import { director, macs, other, self, type Version } from './proxy-side.ts';

export interface Way {
  readonly name: string;
  /** Where tunnels are. */
  readonly outer?: Version;
  /** As a director sends it. `second` 0: none. */
  readonly frame: (packet: Uint8Array, second: number, from?: string) => Uint8Array;
  /** Passed up. `second` matters where the tag stays. */
  readonly taken: (packet: Uint8Array, second: number) => Uint8Array;
  /** Sent on to the other proxy. */
  readonly handedOn: (packet: Uint8Array) => Uint8Array;
}

const tag = (hop: number, sender: number, id: number): string =>
  [2, 0x5a, hop, sender, id >> 8, id & 0xff]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':');

function dsr(name: string, vlan?: number): Way {
  const vlanTag = vlan === undefined ? {} : { vlan };
  const frame = (packet: Uint8Array, second: number) =>
    ethernet({ destination: macs.self, source: tag(0, 7, second), ...vlanTag }, packet);
  return {
    name,
    frame,
    taken: frame,
    handedOn: (packet) =>
      ethernet({ destination: macs.other, source: tag(1, 1, 0), ...vlanTag }, packet),
  };
}

/** Outer packet around an inner one. `second` 0: none. */
type Wrap = (packet: Uint8Array, ends: Ends, second: number) => Uint8Array;
interface Ends {
  readonly source: string;
  readonly destination: string;
}

const innerProtocol = (packet: Uint8Array): number =>
  (packet[0] ?? 0) >> 4 === 4 ? protocols.ip4 : protocols.ip6;

export const bare: Readonly<Record<Version, Wrap>> = {
  4: (packet, ends, second) => ip({ ...ends, protocol: innerProtocol(packet), id: second }, packet),
  6: (packet, ends, second) =>
    ip({ ...ends, protocol: innerProtocol(packet), flowLabel: 0xa8000 | second }, packet),
};

/** GUE version 0 with the list of next hops of bpf/wire.h. */
export function gue(outer: Version): Wrap {
  return (packet, ends, second) => {
    const words = outer === 4 ? 3 : 6;
    const hop = new Uint8Array(words * 4);
    hop.set([0x5a, 0x01, 0, 1, second >> 8, second & 0xff]);
    const header = [second === 0 ? 0 : words, innerProtocol(packet), 0, 0];
    const payload = joined(header, second === 0 ? [] : hop, packet);
    const ports = { sourcePort: 0xc123, destinationPort: guePort };
    return ip(
      { ...ends, protocol: protocols.udp },
      datagram({ ...ends, ...ports, payload }, false),
    );
  };
}

interface Tunnel {
  readonly name: string;
  readonly outer: Version;
  readonly wrap: Wrap;
  readonly vlan?: number;
}
function tunnel({ name, outer, wrap, vlan }: Tunnel): Way {
  const vlanTag = vlan === undefined ? {} : { vlan };
  return {
    name,
    outer,
    frame: (packet, second, from = director[outer]) =>
      ethernet(
        { destination: macs.self, source: macs.director, ...vlanTag },
        wrap(packet, { source: from, destination: self[outer] }, second),
      ),
    taken: (packet) =>
      ethernet({ destination: macs.self, source: macs.director, ...vlanTag }, packet),
    handedOn: (packet) =>
      ethernet(
        { destination: macs.other, source: macs.self, ...vlanTag },
        wrap(packet, { source: self[outer], destination: other[outer] }, 0),
      ),
  };
}

export const ways: readonly Way[] = [
  dsr('DSR'),
  dsr('DSR in a VLAN', 42),
  tunnel({ name: 'IPv4 tunnel', outer: 4, wrap: bare[4] }),
  tunnel({ name: 'IPv6 tunnel', outer: 6, wrap: bare[6] }),
  tunnel({ name: 'IPv4 tunnel in a VLAN', outer: 4, wrap: bare[4], vlan: 42 }),
  tunnel({ name: 'GUE over IPv4', outer: 4, wrap: gue(4) }),
  tunnel({ name: 'GUE over IPv6', outer: 6, wrap: gue(6) }),
];

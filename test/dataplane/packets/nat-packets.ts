/** Packets of TCP and UDP that translation has to keep whole. */
import { datagram, type Endpoints, ip, protocols, tcp, udp } from './frames.ts';

/** Bytes in no pattern, an odd number of them. */
export const oddBytes: Uint8Array = Uint8Array.from({ length: 333 }, (_, i) => (i * 7919) & 0xff);
/** Kinds of packets that are translated, each made from its ends. */
export const packetsOf: readonly {
  readonly what: string;
  readonly protocol: number;
  readonly make: (ends: Endpoints) => Uint8Array;
}[] = [
  {
    what: 'SYN',
    protocol: protocols.tcp,
    make: (ends) => tcp({ ...ends, flags: 'S', sequence: 7 }),
  },
  {
    what: 'TCP with data',
    protocol: protocols.tcp,
    make: (ends) =>
      tcp({ ...ends, flags: 'PA', sequence: 7, acknowledgement: 9, payload: oddBytes }),
  },
  {
    what: 'RST',
    protocol: protocols.tcp,
    make: (ends) => tcp({ ...ends, flags: 'R', sequence: 0xffff_ffff }),
  },
  { what: 'UDP', protocol: protocols.udp, make: (ends) => udp({ ...ends, payload: oddBytes }) },
  { what: 'empty UDP', protocol: protocols.udp, make: (ends) => udp(ends) },
  {
    what: 'UDP without checksum',
    protocol: protocols.udp,
    make: (ends) =>
      ip({ ...ends, protocol: protocols.udp }, datagram({ ...ends, payload: oddBytes }, false)),
  },
];

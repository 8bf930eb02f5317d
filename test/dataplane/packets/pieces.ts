/** A datagram in two pieces. */
import { ipFamily } from '../../../packages/cluster/src/index.ts';
import { datagram, ip, protocols, type UdpFields } from './frames.ts';

const first = 504;
const isFirst = (at: number) => at === 0;

/** A fragment header (RFC 8200, 4.5) of UDP. */
const piece6 = (offset: number, more: boolean, id: number) =>
  Uint8Array.of(protocols.udp, 0, offset >> 8, (offset & 0xf8) | (more ? 1 : 0), 0, 0, 0, id);

/** The first 504 bytes, and the rest of them; `id`: 0–255. */
export function inPieces(fields: UdpFields, id: number): readonly [Uint8Array, Uint8Array] {
  const whole = datagram(fields);
  const piece = (at: number, bytes: Uint8Array) =>
    ipFamily(fields.destination) === 6
      ? ip({ ...fields, protocol: 44, options: piece6(at, isFirst(at), id) }, bytes)
      : ip(
          {
            ...fields,
            ...{ protocol: protocols.udp, id, dontFragment: false },
            ...{ offset: at, moreFragments: isFirst(at) },
          },
          bytes,
        );
  return [piece(0, whole.slice(0, first)), piece(first, whole.slice(first))];
}

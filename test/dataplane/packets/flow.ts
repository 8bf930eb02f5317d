/** One flow through a director that translates: packets of both ends, and what is remembered of it. */
import { expect } from 'vitest';
import * as maps from './director-maps.ts';
import { arriving, client, type DirectorSide, reals, vip } from './director-side.ts';
import { type Endpoints, hex, joined, macBytes, protocols, tcp, udp } from './frames.ts';
import { addressOf, asked, type Family, fromReal, realPort } from './nat-side.ts';
import type { Outcome } from './packet-run.ts';

/** Each flow has a port of its own, so that no test knows another's. */
let lastPort = 1_024;
const nextPort = () => ++lastPort;

/** Id of the real to which a frame was sent; 0: to nobody. */
export function realIn({ verdict, frame }: Outcome): number {
  if (verdict !== 'tx') return 0;
  return reals.find(({ mac }) => hex(macBytes(mac)) === hex(frame.subarray(0, 6)))?.id ?? 0;
}

/** `enum reason`, as far as flows are concerned. */
export const reasons = { reply: 10, unnoted: 11, stray: 32, askedOn: 33 } as const;

export interface FlowOf {
  readonly family: Family;
  /** Default: TCP. */
  readonly protocol?: number;
  readonly port?: number;
}

/** A flow from one port of the client to port 80 of the VIP. */
export class Flow {
  readonly #side: DirectorSide;
  readonly family: Family;
  readonly protocol: number;
  readonly port: number;

  constructor(side: DirectorSide, of: FlowOf) {
    const { family, protocol = protocols.tcp, port = nextPort() } = of;
    this.#side = side;
    this.family = family;
    this.protocol = protocol;
    this.port = port;
  }

  /** Id of the real to which a packet of the client goes; 0: to nobody. */
  async to(flags: string, sequence = 1, acknowledgement = 0): Promise<number> {
    const ends = asked(this.family, this.port);
    const packet =
      this.protocol === protocols.udp
        ? udp(ends)
        : tcp({ ...ends, flags, sequence, acknowledgement });
    return realIn(await this.#side.run.run(arriving(packet)));
  }

  /** Reason that is counted for an answer of a real. */
  async from(id: number, flags: string, sequence = 1): Promise<number> {
    const ends = this.answer(id);
    const packet =
      this.protocol === protocols.udp
        ? udp(ends)
        : tcp({ ...ends, flags, sequence, acknowledgement: 2 });
    return (await this.#side.reasonOf(fromReal(packet))).reason;
  }

  answer(id: number): Endpoints {
    return {
      source: addressOf(this.family, id),
      sourcePort: realPort,
      destination: client[this.family],
      destinationPort: this.port,
    };
  }

  /** Client and real have answered one another. */
  async opened(id: number): Promise<void> {
    expect(await this.to('S')).toBe(id);
    expect(await this.from(id, 'SA', 7_000)).toBe(reasons.reply);
    expect(await this.to('A', 2, 7_001)).toBe(id);
  }

  /** Of its entry in the memory. */
  get key(): Uint8Array {
    const { family, port, protocol } = this;
    return joined(maps.wideAddress(client[family]), maps.wideAddress(vip[family]), [
      port >> 8,
      port & 255,
      0,
      80,
      protocol,
      0,
      0,
      0,
    ]);
  }

  isNoted(): Promise<boolean> {
    return this.#side.run.get('flows', this.key).then(
      () => true,
      () => false,
    );
  }

  /** As if nothing had been heard of it for so long. */
  async silentFor(seconds: number, map: 'flows' | 'openings' = 'flows'): Promise<void> {
    const note = Buffer.from(await this.#side.run.get(map, this.key));
    note.writeUInt32LE(note.readUInt32LE(0) - seconds, 0);
    await this.#side.run.set(map, this.key, note);
  }
}

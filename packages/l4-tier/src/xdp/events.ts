/** `struct event` of the program: single packets, told of by chance or because their flow is watched. */
import { canonicalAddress } from '@tricade/cluster';
import { isCanarySender } from './canary.ts';
import { reasonWords } from './counters.ts';
import type { HelperClient } from './helper-client.ts';

export interface PacketEvent {
  /** CLOCK_MONOTONIC of the director, ns. */
  readonly atNs: bigint;
  readonly source: string;
  readonly destination: string;
  /** 0 where the packet has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IP protocol number. */
  readonly protocol: number;
  /** Why it was not forwarded, or only by another packet's flow; undefined: it was. */
  readonly reason?: string;
  /** IP bytes as they came. */
  readonly bytes: number;
  /** What it was forwarded by: number of the service in the counters, row within the service, real, second candidate (0: none). */
  readonly forwarded?: {
    readonly service: number;
    readonly hash: number;
    readonly row: number;
    readonly real: number;
    readonly second: number;
  };
  /** Told of because its flow is watched, forwarded or not: it stands for itself alone. */
  readonly watched: boolean;
}

const eventBytes = 64;
const noService = 0xffff_ffff;
/** `REASON_WATCHED`. */
const watchedReason = 9;

/** Records one behind the other, as the helper hands them out. */
export function eventsIn(bytes: Buffer): readonly PacketEvent[] {
  return Array.from({ length: Math.floor(bytes.length / eventBytes) }, (_, at) =>
    eventIn(bytes.subarray(at * eventBytes, (at + 1) * eventBytes)),
  );
}

function eventIn(bytes: Buffer): PacketEvent {
  const number = bytes.readUInt8(45);
  const service = bytes.readUInt32LE(48);
  const reason = reasonWords[number];
  return {
    atNs: bytes.readBigUInt64LE(0),
    source: addressText(bytes.subarray(8, 24)),
    destination: addressText(bytes.subarray(24, 40)),
    sourcePort: bytes.readUInt16BE(40),
    destinationPort: bytes.readUInt16BE(42),
    protocol: bytes.readUInt8(44),
    ...(reason === undefined ? {} : { reason }),
    bytes: bytes.readUInt16LE(46),
    ...(service === noService ? {} : { forwarded: forwardedIn(bytes, service) }),
    watched: number === watchedReason || (service === noService && bytes.readUInt32LE(52) !== 0),
  };
}

function forwardedIn(bytes: Buffer, service: number): NonNullable<PacketEvent['forwarded']> {
  return {
    service,
    hash: bytes.readUInt32LE(52),
    row: bytes.readUInt32LE(56),
    real: bytes.readUInt16LE(60),
    second: bytes.readUInt16LE(62),
  };
}

/** `struct address`: IPv4 as ::ffff:a.b.c.d. */
function addressText(wide: Buffer): string {
  if (wide.readUInt16BE(10) === 0xffff && wide.subarray(0, 10).every((byte) => byte === 0))
    return wide.subarray(12).join('.');
  const words = Array.from({ length: 8 }, (_, at) => wide.readUInt16BE(at * 2).toString(16));
  return canonicalAddress(words.join(':')) ?? words.join(':');
}

/** Index of `REASON_UNTOLD` in `reason_counters`. */
export const untoldReason = 15;

/** How many events the ring had no room for, since the maps were made. Throws TRI-D20, TRI-D21. */
export async function untoldEvents(client: HelperClient): Promise<number> {
  const sums = await client.bytes(`sum reason_counters ${untoldReason} 1`);
  return Number(sums.readBigUInt64LE(0));
}

export interface EventsSince {
  /** Where the next reading begins. */
  readonly next: bigint;
  /** How many of those asked for were not kept. */
  readonly lost: number;
  readonly events: readonly PacketEvent[];
}

/** Everything that the helper keeps from number `from` on, but for packets of our own; the helper keeps the newest 8,192. Throws TRI-D20, TRI-D21. */
export async function eventsSince(client: HelperClient, from: bigint): Promise<EventsSince> {
  let next = from;
  let lost = 0;
  const events: PacketEvent[] = [];
  for (;;) {
    const [number = '0', missed, bytes = ''] = (await client.ask(`events ${next}`)).split(' ');
    next = BigInt(number);
    lost += Number(missed);
    if (bytes === '') return { next, lost, events };
    const read = eventsIn(Buffer.from(bytes, 'base64'));
    events.push(...read.filter(({ source }) => !isCanarySender(source)));
  }
}

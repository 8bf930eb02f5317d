/** Packets that directors told of, as lines for people. Pure. */
import type { Agreement, SeenPacket } from '@tricade/cluster';
import { toned } from './table.ts';

/** One of the stream. */
export interface SeenAt extends SeenPacket, Omit<Agreement, 'seen'> {
  /** Wall clock of who watched, when it was read. */
  readonly atMs: number;
  readonly director: string;
}

const protocolWords: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp6',
};

/** When and where, whose packet, what became of it, and whether trace says so. */
export function seenLines(at: SeenAt): readonly string[] {
  const time = new Date(at.atMs).toISOString().slice(11, 23);
  const from = endText(at.sourceAddress, at.sourcePort);
  const to = endText(at.destinationAddress, at.destinationPort);
  const protocol = protocolWords[at.protocol] ?? `protocol ${at.protocol}`;
  const packet = `${from} > ${to}  ${protocol} ${at.bytes} B`;
  return [`${time}  ${at.director}  ${packet}  ${fateText(at)}  ${agreementText(at)}`.trimEnd()];
}

function endText(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function fateText({ sent, reason }: SeenAt): string {
  const by = reason === undefined ? '' : ` (${reason})`;
  if (sent === undefined) return `not sent: ${reason ?? '?'}`;
  const second = sent.second === undefined ? '' : `, else ${sent.second}`;
  return `to ${sent.real}${second} by row ${sent.row}${by}`;
}

function agreementText({ agrees, traced, tracedEnd }: SeenAt): string {
  if (agrees === true) return toned('as traced', 'good');
  const says = tracedEnd ?? (traced.length === 0 ? '' : `one of ${traced.join(' ')}`);
  if (agrees === undefined) return says === '' ? '' : toned(`trace: ${says}`, 'faint');
  return toned(`differs: trace says ${tracedEnd ?? traced.join(' ')}`, 'bad');
}

/** A packet of our own through a receiver's program, as the kernel would run it: what stands in maps is one thing, that it hands on another. */
import { addressBytes, ipFamily, type ReceiverLive, type ReceiverState } from '@tricade/cluster';
import { macBytes } from '../xdp/abi.ts';
import type { HelperClient } from '../xdp/helper-client.ts';
import { checkProgram } from './check-parts.ts';

/** `XDP_TX`. */
const sentBack = '3';
/** Senders that nobody is (RFC 5737, RFC 3849). */
const senders = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
/** Discard (RFC 863), from and to: no connection of a client has these ports. */
const port = 9;

interface CanaryInput {
  readonly state: ReceiverState;
  readonly live: ReceiverLive;
  /** Of the device. */
  readonly mac: string;
}

/**
 * Why a packet of a connection that nobody has is not handed on to the second candidate that it names; undefined where it is, or where there is nobody
 * to hand it to. It is counted as any other.
 */
export async function checkCanaryFault(
  client: HelperClient,
  { state, live, mac }: CanaryInput,
): Promise<string | undefined> {
  const vip = state.vips[0]?.split('/')[0];
  const other = state.socketCheck?.reals.find(
    ({ name, address }) => name !== state.node && live.reals[address] !== undefined,
  );
  if (vip === undefined || other === undefined || state.socketCheck?.namesSecond !== true)
    return undefined;
  const frame = canaryFrame(vip, mac, other.id);
  const said = await client.ask(`test ${checkProgram} ${frame.toString('base64')}`);
  const [verdict = '', packet = ''] = said.split(' ');
  const to = Buffer.from(packet, 'base64').subarray(0, 6);
  if (verdict === sentBack && to.equals(macBytes(live.reals[other.address] ?? '')))
    return undefined;
  return `a packet of nobody's connection is not handed on to ${other.name} (verdict ${verdict})`;
}

/** An ACK in a tagged frame; checksums are not looked at by the program. */
export function canaryFrame(vip: string, mac: string, second: number): Buffer {
  const family = ipFamily(vip) as 4 | 6;
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(port, 0);
  tcp.writeUInt16BE(port, 2);
  tcp.set([0x50, 0x10, 0xff, 0xff], 12);
  const ethernet = Buffer.alloc(14);
  ethernet.set(macBytes(mac));
  ethernet.set([0x02, 0x5a, 0, 0, second >> 8, second & 0xff], 6);
  ethernet.writeUInt16BE(family === 4 ? 0x0800 : 0x86dd, 12);
  const fixed =
    family === 4 ? [0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0] : [0x60, 0, 0, 0, 0, 20, 6, 64];
  const ends = [addressBytes(senders[family]), addressBytes(vip)];
  return Buffer.concat([ethernet, Buffer.from(fixed), ...ends, tcp]);
}

/** Which packets are asked for. Pure. */
import {
  canonicalAddress,
  contains,
  type Flow,
  type SeenPacket,
  TricadeError,
} from '@tricade/cluster';

/** By `--from` and `--to`: addresses or prefixes, with or without a port. Throws TRI-U007. */
export function packetMatch({
  from,
  to,
}: {
  readonly from?: string;
  readonly to: string;
}): (packet: SeenPacket) => boolean {
  const source = from === undefined ? undefined : endOf(from);
  const destination = endOf(to);
  return (packet) =>
    isAt(destination, packet.destinationAddress, packet.destinationPort) &&
    (source === undefined || isAt(source, packet.sourceAddress, packet.sourcePort));
}

/** The one flow that is asked for, where both ends are an address with its port. Throws TRI-U007. */
export function flowAsked(asked: {
  readonly from?: string;
  readonly to: string;
  readonly protocol: Flow['protocol'];
}): Flow | undefined {
  const [from, to] = [asked.from === undefined ? undefined : endOf(asked.from), endOf(asked.to)];
  if (from?.port === undefined || to.port === undefined) return undefined;
  if (from.address.includes('/') || to.address.includes('/')) return undefined;
  return {
    protocol: asked.protocol,
    sourceAddress: from.address,
    sourcePort: from.port,
    destinationAddress: to.address,
    destinationPort: to.port,
  };
}

interface End {
  readonly address: string;
  readonly port?: number;
}

function endOf(text: string): End {
  const found = /^(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})$/.exec(text);
  const [bare = '', length] = (found?.[1] ?? found?.[2] ?? text).split('/');
  const address = canonicalAddress(bare);
  if (address === undefined || Number(length ?? 0) > 128)
    throw new TricadeError('TRI-U007', `neither an address nor a prefix: ${JSON.stringify(text)}`, {
      hint: 'e.g. 203.0.113.10:80, 203.0.113.10, [2001:db8::1]:80 or 192.0.2.0/24',
    });
  const whole = length === undefined ? address : `${address}/${length}`;
  return found === null ? { address: whole } : { address: whole, port: Number(found[3]) };
}

function isAt(end: End, address: string, port: number): boolean {
  const same = end.address.includes('/') ? contains(end.address, address) : end.address === address;
  return same && (end.port === undefined || end.port === port);
}

/** A captured frame in one line. Pure. */
import type { Frame, Packet } from './frame.ts';

/** `02:…:01 > 02:…:11  192.0.2.9:4242 > 203.0.113.10:80 tcp S` */
export function describeFrame(frame: Frame): string {
  const macs = `${frame.sourceMac} > ${frame.destinationMac}`;
  const vlan = frame.vlan === undefined ? '' : `  vlan ${frame.vlan}`;
  return `${macs}${vlan}  ${contents(frame)}`;
}

function contents({ arp, packet, etherType }: Frame): string {
  if (packet) return describePacket(packet);
  if (arp?.operation === 'request')
    return `arp who has ${arp.targetAddress}, tell ${arp.senderAddress}`;
  if (arp?.operation === 'reply') return `arp ${arp.senderAddress} is at ${arp.senderMac}`;
  return `type 0x${etherType.toString(16).padStart(4, '0')}`;
}

function describePacket({ ip, transport, inner }: Packet): string {
  const endpoint = (address: string, port: number | undefined): string => {
    if (port === undefined) return address;
    return ip.version === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  };
  const ends = [
    endpoint(ip.sourceAddress, transport?.sourcePort),
    endpoint(ip.destinationAddress, transport?.destinationPort),
  ].join(' > ');
  if (inner) return `${ends} { ${describePacket(inner)} }`;
  if (ip.fragmentOffset !== undefined) return `${ends} fragment at ${ip.fragmentOffset}`;
  if (transport === undefined) return `${ends} protocol ${ip.protocol}`;
  const { protocol, flags, type, code, payloadBytes } = transport;
  const detail = flags ?? (type === undefined ? '' : `${type}/${code}`);
  return [ends, protocol, detail, payloadBytes > 0 ? `${payloadBytes} bytes` : '']
    .filter((word) => word !== '')
    .join(' ');
}

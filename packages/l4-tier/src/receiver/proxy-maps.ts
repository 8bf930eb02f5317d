/** Values of the proxy's maps as bytes: the ABI of `bpf/proxy-maps.h`, for machines whose numbers are little-endian (x86-64, arm64). Pure. */
import { addressBytes, guePort } from '@tricade/cluster';
import { macBytes } from '../xdp/abi.ts';

/** `PROXY_ABI`: the program passes every packet up where the configuration says another. */
export const proxyAbi = 1;

export const proxyFlags = { tunnel: 1 } as const;
/** `enum sender`. */
export const senderKinds = { director: 1, proxy: 2, plain: 3 } as const;

export interface ProxyConfig {
  /** Tunnels that end at the addresses are taken off. */
  readonly takesTunnels: boolean;
  /** Of the device where packets come in. */
  readonly mac: string;
  /** What the tag of a packet that is handed on calls this proxy, 0–255. */
  readonly self: number;
  /** Where tunnels end: the first of each family. */
  readonly addresses: readonly string[];
}

/** `struct proxy_config`. Throws RangeError where an address is none. */
export function proxyConfigValue(config: ProxyConfig): Buffer {
  const value = Buffer.alloc(40);
  value.writeUInt32LE(proxyAbi, 0);
  value.writeUInt32LE(config.takesTunnels ? proxyFlags.tunnel : 0, 4);
  value.set(macBytes(config.mac), 8);
  value.writeUInt8(config.self, 14);
  for (const address of config.addresses.toReversed()) {
    const bytes = addressBytes(address);
    value.set(bytes, bytes.length === 4 ? 16 : 24);
  }
  value.writeUInt16BE(guePort, 20);
  return value;
}

/** A value of `vips` (anything will do) or of `senders`. */
export function numberValue(number: number): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32LE(number);
  return value;
}

/** Names of `enum proxy_reason` by their number: what became of a packet. */
export const proxyReasons: Readonly<Record<string, number>> = {
  settled: 0,
  'handed-on': 1,
  syn: 2,
  socket: 3,
  request: 4,
  'time-wait': 5,
  cookie: 6,
  udp: 7,
  icmp: 8,
  untold: 9,
  'own-second': 10,
  'abi-differs': 15,
  'on-no-socket': 16,
  'on-listener': 17,
  'on-request': 18,
  'on-time-wait': 19,
  'on-far': 20,
  'on-udp': 21,
  'on-icmp': 22,
  'second-unknown': 32,
  sender: 33,
  malformed: 34,
  fragment: 35,
  options: 36,
  nested: 37,
  'not-vip': 38,
  'no-room': 39,
  congested: 40,
};

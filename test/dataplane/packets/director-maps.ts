/** Keys and values of the director's maps as bytes, written from packages/l4-tier/bpf/abi.h. */
import { addressBytes, ipFamily, keyBytes } from '../../../packages/cluster/src/index.ts';
import { joined, macBytes } from './frames.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const modes = {
  none: 0,
  dsr: 1,
  ip: 2,
  gue: 3,
  dnat: 4,
  'full-nat': 5,
  unknown: 99,
} as const;
export const affinities = { flow: 0, source: 1, 'source-network': 2 } as const;
export const serviceFlags = {
  jhash: 1,
  noPorts: 2,
  second: 4,
  secondUdp: 8,
  ownMac: 16,
  byFlow: 32,
} as const;
export const configFlags = { deny: 1, limit: 2, prefixes: 4, replies: 8, returns: 16 } as const;

/** Numbers of the machine's order one behind the other, each of so many bytes. */
export function numbers(bytes: 1 | 2 | 4 | 8, ...values: readonly number[]): Bytes {
  const all = Buffer.alloc(bytes * values.length);
  for (const [i, value] of values.entries()) {
    if (bytes === 8) all.writeBigUInt64LE(BigInt(value), 8 * i);
    else all.writeUIntLE(value, bytes * i, bytes);
  }
  return Uint8Array.from(all);
}

const port = (number: number): readonly number[] => [number >> 8, number & 0xff];

/** IPv4 as ::ffff:a.b.c.d. */
export function wideAddress(address: string): Bytes {
  const bytes = addressBytes(address);
  return bytes.length === 16 ? joined(bytes) : joined(new Uint8Array(10), [0xff, 0xff], bytes);
}

export function classAddress(number: number): Bytes {
  return joined(new Uint8Array(12), [0, 0], port(number));
}

export function serviceKey(address: Uint8Array, portNumber: number, protocol: number): Bytes {
  return joined(address, port(portNumber), [protocol, 0]);
}

export interface ServiceFields {
  /** 32 hexadecimal digits. */
  readonly hashKey: string;
  readonly rowsAt?: number;
  readonly rowsCount: number;
  readonly id?: number;
  readonly flags?: number;
  readonly mode: keyof typeof modes;
  readonly affinity?: keyof typeof affinities;
  readonly realPort?: number;
}

export function service(fields: ServiceFields): Bytes {
  const { rowsAt = 0, id = 0, flags = 0, affinity = 'flow', realPort = 0 } = fields;
  return joined(
    keyBytes(fields.hashKey),
    numbers(4, rowsAt, fields.rowsCount, id, flags),
    [modes[fields.mode], affinities[affinity]],
    port(realPort),
    numbers(4, 0),
  );
}

export interface RealFields {
  /** Left out: not known. */
  readonly mac?: string;
  readonly addresses: readonly string[];
  readonly arm?: number;
  readonly vlan?: number;
}

export function real({ mac, addresses, arm = 0, vlan = 0 }: RealFields): Bytes {
  const ipv4 = addresses.find((address) => ipFamily(address) === 4);
  const ipv6 = addresses.find((address) => ipFamily(address) === 6);
  const flags = (mac ? 1 : 0) | (ipv4 ? 2 : 0) | (ipv6 ? 4 : 0);
  return joined(
    mac ? macBytes(mac) : new Uint8Array(6),
    numbers(2, flags),
    ipv4 ? addressBytes(ipv4) : new Uint8Array(4),
    [arm, 0],
    numbers(2, vlan),
    ipv6 ? addressBytes(ipv6) : new Uint8Array(16),
  );
}

export interface ArmFields {
  readonly ifindex: number;
  readonly mac: string;
  readonly mtuBytes?: number;
  readonly virtualMac?: string;
  readonly virtualClass?: number;
}

function arm({ ifindex, mac, mtuBytes = 1600, virtualMac, virtualClass = 0 }: ArmFields): Bytes {
  return joined(
    numbers(4, ifindex),
    numbers(2, mtuBytes),
    macBytes(mac),
    virtualMac ? macBytes(virtualMac) : new Uint8Array(6),
    numbers(2, 0),
    [0, 0, ...port(virtualClass)],
  );
}

export interface ConfigFields {
  readonly abi?: number;
  readonly flags?: number;
  readonly self: number;
  readonly sampleMask?: number;
  readonly outer: readonly string[];
  readonly spread?: number;
  readonly limitNs?: number;
  readonly burstNs?: number;
  readonly servicesEpoch?: number;
  /** Full NAT: what stands in the client's place, `count` ports from `first` on. */
  readonly nat?: {
    readonly addresses: readonly string[];
    readonly first: number;
    readonly count: number;
  };
  /** Default: more than there is room for. */
  readonly mostDatagrams?: number;
  readonly arms: readonly ArmFields[];
}

export function config(fields: ConfigFields): Bytes {
  const { flags = 0, sampleMask = 0xffff_ffff, spread = 0, limitNs = 0, burstNs = 0 } = fields;
  const ipv4 = fields.outer.find((address) => ipFamily(address) === 4);
  const ipv6 = fields.outer.find((address) => ipFamily(address) === 6);
  const { addresses = [], first = 0, count = 0 } = fields.nat ?? {};
  const nat4 = addresses.find((address) => ipFamily(address) === 4);
  const nat6 = addresses.find((address) => ipFamily(address) === 6);
  const arms = joined(...fields.arms.map(arm));
  return joined(
    numbers(4, fields.abi ?? 7, flags),
    [fields.self, 0, ...port(6080)],
    numbers(4, sampleMask),
    ipv4 ? addressBytes(ipv4) : new Uint8Array(4),
    numbers(4, spread),
    ipv6 ? addressBytes(ipv6) : new Uint8Array(16),
    numbers(8, limitNs, burstNs),
    numbers(4, 0, fields.servicesEpoch ?? 0),
    numbers(8, 0x1234_5678, 0x2345_6789),
    arms,
    new Uint8Array(4 * 24 - arms.length),
    numbers(8, fields.mostDatagrams ?? 0x7fff_ffff),
    nat6 ? addressBytes(nat6) : new Uint8Array(16),
    nat4 ? addressBytes(nat4) : new Uint8Array(4),
    numbers(2, first, count),
  );
}

/** Destination NAT: what an answer becomes. */
export function reply(vip: string, portNumber: number): Bytes {
  return joined(wideAddress(vip), port(portNumber), [0, 0]);
}

/**
 * Keys and values of the director's maps as bytes: the ABI of `bpf/abi.h`, written for machines whose numbers are little-endian (x86-64, arm64).
 * Pure.
 */
import { addressBytes, guePort, parsePrefix } from '@tricade/cluster';

/** `DIRECTOR_ABI`: the program passes every packet up where the configuration says another. */
export const directorAbi = 7;

/** Bytes of each map's key and value. */
export const layouts: Readonly<
  Record<string, { readonly keyBytes: number; readonly valueBytes: number }>
> = {
  director_config: { keyBytes: 4, valueBytes: 208 },
  rows: { keyBytes: 4, valueBytes: 4 },
  reals: { keyBytes: 4, valueBytes: 32 },
  services: { keyBytes: 20, valueBytes: 40 },
  vip_prefixes: { keyBytes: 20, valueBytes: 4 },
  denied_sources: { keyBytes: 20, valueBytes: 4 },
  replies: { keyBytes: 20, valueBytes: 20 },
  egress: { keyBytes: 4, valueBytes: 4 },
};

/** `enum mode`. */
export const modeNumbers: Readonly<Record<string, number>> = {
  none: 0,
  dsr: 1,
  tunnel: 2,
  gue: 3,
  dnat: 4,
  'full-nat': 5,
};
/** `enum affinity`. */
const affinityNumbers = { flow: 0, source: 1, 'source-network': 2 } as const;
/** IP protocol numbers; `any` is 0. */
const protocolNumbers = { any: 0, tcp: 6, udp: 17 } as const;

/** `struct address`: IPv4 as ::ffff:a.b.c.d. Throws RangeError where it is no address. */
export function wideAddress(address: string): Buffer {
  const bytes = addressBytes(address);
  const wide = Buffer.alloc(16);
  if (bytes.length === 4) wide.writeUInt16BE(0xffff, 10);
  wide.set(bytes, 16 - bytes.length);
  return wide;
}

/** `struct address` of a class of addresses: a VIPless prefix. */
export function classAddress(number: number): Buffer {
  const wide = Buffer.alloc(16);
  wide.writeUInt32BE(number, 12);
  return wide;
}

/** `struct service_key`. Port 0: all ports. */
export function serviceKey(
  address: Buffer,
  port: number,
  protocol: keyof typeof protocolNumbers,
): Buffer {
  const key = Buffer.alloc(20);
  key.set(address);
  key.writeUInt16BE(port, 16);
  key.writeUInt8(protocolNumbers[protocol], 18);
  return key;
}

export const serviceFlags = {
  jhash: 1,
  noPorts: 2,
  second: 4,
  secondUdp: 8,
  ownMac: 16,
  byFlow: 32,
} as const;

export interface ServiceValue {
  readonly hashKey: Uint8Array;
  readonly rowsAt: number;
  readonly rowsCount: number;
  readonly id: number;
  readonly flags: number;
  readonly mode: number;
  readonly affinity: keyof typeof affinityNumbers;
}

/** `struct service`. */
export function serviceValue(service: ServiceValue): Buffer {
  const value = Buffer.alloc(40);
  value.set(service.hashKey);
  value.writeUInt32LE(service.rowsAt, 16);
  value.writeUInt32LE(service.rowsCount, 20);
  value.writeUInt32LE(service.id, 24);
  value.writeUInt32LE(service.flags, 28);
  value.writeUInt8(service.mode, 32);
  value.writeUInt8(affinityNumbers[service.affinity], 33);
  return value;
}

/** Where the rows of a `struct service` lie, and its number. */
export function readService(value: Buffer): Pick<ServiceValue, 'rowsAt' | 'rowsCount' | 'id'> {
  return {
    rowsAt: value.readUInt32LE(16),
    rowsCount: value.readUInt32LE(20),
    id: value.readUInt32LE(24),
  };
}

const realFlags = { known: 1, v4: 2, v6: 4 } as const;

/** `struct real`: a MAC that is not known makes it get nothing. `arm`: index of the device behind which it lies. */
export function realValue(
  mac: string | undefined,
  addresses: readonly string[],
  arm: number = 0,
): Buffer {
  const value = Buffer.alloc(32);
  let flags = 0;
  if (mac !== undefined) {
    value.set(macBytes(mac));
    flags |= realFlags.known;
  }
  for (const address of addresses) {
    const bytes = addressBytes(address);
    const flag = bytes.length === 4 ? realFlags.v4 : realFlags.v6;
    if ((flags & flag) !== 0) continue;
    value.set(bytes, bytes.length === 4 ? 8 : 16);
    flags |= flag;
  }
  value.writeUInt16LE(flags, 6);
  value.writeUInt8(arm, 12);
  return value;
}

export function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

export const configFlags = { deny: 1, limit: 2, prefixes: 4, replies: 8, returns: 16 } as const;
/** No packet is an event by chance alone. */
const noSample = 0xffff_ffff;
/** `l4.sample` where the file says nothing: at a million packets a second some 250 of them are told of. */
const defaultSample = 4_096;

/** `sample_mask` of one packet in so many, the next power of two; undefined for none of them (0). */
export function sampleMask(sample: number = defaultSample): number | undefined {
  return sample === 0 ? undefined : 2 ** Math.ceil(Math.log2(sample)) - 1;
}

/** A device that packets come in by and leave by. */
export interface Arm {
  readonly ifindex: number;
  readonly mac: string;
  readonly mtuBytes: number;
}

export interface ConfigValue {
  readonly flags: number;
  readonly self: number;
  /** Outer sources of tunnels: the first address of each family. */
  readonly addresses: readonly string[];
  /** IPv4 prefix whose host bits come from each flow's hash; left out: the first address alone. */
  readonly sources?: string;
  /** 16 random bytes, made once a boot. */
  readonly secret: Uint8Array;
  /** `mostArms` at most; a real names its own by index. */
  readonly arms: readonly Arm[];
  /** New flows of one source: one each `intervalNs`, so many at once. Left out: as many as come. */
  readonly limit?: { readonly intervalNs: number; readonly burst: number };
  /** One packet in so many becomes an event; 0: none. Default 4,096. */
  readonly sample?: number;
  /** Another number for other services or prefixes: makes the program look them up again. Default 0. */
  readonly servicesEpoch?: number;
  /** Flows of UDP that may be remembered. Default 0. */
  readonly mostDatagrams?: number;
  /** Full NAT: what stands in the client's place, the first address of each family, and `count` ports from `first` on. */
  readonly nat?: {
    readonly addresses: readonly string[];
    readonly first: number;
    readonly count: number;
  };
}

/** Where `arms` lie in `struct director_config`, and how long each is: `ARMS` of them. */
const armsAt = 80;
const armBytes = 24;
export const mostArms = 4;

/** `struct director_config`. */
export function configValue(config: ConfigValue): Buffer {
  const value = Buffer.alloc(208);
  value.writeUInt32LE(directorAbi, 0);
  value.writeUInt32LE(config.flags, 4);
  value.writeUInt8(config.self, 8);
  value.writeUInt16BE(guePort, 10);
  value.writeUInt32LE(sampleMask(config.sample) ?? noSample, 12);
  for (const address of config.addresses.toReversed()) {
    const bytes = addressBytes(address);
    value.set(bytes, bytes.length === 4 ? 16 : 24);
  }
  const sources = config.sources === undefined ? undefined : parsePrefix(config.sources);
  if (sources !== undefined) {
    value.set(addressBytes(sources.address), 16);
    value.writeUInt32LE(2 ** (32 - sources.length) - 1, 20);
  }
  const { intervalNs = 0, burst = 1 } = config.limit ?? {};
  value.writeBigUInt64LE(BigInt(intervalNs), 40);
  // The program lets in one more than what is due later than this.
  value.writeBigUInt64LE(BigInt(intervalNs * (burst - 1)), 48);
  value.writeUInt32LE(config.servicesEpoch ?? 0, 60);
  value.set(config.secret, 64);
  for (const [index, { ifindex, mtuBytes, mac }] of config.arms.entries()) {
    const at = armsAt + armBytes * index;
    value.writeUInt32LE(ifindex, at);
    value.writeUInt16LE(mtuBytes, at + 4);
    value.set(macBytes(mac), at + 6);
  }
  value.writeBigInt64LE(BigInt(config.mostDatagrams ?? 0), 176);
  if (config.nat !== undefined) writeNat(value, config.nat);
  return value;
}

/** The configuration `have` with the devices that `want` has besides or instead, so that reals may lie behind them. Hexadecimal, as `have` and `want`. */
export function withArmsOf(have: string, want: string): string {
  const arm = (text: string, index: number) =>
    text.slice((armsAt + armBytes * index) * 2, (armsAt + armBytes * (index + 1)) * 2);
  const arms = Array.from({ length: mostArms }, (_, index) => {
    const wanted = arm(want, index);
    return /^0*$/.test(wanted) ? arm(have, index) : wanted;
  });
  const end = armsAt + armBytes * mostArms;
  return have.slice(0, armsAt * 2) + arms.join('') + have.slice(end * 2);
}

/** Keys and values of `egress`, hexadecimal: by which device the frames of each arm leave. */
export function egressOf(arms: readonly Arm[]): ReadonlyMap<string, string> {
  const word = (number: number): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(number);
    return bytes.toString('hex');
  };
  return new Map(arms.map(({ ifindex }, index) => [word(index), word(ifindex)]));
}

/** The same without the flow that is watched: whoever watches it has it set there for a while, and it is nobody's wish that it stay. */
export function withoutWatch(value: Buffer): Buffer {
  const rest = Buffer.from(value);
  rest.writeUInt32LE(0, 56);
  return rest;
}

function writeNat(value: Buffer, nat: NonNullable<ConfigValue['nat']>): void {
  for (const address of nat.addresses.toReversed()) {
    const bytes = addressBytes(address);
    value.set(bytes, bytes.length === 4 ? 200 : 184);
  }
  value.writeUInt16LE(nat.first, 204);
  value.writeUInt16LE(nat.count, 206);
}

/** The secret that a `struct director_config` holds; undefined where it holds none yet. */
export function readSecret(value: Buffer): Buffer | undefined {
  const secret = Buffer.from(value.subarray(64, 80));
  return secret.every((byte) => byte === 0) ? undefined : secret;
}

/** `struct prefix_key`: bits of an IPv4 prefix count from bit 96. */
export function prefixKey(address: string, length: number): Buffer {
  const key = Buffer.alloc(20);
  const wide = wideAddress(address);
  key.writeUInt32LE(address.includes(':') ? length : 96 + length, 0);
  key.set(wide, 4);
  return key;
}

/** What `denied_sources` holds under each prefix: nobody looks at it. */
export const deniedValue = '01000000';

/** `struct reply`: the VIP that an answer comes from; its port stays. Without one its flow says whose it is. */
export function replyValue(vip?: string): Buffer {
  const value = Buffer.alloc(20);
  if (vip !== undefined) value.set(wideAddress(vip));
  return value;
}

/** A class as `vip_prefixes` holds it. */
export function classValue(number: number): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(number);
  return value;
}

export function readClass(value: Buffer): number {
  return value.readUInt32BE(0);
}

/** A director as packets meet it: its addresses, its reals, and one service at a time. */
import assert from 'node:assert/strict';
import type { Affinity, HashKind } from '../../../packages/cluster/src/index.ts';
import * as maps from './director-maps.ts';
import { ethernet, ip, joined, protocols } from './frames.ts';
import { type Outcome, PacketRun } from './packet-run.ts';

export const hashKey = '000102030405060708090a0b0c0d0e0f';
export const macs = {
  router: '02:00:00:00:00:01',
  self: '02:00:00:00:00:11',
  other: '02:00:00:00:00:99',
  virtual: '02:00:5e:00:01:07',
} as const;
export const self = 7;
export const outer = { 4: '198.51.100.11', 6: '2001:db8:1::11' } as const;
export const client = { 4: '192.0.2.77', 6: '2001:db8:c::77' } as const;
export const vip = { 4: '203.0.113.10', 6: '2001:db8:f::10' } as const;

export interface Real {
  readonly id: number;
  readonly mac: string;
  readonly addresses: readonly string[];
}
/** Both families; 4 has IPv6 alone, and 5 has no MAC. */
export const reals: readonly Real[] = [1, 2, 3, 4].map((id) => ({
  id,
  mac: `02:00:00:00:00:2${id}`,
  addresses: [...(id === 4 ? [] : [`198.51.100.2${id}`]), `2001:db8:1::2${id}`],
}));
export const realOf = (id: number): Real => reals[id - 1] as Real;
export const unresolved = 5;

export interface Given {
  readonly mode?: keyof typeof maps.modes;
  /** Words of the rows. */
  readonly rows?: readonly number[];
  readonly flags?: number;
  readonly affinity?: Affinity;
  readonly hash?: HashKind;
  readonly port?: number;
  readonly protocol?: number;
  /** NAT: port at the real. */
  readonly realPort?: number;
  readonly config?: Partial<maps.ConfigFields>;
  readonly arm?: Partial<maps.ArmFields>;
}

/** Capacities of maps, where they are not what the program says. */
export interface StartOptions {
  readonly sizes?: Readonly<Record<string, number>>;
}

/** A director with one service on both VIPs: port 80 of TCP unless said otherwise. */
export class DirectorSide {
  readonly run: PacketRun;
  #epoch = 0;
  #keys: readonly Uint8Array[] = [];

  private constructor(run: PacketRun) {
    this.run = run;
  }

  /** `prepare`: as in PacketRun. */
  static async start(prepare = ':', { sizes = {} }: StartOptions = {}): Promise<DirectorSide> {
    const side = new DirectorSide(await PacketRun.start(prepare));
    await side.run.load('director.bpf.c', 'director', sizes);
    for (const { id, ...real } of reals) {
      await side.run.set('reals', maps.numbers(4, id), maps.real(real));
    }
    const silent = maps.real({ addresses: ['198.51.100.25'] });
    await side.run.set('reals', maps.numbers(4, unresolved), silent);
    return side;
  }

  /** Makes the service what a case wants, instead of what an earlier one wanted. */
  async given(wanted: Given): Promise<void> {
    const { mode = 'dsr', rows = [1], flags = 0, affinity, hash = 'multilinear' } = wanted;
    const { port = 80, protocol = protocols.tcp } = wanted;
    for (const [row, word] of rows.entries())
      await this.run.set('rows', maps.numbers(4, row), maps.numbers(4, word));
    for (const key of this.#keys) await this.run.delete('services', key);
    const addresses = [vip[4], vip[6]].map(maps.wideAddress);
    const keys = addresses.map((address) => maps.serviceKey(address, port, protocol));
    const rest = addresses.map((address) => maps.serviceKey(address, 0, 0));
    this.#keys = port === 0 && protocol === 0 ? keys : [...rest, ...keys];
    const isVip = maps.service({ hashKey, rowsCount: 0, mode: 'none' });
    for (const key of rest) await this.run.set('services', key, isVip);
    const value = maps.service({
      hashKey,
      rowsCount: rows.length,
      id: 3,
      mode,
      flags: flags | maps.serviceFlags.second | (hash === 'jhash' ? maps.serviceFlags.jhash : 0),
      ...(affinity ? { affinity } : {}),
      ...(wanted.realPort === undefined ? {} : { realPort: wanted.realPort }),
    });
    for (const key of keys) await this.run.set('services', key, value);
    await this.configure(wanted);
  }

  async configure({ config = {}, arm = {} }: Pick<Given, 'config' | 'arm'>): Promise<void> {
    const value = maps.config({
      self,
      outer: [outer[4], outer[6]],
      arms: [{ ifindex: 1, mac: macs.self, ...arm }],
      servicesEpoch: ++this.#epoch,
      ...config,
    });
    await this.run.set('director_config', maps.numbers(4, 0), value);
  }

  /** Counts by `enum reason`. */
  reasons(): Promise<readonly number[]> {
    return this.run.counters('reason_counters', 48);
  }

  /** What becomes of a frame, by the long way, which looks its service up, and by the short way of what is known then. Rejects where they differ. */
  async sent(frame: Uint8Array): Promise<Outcome> {
    const long = await this.run.run(frame);
    const short = await this.run.run(frame);
    assert.deepEqual(short, long);
    return short;
  }

  /** What becomes of a frame, and the reason that was counted meanwhile (0: forwarded). */
  async reasonOf(frame: Uint8Array): Promise<Outcome & { readonly reason: number }> {
    const before = await this.reasons();
    const outcome = await this.run.run(frame);
    const after = await this.reasons();
    const reason = after.findIndex((count, at) => count !== before[at]);
    return { ...outcome, reason: Math.max(reason, 0) };
  }
}

/** The packet as the router sends it to the director. */
export function arriving(packet: Uint8Array, vlan?: number): Uint8Array {
  const tag = vlan === undefined ? {} : { vlan };
  return ethernet({ destination: macs.self, source: macs.router, ...tag }, packet);
}

/** DSR: the packet as it is; the source MAC names director and second candidate. */
export function byMac(id: number, second: number, packet: Uint8Array, vlan?: number): Uint8Array {
  const tail = [self, second >> 8, second & 0xff].map((n) => n.toString(16).padStart(2, '0'));
  const tag = vlan === undefined ? {} : { vlan };
  const source = `02:5a:00:${tail.join(':')}`;
  return ethernet({ destination: realOf(id).mac, source, ...tag }, packet);
}

export interface Way {
  readonly id: number;
  readonly second: number;
  readonly hash: number;
  /** Family of the outer header. */
  readonly family: 4 | 6;
}

const inside = (packet: Uint8Array) =>
  (packet[0] ?? 0) >> 4 === 4 ? protocols.ip4 : protocols.ip6;
const addressOf = (id: number, family: 4 | 6) =>
  realOf(id).addresses.find((address) => address.includes(':') === (family === 6)) as string;

/** wire.h: IPIP, and IP in IPv6. */
export function byIp({ id, second, hash, family }: Way, packet: Uint8Array): Uint8Array {
  const fields = { source: outer[family], destination: addressOf(id, family) };
  const flowLabel = 0x80000 | ((hash & 0xf) << 15) | second;
  const header = { ...fields, protocol: inside(packet), id: second, flowLabel };
  return ethernet({ destination: realOf(id).mac, source: macs.self }, ip(header, packet));
}

/** wire.h: GUE, with the list of next hops where there is a second candidate. */
export function byGue(way: Way, packet: Uint8Array): Uint8Array {
  const { id, second, hash, family } = way;
  const isKnown = reals[second - 1] !== undefined;
  const known = second === 0 ? [] : maps.wideAddress(isKnown ? addressOf(second, family) : '::');
  const address = known.slice(-16);
  const hop = family === 4 ? address.slice(-4) : address;
  const list = second === 0 ? [] : [0x5a, 1, 0, 1, second >> 8, second & 0xff, 0, 0, ...hop];
  const length = 8 + 4 + list.length + packet.length;
  const source = 0xc000 | (hash & 0x3fff);
  const datagram = joined(
    [source >> 8, source & 0xff, 6080 >> 8, 6080 & 0xff, length >> 8, length & 0xff, 0, 0],
    [list.length / 4, inside(packet), 0, 0],
    list,
    packet,
  );
  const header = {
    source: outer[family],
    destination: addressOf(id, family),
    protocol: protocols.udp,
    flowLabel: 0x80000 | ((hash & 0xf) << 15),
  };
  return ethernet({ destination: realOf(id).mac, source: macs.self }, ip(header, datagram));
}

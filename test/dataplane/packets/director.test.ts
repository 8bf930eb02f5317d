/** The director's verdicts and frames, packet by packet: the very object that hosts get, in BPF_PROG_TEST_RUN. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Affinity,
  flowHash,
  type HashKind,
  keyBytes,
  rowOf,
} from '../../../packages/cluster/src/index.ts';
import * as maps from './director-maps.ts';
import {
  arriving,
  byGue,
  byIp,
  byMac,
  client,
  DirectorSide,
  type Given,
  hashKey,
  macs,
  realOf,
  vip,
} from './director-side.ts';
import { classed, ethernet, hex, joined, protocols, tcp, udp } from './frames.ts';

let side: DirectorSide;
beforeAll(async () => {
  side = await DirectorSide.start();
});
afterAll(() => side.run.close());

const families = [4, 6] as const;
type Family = (typeof families)[number];
const inChange = 1 | (2 << 16);

const ends = (family: Family, port = 80) => ({
  source: client[family],
  sourcePort: 40_001,
  destination: vip[family],
  destinationPort: port,
});
const segment = (family: Family, flags: string, bytes = 5) =>
  tcp({ ...ends(family), flags, sequence: 9, payload: new Uint8Array(bytes).fill(0x61) });
const datagram = (family: Family, port = 80) =>
  udp({ ...ends(family, port), payload: Uint8Array.of(1, 2, 3) });
const hashOf = (family: Family, kind: HashKind = 'multilinear') =>
  flowHash(
    { kind, key: keyBytes(hashKey), affinity: 'flow' },
    {
      sourceAddress: client[family],
      destinationAddress: vip[family],
      sourcePort: 40_001,
      destinationPort: 80,
    },
  );

describe('a packet of a service leaves for its row’s real', () => {
  const packets = [
    { what: 'SYN', second: 0, packet: (family: Family) => segment(family, 'S') },
    { what: 'ACK', second: 2, packet: (family: Family) => segment(family, 'A') },
    { what: 'SYN and ACK', second: 2, packet: (family: Family) => segment(family, 'SA') },
    { what: 'FIN', second: 2, packet: (family: Family) => segment(family, 'FA') },
    { what: 'RST', second: 2, packet: (family: Family) => segment(family, 'R') },
    { what: 'UDP', second: 0, packet: (family: Family) => datagram(family) },
  ];
  const cases = families.flatMap((family) =>
    packets.flatMap((row) => [
      { ...row, family, settled: true },
      { ...row, family, settled: false },
    ]),
  );
  const given = (what: string, settled: boolean): Given => ({
    rows: [settled ? 1 : inChange],
    protocol: what === 'UDP' ? protocols.udp : protocols.tcp,
  });

  test.each(cases)('DSR, IPv$family, $what, settled $settled', async (row) => {
    const packet = row.packet(row.family);
    await side.given(given(row.what, row.settled));
    const { verdict, frame } = await side.sent(arriving(packet));
    expect(verdict).toBe('tx');
    expect(hex(frame)).toBe(hex(byMac(1, row.settled ? 0 : row.second, packet)));
  });

  const tunnels = (['ip', 'gue'] as const).flatMap((mode) =>
    families.flatMap((outside) => cases.map((row) => ({ ...row, mode, outside }))),
  );
  test.each(tunnels)('$mode in IPv$outside: IPv$family, $what, settled $settled', async (row) => {
    const packet = row.packet(row.family);
    const config = row.outside === 6 ? { outer: ['2001:db8:1::11'] } : {};
    await side.given({ ...given(row.what, row.settled), mode: row.mode, config });
    const { verdict, frame } = await side.sent(arriving(packet));
    const second = row.settled ? 0 : row.second;
    const way = { id: 1, second, hash: hashOf(row.family), family: row.outside };
    expect(verdict).toBe('tx');
    expect(hex(frame)).toBe(hex((row.mode === 'ip' ? byIp : byGue)(way, packet)));
  });

  test.each(tunnels.filter(({ what, settled }) => what === cases[0]?.what && settled))(
    '$mode in IPv$outside: IPv$family, DSCP and ECN are those of the packet (RFC 6040, section 4.1)',
    async (row) => {
      const config = row.outside === 6 ? { outer: ['2001:db8:1::11'] } : {};
      await side.given({ ...given(row.what, true), mode: row.mode, config });
      for (const ecn of [0, 1, 2, 3]) {
        const packet = classed(row.packet(row.family), (46 << 2) | ecn);
        const { frame } = await side.run.run(arriving(packet));
        const way = { id: 1, second: 0, hash: hashOf(row.family), family: row.outside };
        const plain = (row.mode === 'ip' ? byIp : byGue)(way, packet);
        const want = joined(plain.subarray(0, 14), classed(plain.subarray(14), (46 << 2) | ecn));
        expect(hex(frame)).toBe(hex(want));
      }
    },
  );

  test('a row that is armed names the real to come as second candidate', async () => {
    await side.given({ rows: [(inChange | 0x8000_0000) >>> 0] });
    const packet = segment(4, 'A');
    expect(hex((await side.sent(arriving(packet))).frame)).toBe(hex(byMac(1, 2, packet)));
  });

  test.each([4, 6] as const)(
    'gue in IPv%s: a second candidate that was deleted is named without its address',
    async (outside) => {
      const config = outside === 6 ? { outer: ['2001:db8:1::11'] } : {};
      await side.given({ rows: [(9 << 16) | 1], mode: 'gue', config });
      const packet = segment(4, 'A');
      const way = { id: 1, second: 9, hash: hashOf(4), family: outside };
      const { verdict, frame } = await side.sent(arriving(packet));
      expect(verdict).toBe('tx');
      expect(hex(frame)).toBe(hex(byGue(way, packet)));
    },
  );

  test('a service without second candidates names none', async () => {
    await side.given({ rows: [inChange], flags: maps.serviceFlags.ownMac });
    const { frame } = await side.sent(arriving(segment(4, 'A')));
    const own = ethernet({ destination: realOf(1).mac, source: macs.self }, segment(4, 'A'));
    expect(hex(frame)).toBe(hex(own));
  });

  test('UDP whose proxies tell flows by connection id names one', async () => {
    await side.given({
      rows: [inChange],
      protocol: protocols.udp,
      flags: maps.serviceFlags.secondUdp,
    });
    const { frame } = await side.sent(arriving(datagram(4)));
    expect(hex(frame)).toBe(hex(byMac(1, 2, datagram(4))));
  });

  test.each(['dsr', 'ip'] as const)('%s keeps the VLAN that a packet came by', async (mode) => {
    await side.given({ mode });
    const packet = segment(4, 'A');
    const { verdict, frame } = await side.sent(arriving(packet, 42));
    expect(verdict).toBe('tx');
    expect(hex(frame.subarray(12, 18))).toBe('8100002a0800');
    expect(hex(frame.subarray(-packet.length))).toBe(hex(packet));
  });

  test.each([
    ['an unresolved real', { rows: [5] }, 22],
    ['a row without a real', { rows: [0] }, 21],
    [
      'a real without an address of the outer family',
      { mode: 'ip', rows: [4], config: { outer: ['198.51.100.11'] } },
      23,
    ],
    ['a mode that is not there', { mode: 'unknown' }, 30],
  ] as const)('%s: dropped and counted', async (_, given, reason) => {
    await side.given(given);
    expect(await side.reasonOf(arriving(segment(4, 'A')))).toMatchObject({
      verdict: 'drop',
      reason,
    });
  });
});

describe('TypeScript and C name the same row', () => {
  const rows = Array.from({ length: 251 }, (_, row) => 1000 + row);
  const flows = 250;
  const address = (family: Family, n: number) =>
    family === 4
      ? `10.${n & 0xff}.${(n * 7) & 0xff}.${(n * 31) & 0xff}`
      : `2001:db8:${(n * 257) & 0xffff || 1}:${n + 1}:${n + 2}:${n + 3}:${n + 4}:${n + 5}`
          .split(':')
          .map((part, i) => (i < 2 ? part : Number(part).toString(16)))
          .join(':');
  const affinities: readonly (Affinity | 'no ports')[] = [
    'flow',
    'no ports',
    'source',
    'source-network',
  ];
  const cases = (['multilinear', 'jhash'] as const).flatMap((hash) =>
    families.flatMap((family) => affinities.map((affinity) => ({ hash, family, affinity }))),
  );

  beforeAll(async () => {
    for (const id of rows) {
      const mac = `02:00:00:00:${(id >> 8).toString(16).padStart(2, '0')}:${(id & 0xff).toString(16).padStart(2, '0')}`;
      const real = maps.real({ mac, addresses: ['198.51.100.30'] });
      await side.run.set('reals', maps.numbers(4, id), real);
    }
  });

  test.each(cases)('$hash, IPv$family, $affinity', async ({ hash, family, affinity: kind }) => {
    const isPortless = kind === 'no ports';
    const affinity = isPortless ? 'flow' : kind;
    const flags = isPortless ? maps.serviceFlags.noPorts : 0;
    await side.given({ rows, hash, affinity, flags });
    const rule = { kind: hash, key: keyBytes(hashKey), affinity };
    const seen = new Set<number>();
    for (let n = 1; n <= flows; n++) {
      const sourcePort = (n * 7919) & 0xffff;
      const source = address(family, n);
      const packet = tcp({ ...ends(family), source, sourcePort, flags: 'A', sequence: n });
      const { frame } = await side.sent(arriving(packet));
      const tuple = { sourceAddress: source, destinationAddress: vip[family] };
      const ports = isPortless ? {} : { sourcePort, destinationPort: 80 };
      const row = rowOf(flowHash(rule, { ...tuple, ...ports }), rows.length);
      expect(((frame[4] ?? 0) << 8) | (frame[5] ?? 0), source).toBe(rows[row]);
      seen.add(row);
    }
    expect(seen.size).toBeGreaterThan(100);
  });
});

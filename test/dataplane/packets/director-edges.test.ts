/** What a director does with everything that is no plain packet of a service: refused, answered, passed up, or dropped, and counted each time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as maps from './director-maps.ts';
import { arriving, byMac, client, DirectorSide, hashKey, macs, vip } from './director-side.ts';
import { checksum, ethernet, hex, icmpError, ip, joined, protocols, tcp, udp } from './frames.ts';

let side: DirectorSide;
beforeAll(async () => {
  side = await DirectorSide.start();
});
afterAll(() => side.run.close());

const families = [4, 6] as const;
type Family = (typeof families)[number];
const inChange = 1 | (2 << 16);
const reasons = { otherMac: 2, notIp: 3, noVip: 4, echo: 5, tooBig: 6, icmpError: 7, fragment: 8 };
const drops = {
  malformed: 16,
  denied: 17,
  limited: 18,
  noPort: 19,
  fragmentLost: 24,
  icmpOther: 25,
  extensions: 26,
  noRoom: 27,
  vlan: 28,
};

const ends = (family: Family, port = 80) => ({
  source: client[family],
  sourcePort: 40_001,
  destination: vip[family],
  destinationPort: port,
});
const ack = (family: Family, bytes = 0) =>
  tcp({ ...ends(family), flags: 'A', sequence: 9, payload: new Uint8Array(bytes).fill(0x61) });
/** TCP as it stands behind an IP header. */
const segment = (family: Family) => ack(family).slice(family === 4 ? 20 : 40);
const toVip = (family: Family, more: object, payload: Uint8Array) =>
  ip(
    { source: client[family], destination: vip[family], protocol: protocols.tcp, ...more },
    payload,
  );
const bytes = (...list: number[]) => Uint8Array.from(list);
const pad = (length: number) => new Uint8Array(length);

describe('what is not a service’s packet', () => {
  const toMac = (destination: string, packet = ack(4)) =>
    ethernet({ destination, source: macs.router }, packet);
  const elsewhere = tcp({ ...ends(4), destination: '203.0.113.99', flags: 'S', sequence: 1 });
  const extension = (...chain: readonly number[]) =>
    joined(...chain.map((next) => [next, 0, 0, 0, 0, 0, 0, 0]), segment(6));
  const v6 = (protocol: number, payload: Uint8Array) => arriving(toVip(6, { protocol }, payload));

  test.each([
    ['a frame to another MAC', toMac(macs.other), 'pass', reasons.otherMac],
    [
      'ARP',
      ethernet({ destination: macs.self, source: macs.router, type: 0x0806 }, pad(46)),
      'pass',
      reasons.notIp,
    ],
    [
      'two VLAN tags',
      ethernet({ destination: macs.self, source: macs.router, vlan: 5, type: 0x88a8 }, pad(46)),
      'pass',
      reasons.notIp,
    ],
    ['an address that is no VIP', arriving(elsewhere), 'pass', reasons.noVip],
    [
      'a port that is no service',
      arriving(tcp({ ...ends(4, 81), flags: 'S', sequence: 1 })),
      'drop',
      drops.noPort,
    ],
    ['another protocol', arriving(udp(ends(4))), 'drop', drops.noPort],
    [
      'another protocol without ports',
      arriving(toVip(4, { protocol: protocols.gre }, pad(8))),
      'drop',
      drops.noPort,
    ],
    [
      'IPv4 longer than its frame',
      arriving(toVip(4, { length: 41 }, segment(4))),
      'drop',
      drops.malformed,
    ],
    [
      'IPv4 shorter than its header',
      arriving(toVip(4, { length: 19 }, segment(4))),
      'drop',
      drops.malformed,
    ],
    [
      'TCP shorter than its header',
      arriving(toVip(4, { length: 39 }, segment(4))),
      'drop',
      drops.malformed,
    ],
    [
      'UDP shorter than its header',
      arriving(toVip(4, { protocol: protocols.udp, length: 27 }, pad(8))),
      'drop',
      drops.malformed,
    ],
    [
      'IPv6 longer than its frame',
      arriving(toVip(6, { length: 21 }, segment(6))),
      'drop',
      drops.malformed,
    ],
    [
      'IPv6 without a transport header',
      arriving(toVip(6, { length: 0 }, segment(6))),
      'drop',
      drops.malformed,
    ],
    [
      'a source route that goes on',
      v6(43, joined([6, 0, 0, 1, 0, 0, 0, 0], segment(6))),
      'drop',
      drops.extensions,
    ],
    [
      'an extension header longer than the packet',
      v6(60, joined([6, 255, 0, 0, 0, 0, 0, 0], segment(6))),
      'drop',
      drops.malformed,
    ],
    [
      'seven extension headers',
      v6(60, extension(60, 60, 60, 60, 60, 60, 6)),
      'drop',
      drops.extensions,
    ],
    [
      'a tunnel to a VIP',
      arriving(toVip(4, { protocol: protocols.ip4 }, ack(4))),
      'drop',
      drops.noPort,
    ],
  ] as const)('%s: %s', async (_, frame, verdict, reason) => {
    await side.given({});
    const outcome = await side.reasonOf(frame);
    expect(outcome).toMatchObject({ verdict, reason });
    expect(hex(outcome.frame)).toBe(hex(frame));
  });

  test.each([
    ['IPv4 options', toVip(4, { options: bytes(1, 1, 1, 0) }, segment(4))],
    ['the longest IPv4 header', toVip(4, { options: pad(40).fill(1) }, segment(4))],
    ['IPv6 hop-by-hop options', toVip(6, { protocol: 0 }, extension(6))],
    ['six extension headers', toVip(6, { protocol: 60 }, extension(60, 60, 60, 60, 60, 6))],
    ['a source route at its end', toVip(6, { protocol: 43 }, extension(6))],
    [
      'an authentication header',
      toVip(6, { protocol: 51 }, joined([6, 1, 0, 0], pad(8), segment(6))),
    ],
    ['an atomic fragment', toVip(6, { protocol: 44 }, extension(6))],
  ])('%s: forwarded', async (_, packet) => {
    await side.given({ rows: [inChange] });
    const { verdict, frame } = await side.sent(arriving(packet));
    expect(verdict).toBe('tx');
    expect(hex(frame)).toBe(hex(byMac(1, 2, packet)));
  });

  test.each([
    ['IPv4 TCP', ack(4, 3), undefined],
    ['IPv4 TCP in a VLAN', ack(4, 3), 42],
    ['IPv4 options', toVip(4, { options: pad(40).fill(1) }, segment(4)), undefined],
    ['IPv6 TCP', ack(6, 3), undefined],
    ['IPv6 extension headers', toVip(6, { protocol: 0 }, extension(60, 44, 6)), undefined],
    [
      'an ICMP error',
      icmpError({ source: '192.0.2.254', destination: vip[4], type: 3 }, ack(4)),
      undefined,
    ],
    [
      'an ICMPv6 error',
      icmpError({ source: '2001:db8:9::1', destination: vip[6], type: 2 }, ack(6)),
      undefined,
    ],
  ])('%s, cut off at every byte: passed up or dropped, never changed', async (_, packet, vlan) => {
    for (const mode of ['dsr', 'ip', 'gue'] as const) {
      await side.given({ mode, rows: [inChange] });
      const whole = arriving(packet, vlan);
      await side.run.run(whole); // its service is known then: cut ones meet the short way
      for (let length = 14; length < whole.length; length++) {
        const frame = whole.slice(0, length);
        const outcome = await side.sent(frame);
        expect(['pass', 'drop'], `${mode}, ${length} bytes`).toContain(outcome.verdict);
        expect(hex(outcome.frame)).toBe(hex(frame));
      }
    }
  });

  test('without a configuration of its ABI it passes everything up', async () => {
    await side.given({ config: { abi: 999 } });
    expect(await side.reasonOf(arriving(ack(4)))).toMatchObject({ verdict: 'pass', reason: 1 });
  });
});

describe('services by more than their port', () => {
  const anyPort = { port: 0, protocol: protocols.tcp };
  test('every port of a protocol', async () => {
    await side.given(anyPort);
    const packet = tcp({ ...ends(4, 9999), flags: 'S', sequence: 1 });
    expect(hex((await side.sent(arriving(packet))).frame)).toBe(hex(byMac(1, 0, packet)));
    expect(await side.reasonOf(arriving(udp(ends(4))))).toMatchObject({ reason: drops.noPort });
  });

  test.each([
    ['GRE', toVip(4, { protocol: protocols.gre }, pad(8))],
    ['TCP', tcp({ ...ends(4, 5), flags: 'S', sequence: 1 })],
    ['UDP over IPv6', udp(ends(6, 53))],
  ])('every protocol: %s', async (_, packet) => {
    await side.given({ port: 0, protocol: 0, flags: maps.serviceFlags.noPorts });
    expect(hex((await side.sent(arriving(packet))).frame)).toBe(hex(byMac(1, 0, packet)));
  });

  test('a VIPless prefix takes packets to each of its addresses, and answers pings', async () => {
    const address = maps.classAddress(7);
    const service = maps.service({ hashKey, rowsCount: 1, mode: 'dsr' });
    const isVip = maps.service({ hashKey, rowsCount: 0, mode: 'none' });
    await side.run.set('services', maps.serviceKey(address, 443, protocols.tcp), service);
    await side.run.set('services', maps.serviceKey(address, 0, 0), isVip);
    const prefix = joined(maps.numbers(4, 96 + 28), maps.wideAddress('203.0.113.64'));
    await side.run.set('vip_prefixes', prefix, address.slice(12));
    await side.given({ config: { flags: maps.configFlags.prefixes } });
    const to = (destination: string, port = 443) =>
      tcp({ ...ends(4, port), destination, flags: 'S', sequence: 1 });
    const packet = to('203.0.113.79');
    expect(hex((await side.sent(arriving(packet))).frame)).toBe(hex(byMac(1, 0, packet)));
    expect(await side.reasonOf(arriving(to('203.0.113.80')))).toMatchObject({
      reason: reasons.noVip,
    });
    expect(await side.reasonOf(arriving(to('203.0.113.79', 1)))).toMatchObject({
      reason: drops.noPort,
    });
  });

  test('a virtual MAC takes packets to whatever address', async () => {
    const address = maps.classAddress(9);
    const service = maps.service({
      hashKey,
      rowsCount: 1,
      mode: 'dsr',
      flags: maps.serviceFlags.noPorts,
    });
    await side.run.set('services', maps.serviceKey(address, 0, 0), service);
    await side.given({ arm: { virtualMac: macs.virtual, virtualClass: 9 } });
    const packet = tcp({ ...ends(4), destination: '198.51.100.250', flags: 'S', sequence: 1 });
    const frame = ethernet({ destination: macs.virtual, source: macs.router }, packet);
    expect(hex((await side.sent(frame)).frame)).toBe(hex(byMac(1, 0, packet)));
  });
});

describe('guards', () => {
  test('a denied source gets nothing through, its neighbours do', async () => {
    const key = joined(maps.numbers(4, 96 + 31), maps.wideAddress('192.0.2.76'));
    await side.run.set('denied_sources', key, maps.numbers(4, 1));
    await side.given({ config: { flags: maps.configFlags.deny } });
    const from = (source: string) => arriving(tcp({ ...ends(4), source, flags: 'A', sequence: 1 }));
    expect(await side.reasonOf(from('192.0.2.77'))).toMatchObject({ reason: drops.denied });
    expect(await side.reasonOf(from('192.0.2.78'))).toMatchObject({ verdict: 'tx' });
  });

  test('a source opens as many flows as it may, its established ones go on', async () => {
    const hour = 3_600_000_000_000;
    await side.given({
      config: { flags: maps.configFlags.limit, limitNs: hour, burstNs: 4 * hour },
    });
    const from = (source: string, flags: string) =>
      arriving(tcp({ ...ends(4), source, flags, sequence: 1 }));
    const verdicts: string[] = [];
    for (let i = 0; i < 7; i++) verdicts.push((await side.run.run(from('192.0.2.9', 'S'))).verdict);
    expect(verdicts).toEqual(['tx', 'tx', 'tx', 'tx', 'tx', 'drop', 'drop']);
    expect(await side.reasonOf(from('192.0.2.9', 'S'))).toMatchObject({ reason: drops.limited });
    expect(await side.reasonOf(from('192.0.2.9', 'A'))).toMatchObject({ verdict: 'tx' });
    expect(await side.reasonOf(from('192.0.2.10', 'S'))).toMatchObject({ verdict: 'tx' });
  });
});

describe('ICMP', () => {
  const echo = (family: Family, type: number) => {
    const message = joined([type, 0, 0, 0, 0x12, 0x34, 0, 1], pad(32).fill(0x70));
    const protocol = family === 4 ? protocols.icmp : protocols.icmp6;
    const isRequest = type === 8 || type === 128;
    const source = isRequest ? client[family] : vip[family];
    const destination = isRequest ? vip[family] : client[family];
    const whole = ip({ source, destination, protocol }, message);
    const tail = [0, 0, 0, message.length, 0, 0, 0, protocol];
    const pseudo = family === 4 ? pad(0) : joined(whole.slice(8, 40), tail);
    const sum = checksum(joined(pseudo, message));
    whole.set([sum >> 8, sum & 0xff], whole.length - message.length + 2);
    return whole;
  };

  test.each(families)('a VIP answers a ping over IPv%s', async (family) => {
    await side.given({});
    const request = echo(family, family === 4 ? 8 : 128);
    const outcome = await side.reasonOf(arriving(request));
    expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.echo });
    const reply = echo(family, family === 4 ? 0 : 129);
    const wanted = ethernet({ destination: macs.router, source: macs.self }, reply);
    expect(hex(outcome.frame)).toBe(hex(wanted));
  });

  const router = { 4: '192.0.2.254', 6: '2001:db8:9::1' } as const;
  /** A packet from VIP to client, as it met the error. */
  const reply = (family: Family) =>
    tcp({
      source: vip[family],
      sourcePort: 80,
      destination: client[family],
      destinationPort: 40_001,
      flags: 'A',
      sequence: 1,
      payload: pad(20),
    });
  const types = { 4: [3, 11, 12], 6: [1, 2, 3, 4] } as const;
  const errors = families.flatMap((family) => types[family].map((type) => ({ family, type })));
  test.each(errors)(
    'an error of IPv$family, type $type, goes where its flow goes',
    async ({ family, type }) => {
      const rows = [1, 2, 3, inChange, 2 | (3 << 16), 3 | (1 << 16), 1, 2];
      await side.given({ rows });
      const flow = (await side.sent(arriving(ack(family)))).frame;
      const error = icmpError(
        { source: router[family], destination: vip[family], type },
        reply(family),
      );
      const outcome = await side.reasonOf(arriving(error));
      expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.icmpError });
      expect(hex(outcome.frame.subarray(0, 12))).toBe(hex(flow.subarray(0, 12)));
      expect(hex(outcome.frame.subarray(14))).toBe(hex(error));
    },
  );

  test.each([
    [
      'an error about somebody else’s packet',
      icmpError({ source: router[4], destination: vip[4], type: 3 }, ack(4)),
      drops.icmpOther,
    ],
    [
      'an error that quotes too little',
      icmpError({ source: router[4], destination: vip[4], type: 3 }, reply(4).slice(0, 24)),
      drops.icmpOther,
    ],
    [
      'a redirect',
      icmpError({ source: router[4], destination: vip[4], type: 5 }, reply(4)),
      drops.icmpOther,
    ],
    [
      'neighbour solicitation for a VIP',
      icmpError({ source: router[6], destination: vip[6], type: 135 }, pad(16)),
      reasons.noVip,
    ],
  ] as const)('%s', async (_, packet, reason) => {
    await side.given({});
    const verdict = reason === reasons.noVip ? 'pass' : 'drop';
    expect(await side.reasonOf(arriving(packet))).toMatchObject({ verdict, reason });
  });
});

describe('too big for the way to the real', () => {
  const big = { dsr: 1501, ip: 1481, gue: 1457 } as const;
  const sizes = { 4: { dsr: 1500, ip: 1480, gue: 1460 }, 6: { dsr: 1500, ip: 1480, gue: 1460 } };
  const cases = families.flatMap((family) =>
    (['dsr', 'ip', 'gue'] as const).map((mode) => ({ family, mode })),
  );
  test.each(cases)(
    '$mode, IPv$family: answered with the size that is not',
    async ({ family, mode }) => {
      await side.given({ mode, rows: [inChange], arm: { mtuBytes: 1500 } });
      const headers = family === 4 ? 40 : 60;
      const packet = ack(family, big[mode] - headers);
      const outcome = await side.reasonOf(arriving(packet));
      expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.tooBig });
      const mtu = mode === 'gue' ? 1500 - 20 - 8 - 4 - 12 : sizes[family][mode];
      const quote = packet.slice(0, family === 4 ? 96 : 256);
      const error = icmpError(
        { source: vip[family], destination: client[family], type: family === 4 ? 3 : 2 },
        quote,
      );
      const at = family === 4 ? 20 : 40;
      const message = error.slice(at);
      message.set([family === 4 ? 3 : 2, family === 4 ? 4 : 0, 0, 0, 0, 0, mtu >> 8, mtu & 0xff]);
      const pseudo =
        family === 4
          ? pad(0)
          : joined(error.slice(8, 40), [
              0,
              0,
              message.length >> 8,
              message.length & 0xff,
              0,
              0,
              0,
              58,
            ]);
      const sum = checksum(joined(pseudo, message));
      message.set([sum >> 8, sum & 0xff], 2);
      const wanted = joined(error.slice(0, at), message);
      expect(hex(outcome.frame)).toBe(
        hex(ethernet({ destination: macs.router, source: macs.self }, wanted)),
      );
    },
  );

  test.each(cases)('$mode, IPv$family: the largest that fits goes', async ({ family, mode }) => {
    await side.given({ mode, arm: { mtuBytes: 1500 } });
    const headers = family === 4 ? 40 : 60;
    const largest = mode === 'gue' ? 1500 - 20 - 8 - 4 - 12 : sizes[family][mode];
    expect(
      (await side.run.run(arriving(ack(family, largest - headers)))).frame.length,
    ).toBeGreaterThan(1400);
  });

  test('an error that is too big itself is dropped, not answered', async () => {
    await side.given({ mode: 'ip', arm: { mtuBytes: 1500 } });
    const back = { source: vip[4], sourcePort: 80, destination: client[4] };
    const met = tcp({ ...ends(4, 40_001), ...back, flags: 'A', sequence: 1, payload: pad(1420) });
    const error = icmpError({ source: '192.0.2.254', destination: vip[4], type: 3 }, met);
    const outcome = await side.reasonOf(arriving(error));
    expect(outcome).toMatchObject({ verdict: 'drop', reason: drops.noRoom });
  });
});

describe('fragments', () => {
  const payload = joined(segment(4), pad(60).fill(0x41));
  const id = 777;
  const pieces = [
    toVip(4, { id, dontFragment: false, moreFragments: true }, payload.slice(0, 40)),
    toVip(4, { id, dontFragment: false, moreFragments: true, offset: 40 }, payload.slice(40, 64)),
    toVip(4, { id, dontFragment: false, offset: 64 }, payload.slice(64)),
  ] as const;
  const fragment6 = (offset: number, more: number, part: Uint8Array) =>
    toVip(
      6,
      { protocol: 44 },
      joined([6, 0, offset >> 8, (offset & 0xf8) | more, 0, 0, 3, 9], part),
    );
  const pieces6 = [
    fragment6(0, 1, segment(6).slice(0, 20)),
    fragment6(24, 0, pad(24).fill(0x42)),
  ] as const;

  test.each([
    ['IPv4', pieces],
    ['IPv6', pieces6],
  ])('%s: all of them go the way of the first, without a second candidate', async (_, all) => {
    await side.given({ rows: [inChange] });
    for (const piece of all) {
      const { verdict, frame } = await side.run.run(arriving(piece));
      expect(verdict).toBe('tx');
      expect(hex(frame)).toBe(hex(byMac(1, 0, piece)));
    }
  });

  test('one whose first did not come by is dropped and counted', async () => {
    await side.given({});
    const stray = toVip(4, { id: 778, dontFragment: false, offset: 64 }, pad(16));
    expect(await side.reasonOf(arriving(stray))).toMatchObject({
      verdict: 'drop',
      reason: drops.fragmentLost,
    });
  });

  test('where ports do not matter each goes by its addresses', async () => {
    const given = {
      port: 0,
      protocol: 0,
      flags: maps.serviceFlags.noPorts,
      rows: [1, 2, 3, 1, 2, 3, 1],
    };
    await side.given(given);
    const stray = toVip(4, { id: 779, dontFragment: false, offset: 64 }, pad(16));
    const whole = (await side.sent(arriving(ack(4)))).frame;
    const outcome = await side.reasonOf(arriving(stray));
    expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.fragment });
    expect(hex(outcome.frame.subarray(0, 6))).toBe(hex(whole.subarray(0, 6)));
  });

  test('a ping in fragments is not answered', async () => {
    await side.given({});
    const piece = toVip(
      4,
      { protocol: protocols.icmp, dontFragment: false, moreFragments: true },
      bytes(8, 0, 0, 0, 0, 0, 0, 0),
    );
    expect(await side.reasonOf(arriving(piece))).toMatchObject({
      verdict: 'drop',
      reason: drops.fragmentLost,
    });
  });
});

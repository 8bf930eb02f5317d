/** What a director does with everything that is no plain packet of a service: refused, passed up, or dropped, and counted each time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as maps from './director-maps.ts';
import { arriving, byMac, DirectorSide, macs, vip } from './director-side.ts';
import { ack, bytes, drops, ends, inChange, pad, reasons, segment, toVip } from './edge-packets.ts';
import { ethernet, hex, icmpError, joined, protocols, tcp, udp } from './frames.ts';

let side: DirectorSide;
beforeAll(async () => {
  side = await DirectorSide.start();
});
afterAll(() => side.run.close());

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

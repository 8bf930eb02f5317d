/** Which service a packet belongs to, where that is more than a port of an address; and who is not let in. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as maps from './director-maps.ts';
import { arriving, byMac, DirectorSide, hashKey, macs } from './director-side.ts';
import { drops, ends, pad, reasons, toVip } from './edge-packets.ts';
import { ethernet, hex, joined, protocols, tcp, udp } from './frames.ts';

let side: DirectorSide;
beforeAll(async () => {
  side = await DirectorSide.start();
});
afterAll(() => side.run.close());

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

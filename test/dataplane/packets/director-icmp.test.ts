/** ICMP to a VIP, and the ICMP that a director answers packets with that are too big. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arriving, client, DirectorSide, macs, vip } from './director-side.ts';
import { ack, drops, ends, type Family, families, inChange, pad, reasons } from './edge-packets.ts';
import { checksum, ethernet, hex, icmpError, ip, joined, protocols, tcp } from './frames.ts';

let side: DirectorSide;
beforeAll(async () => {
  side = await DirectorSide.start();
});
afterAll(() => side.run.close());

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

/** Full NAT on xdp, both ways: addresses and ports of both ends, and whose the ports of the director are. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordOf } from '../../../packages/cluster/src/index.ts';
import * as maps from './director-maps.ts';
import {
  arriving,
  client,
  type DirectorSide,
  type Given,
  outer,
  realOf,
  vip,
} from './director-side.ts';
import { type Endpoints, hex, icmpError, protocols, tcp, udp } from './frames.ts';
import { packetsOf } from './nat-packets.ts';
import {
  addressOf,
  arms,
  type Family,
  families,
  forgetAll,
  fromReal,
  natSide,
  realPort,
  routerOf,
  toClient,
  toReal,
  turned,
} from './nat-side.ts';
import { inPieces } from './pieces.ts';

const reasons = { noVip: 4, icmpError: 7, reply: 10, noAddress: 31, stray: 32, ports: 34 } as const;
/** A router between director and reals. */
const behind = { 4: '198.51.100.1', 6: '2001:db8:1::1' } as const;
const range = { first: 20_000, count: 1_000 } as const;

let side: DirectorSide;
beforeAll(async () => {
  side = await natSide();
});
afterAll(() => side.run.close());

const config = (
  count: number = range.count,
  addresses: readonly string[] = [outer[4], outer[6]],
) => ({
  flags: maps.configFlags.replies | maps.configFlags.returns,
  nat: { addresses, first: range.first, count },
  arms,
});

/** A service in full NAT, and no flow is known. */
async function given(protocol: number, more: Partial<Given> = {}): Promise<void> {
  await side.given({ mode: 'full-nat', protocol, realPort, config: config(), ...more });
  await forgetAll(side);
}

/** From the client to the VIP, and from the director to the real. */
const asked = (family: Family, sourcePort = 40_001): Endpoints => {
  return { source: client[family], sourcePort, destination: vip[family], destinationPort: 80 };
};
const passed = (family: Family, sourcePort: number): Endpoints => {
  return {
    ...{ source: outer[family], sourcePort },
    ...{ destination: addressOf(family), destinationPort: realPort },
  };
};
/** Source port of the packet in a frame without options. */
const portIn = (family: Family, frame: Uint8Array): number =>
  Buffer.from(frame).readUInt16BE(14 + (family === 4 ? 20 : 40));

/** The flow's port of the director: that of its first packet. */
async function opened(family: Family, protocol: number, from?: number): Promise<number> {
  const ends = asked(family, from);
  const packet = protocol === protocols.udp ? udp(ends) : tcp({ ...ends, flags: 'S', sequence: 6 });
  const { verdict, frame } = await side.run.run(arriving(packet));
  expect(verdict).toBe('tx');
  return portIn(family, frame);
}

/** The same, and both ends know it. */
async function established(family: Family, from?: number): Promise<number> {
  const port = await opened(family, protocols.tcp, from);
  const answer = tcp({
    ...turned(passed(family, port)),
    flags: 'SA',
    sequence: 7_000,
    acknowledgement: 7,
  });
  expect((await side.reasonOf(fromReal(answer))).reason).toBe(reasons.reply);
  const ack = tcp({ ...asked(family, from), flags: 'A', sequence: 7, acknowledgement: 7_001 });
  expect((await side.run.run(arriving(ack))).verdict).toBe('tx');
  return port;
}

const cases = families.flatMap((family) => packetsOf.map((row) => ({ ...row, family })));

describe('packets', () => {
  test.each(cases)('IPv$family, $what: there and back', async ({ family, protocol, make }) => {
    await given(protocol);
    const port = await opened(family, protocol);
    expect(port).toBeGreaterThanOrEqual(range.first);
    expect(port).toBeLessThan(range.first + range.count);
    const there = await side.sent(arriving(make(asked(family))));
    expect(there.verdict).toBe('tx');
    expect(hex(there.frame)).toBe(hex(toReal(make(passed(family, port)))));
    const back = await side.reasonOf(fromReal(make(turned(passed(family, port)))));
    expect(back).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
    expect(hex(back.frame)).toBe(hex(toClient(make(turned(asked(family))))));
  });

  test.each(families)('IPv%s: the pieces of a datagram, there and back', async (family) => {
    await given(protocols.udp);
    const port = await opened(family, protocols.udp);
    const payload = new Uint8Array(1_000).fill(0x61);
    const wanted = inPieces({ ...passed(family, port), payload }, 77);
    for (const [i, piece] of inPieces({ ...asked(family), payload }, 77).entries())
      expect(hex((await side.sent(arriving(piece))).frame)).toBe(
        hex(toReal(wanted[i] as Uint8Array)),
      );
    const given78 = inPieces({ ...turned(asked(family)), payload }, 78);
    for (const [i, piece] of inPieces({ ...turned(passed(family, port)), payload }, 78).entries()) {
      const outcome = await side.reasonOf(fromReal(piece));
      expect(outcome).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
      expect(hex(outcome.frame)).toBe(hex(toClient(given78[i] as Uint8Array)));
    }
  });
});

describe('ICMP errors', () => {
  const types = { 4: [3, 11, 12], 6: [1, 2, 3, 4] } as const;
  const rows = cases.flatMap((row) => types[row.family].map((type) => ({ ...row, type })));

  test.each(rows)(
    'IPv$family, type $type about an answer ($what): from the director, about what the real said',
    async ({ family, type, protocol, make }) => {
      await given(protocol);
      const port = await opened(family, protocol);
      const error = (source: string, ends: Endpoints) =>
        icmpError({ source, destination: ends.source, type }, make(ends));
      const outcome = await side.reasonOf(arriving(error(routerOf[family], turned(asked(family)))));
      expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.icmpError });
      expect(hex(outcome.frame)).toBe(
        hex(toReal(error(outer[family], turned(passed(family, port))))),
      );
    },
  );

  test.each(rows)(
    'IPv$family, type $type about a request ($what): from the VIP, about what the client said',
    async ({ family, type, protocol, make }) => {
      await given(protocol);
      const port = await opened(family, protocol);
      const error = (source: string, ends: Endpoints) =>
        icmpError({ source, destination: ends.source, type }, make(ends));
      const outcome = await side.reasonOf(fromReal(error(behind[family], passed(family, port))));
      expect(outcome).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
      expect(hex(outcome.frame)).toBe(hex(toClient(error(vip[family], asked(family)))));
    },
  );

  test.each(families)('IPv%s: about what nobody said: not for a real', async (family) => {
    await given(protocols.tcp);
    const quoted = tcp({ ...turned(asked(family, 41_000)), flags: 'A', sequence: 1 });
    const error = icmpError(
      { source: routerOf[family], destination: vip[family], type: family === 4 ? 3 : 1 },
      quoted,
    );
    expect(await side.reasonOf(arriving(error))).toMatchObject({
      verdict: 'drop',
      reason: reasons.stray,
    });
  });
});

describe.each(families)('ports of the director, IPv%s', (family) => {
  const syn = (from: number) => arriving(tcp({ ...asked(family, from), flags: 'S', sequence: 6 }));
  const other = (port: number) =>
    fromReal(
      tcp({ ...turned(passed(family, port)), flags: 'SA', sequence: 7_000, acknowledgement: 7 }),
    );

  test('no two flows at one real share one; each keeps its own, whatever becomes of the row', async () => {
    await given(protocols.tcp);
    const clients = Array.from({ length: 20 }, (_, n) => 50_000 + n);
    const ports: number[] = [];
    for (const from of clients) ports.push(await established(family, from));
    expect(new Set(ports).size).toBe(clients.length);
    await side.given({
      ...{ mode: 'full-nat', protocol: protocols.tcp, realPort, config: config() },
      rows: [wordOf(2, 1)],
    });
    for (const [n, from] of clients.entries()) {
      const packet = tcp({
        ...asked(family, from),
        flags: 'PA',
        sequence: 7,
        acknowledgement: 7_001,
      });
      const { frame } = await side.run.run(arriving(packet));
      expect(portIn(family, frame)).toBe(ports[n]);
      expect(hex(frame.subarray(0, 6))).toBe(realOf(1).mac.replaceAll(':', ''));
    }
  });

  test('flows that both ends know lose none; where they have all, the next flow is dropped and counted', async () => {
    await given(protocols.tcp, { config: config(2) });
    const ports = [await established(family, 50_000), await established(family, 50_001)];
    expect(ports.sort()).toEqual([range.first, range.first + 1]);
    expect(await side.reasonOf(syn(50_002))).toMatchObject({
      verdict: 'drop',
      reason: reasons.ports,
    });
  });

  test('flows that are opening take no port away for good', async () => {
    await given(protocols.tcp, { config: config(2) });
    const port = await established(family, 50_000);
    for (let from = 51_000; from < 51_040; from++)
      expect((await side.run.run(syn(from))).verdict).toBe('tx');
    const last = await established(family, 50_001);
    expect(last).not.toBe(port);
    // What was pushed out does not get the answers of who has the port now.
    const outcome = await side.reasonOf(other(last));
    expect(hex(outcome.frame)).toContain((50_001).toString(16));
  });

  test('an answer of no flow, and what the director’s own kernel asked for, are the kernel’s', async () => {
    await given(protocols.tcp);
    for (const port of [range.first + 5, 45_000]) {
      const outcome = await side.reasonOf(other(port));
      expect(outcome).toMatchObject({ verdict: 'pass', reason: reasons.noVip });
      expect(hex(outcome.frame)).toBe(hex(other(port)));
    }
  });

  test('another port of the real, or another real, does not answer for the flow', async () => {
    await given(protocols.tcp);
    const port = await established(family);
    const ends = turned(passed(family, port));
    for (const wrong of [
      { ...ends, sourcePort: 22 },
      { ...ends, source: addressOf(family, 2) },
    ]) {
      const frame = fromReal(tcp({ ...wrong, flags: 'R', sequence: 1 }));
      expect(await side.reasonOf(frame)).toMatchObject({ verdict: 'pass', reason: reasons.noVip });
    }
  });

  test('the middle of a flow of another director goes to the current real, which resets it to the client', async () => {
    await given(protocols.tcp, { rows: [wordOf(1, 2)] });
    const packet = tcp({ ...asked(family), flags: 'PA', sequence: 7, acknowledgement: 7_001 });
    const { verdict, frame } = await side.run.run(arriving(packet));
    expect(verdict).toBe('tx');
    const reset = { ...turned(passed(family, portIn(family, frame))), flags: 'R', sequence: 7_001 };
    const outcome = await side.reasonOf(fromReal(tcp(reset)));
    expect(outcome).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
    expect(hex(outcome.frame)).toBe(
      hex(toClient(tcp({ ...turned(asked(family)), flags: 'R', sequence: 7_001 }))),
    );
  });

  test('a director without an address of the family, and a reset of nobody’s flow', async () => {
    await given(protocols.tcp, { config: config(range.count, [outer[family === 4 ? 6 : 4]]) });
    expect(await side.reasonOf(syn(50_000))).toMatchObject({
      verdict: 'drop',
      reason: reasons.noAddress,
    });
    await given(protocols.tcp);
    const reset = arriving(tcp({ ...asked(family), flags: 'R', sequence: 7 }));
    expect(await side.reasonOf(reset)).toMatchObject({ verdict: 'drop', reason: reasons.stray });
  });
});

describe('hostile frames', () => {
  test.each(families)('IPv%s, cut off at every byte: never changed, never sent', async (family) => {
    await given(protocols.tcp);
    const port = await established(family);
    const types = family === 4 ? 3 : 2;
    const segment = { flags: 'A', sequence: 7, acknowledgement: 7_001 };
    const frames = [
      arriving(tcp({ ...asked(family), ...segment })),
      fromReal(tcp({ ...turned(passed(family, port)), ...segment })),
      arriving(
        icmpError(
          { source: routerOf[family], destination: vip[family], type: types },
          tcp({ ...turned(asked(family)), ...segment }),
        ),
      ),
      fromReal(
        icmpError(
          { source: addressOf(family), destination: outer[family], type: types },
          tcp({ ...passed(family, port), ...segment }),
        ),
      ),
    ];
    for (const frame of frames) {
      expect(['tx', 'redirect']).toContain((await side.run.run(frame)).verdict);
      for (let length = 14; length < frame.length; length++) {
        const short = frame.slice(0, length);
        const outcome = await side.run.run(short);
        expect(['pass', 'drop'], `${length} bytes`).toContain(outcome.verdict);
        expect(hex(outcome.frame)).toBe(hex(short));
      }
    }
  });
});

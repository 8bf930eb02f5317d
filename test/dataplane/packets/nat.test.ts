/** Destination NAT on xdp, both ways: what the translated frame must be is made anew from its fields, checksums included. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as maps from './director-maps.ts';
import {
  arriving,
  client,
  type DirectorSide,
  type Given,
  macs,
  outer,
  vip,
} from './director-side.ts';
import {
  datagram,
  type Endpoints as Ends,
  hex,
  icmpError,
  ip,
  joined,
  protocols,
  tcp,
  udp,
} from './frames.ts';
import { oddBytes, packetsOf } from './nat-packets.ts';
import {
  addressOf,
  answered,
  arms,
  asked,
  type Family,
  families,
  forgetAll,
  fromReal,
  givenBack,
  narrow,
  natSide,
  passed,
  routerOf,
  toClient,
  toReal,
  translated,
} from './nat-side.ts';
import { inPieces } from './pieces.ts';

/** A neighbour that was never asked for. */
const silent = { 4: '192.0.2.78', 6: '2001:db8:c::78' } as const;

let side: DirectorSide;
beforeAll(async () => {
  side = await natSide();
});
afterAll(() => side.run.close());

/** No flow is known from another case. */
async function given(protocol: number, more: Partial<Given> = {}): Promise<void> {
  await side.given(translated(protocol, more));
  await forgetAll(side);
}

const cases = families.flatMap((family) => packetsOf.map((row) => ({ ...row, family })));
const reasons = { noVip: 4, tooBig: 6, icmpError: 7, fragment: 8, reply: 10, malformed: 16 };

describe('requests', () => {
  test.each(cases)('IPv$family, $what', async ({ family, protocol, make }) => {
    await given(protocol);
    const { verdict, frame } = await side.sent(arriving(make(asked(family))));
    expect(verdict).toBe('tx');
    expect(hex(frame)).toBe(hex(toReal(make(passed(family)))));
  });

  test.each(families)('IPv%s: the port stays where the real has no other', async (family) => {
    await given(protocols.tcp, { realPort: 0 });
    const made = (ends: Ends) => tcp({ ...ends, flags: 'A', sequence: 1 });
    const { frame } = await side.sent(arriving(made(asked(family)), 42));
    expect(hex(frame)).toBe(hex(toReal(made({ ...passed(family), destinationPort: 80 }), 42)));
  });

  test('a real without an address of the family gets nothing', async () => {
    await given(protocols.tcp, { rows: [4] });
    const frame = arriving(tcp({ ...asked(4), flags: 'S', sequence: 1 }));
    const outcome = await side.reasonOf(frame);
    expect(outcome).toMatchObject({ verdict: 'drop', reason: 31 });
    expect(hex(outcome.frame)).toBe(hex(frame));
  });

  test.each(families)('IPv%s: too big, answered as it came', async (family) => {
    await given(protocols.udp, {
      config: {
        flags: maps.configFlags.replies,
        arms: [{ ifindex: 1, mac: macs.self, mtuBytes: 1400 }],
      },
    });
    const frame = arriving(udp({ ...asked(family), payload: new Uint8Array(1_400) }));
    const outcome = await side.reasonOf(frame);
    expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.tooBig });
    const quoted = 14 + (family === 4 ? 28 : 48);
    expect(hex(outcome.frame.subarray(quoted))).toBe(
      hex(frame.subarray(14, 14 + outcome.frame.length - quoted)),
    );
  });
});

describe('answers', () => {
  test.each(cases)('IPv$family, $what', async ({ family, protocol, make }) => {
    await given(protocol);
    const outcome = await side.reasonOf(fromReal(make(answered(family))));
    expect(outcome).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
    expect(hex(outcome.frame)).toBe(hex(toClient(make(givenBack(family)))));
  });

  test.each(families)(
    'IPv%s: the kernel asks for a neighbour that is not known',
    async (family) => {
      await given(protocols.tcp);
      const made = (ends: Ends) => tcp({ ...ends, flags: 'SA', sequence: 1 });
      const outcome = await side.reasonOf(fromReal(made(answered(family, silent[family]))));
      expect(outcome).toMatchObject({ verdict: 'pass', reason: reasons.reply });
      expect(hex(outcome.frame)).toBe(hex(fromReal(made(givenBack(family, silent[family])))));
    },
  );

  test.each(families)('IPv%s: too big for its route, answered to the real', async (family) => {
    await given(protocols.udp);
    const packet = udp({ ...answered(family, narrow[family]), payload: new Uint8Array(1_400) });
    const outcome = await side.reasonOf(fromReal(packet));
    expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.tooBig });
    const at = 14 + (family === 4 ? 12 : 8);
    const ends = maps.wideAddress(narrow[family]).slice(family === 4 ? 12 : 0);
    expect(hex(outcome.frame.subarray(at, at + ends.length))).toBe(hex(ends));
  });

  test.each([
    ['to the director itself', 4, { ...answered(4), destination: outer[4] }],
    ['to the director itself', 6, { ...answered(6), destination: outer[6] }],
    ['of another port of the real', 4, { ...answered(4), sourcePort: 22 }],
    ['of another machine', 6, { ...answered(6), source: '2001:db8:1::99' }],
    ['to nowhere', 4, { ...answered(4), destination: '203.0.113.250' }],
  ] as const)('%s, IPv%s: the kernel’s, unchanged', async (_, __, ends) => {
    await given(protocols.tcp);
    const frame = fromReal(tcp({ ...ends, flags: 'A', sequence: 1 }));
    const outcome = await side.reasonOf(frame);
    expect(outcome).toMatchObject({ verdict: 'pass', reason: reasons.noVip });
    expect(hex(outcome.frame)).toBe(hex(frame));
  });

  test('where no service is translated nobody looks for answers', async () => {
    await side.given({ config: { arms } });
    const frame = fromReal(tcp({ ...answered(4), flags: 'A', sequence: 1 }));
    expect(hex((await side.sent(frame)).frame)).toBe(hex(frame));
  });
});

describe('ICMP errors', () => {
  const types = { 4: [3, 11, 12], 6: [1, 2, 3, 4] } as const;
  const rows = families.flatMap((family) =>
    types[family].flatMap((type) => packetsOf.map((packet) => ({ ...packet, family, type }))),
  );
  const turned = ({ source, sourcePort, destination, destinationPort }: Ends): Ends => {
    return {
      source: destination,
      sourcePort: destinationPort,
      destination: source,
      destinationPort: sourcePort,
    };
  };

  test.each(rows)(
    'IPv$family, type $type about the VIP’s answer ($what): for the real, about its own',
    async ({ family, type, protocol, make }) => {
      await given(protocol);
      const from = { source: routerOf[family], type };
      const error = icmpError({ ...from, destination: vip[family] }, make(turned(asked(family))));
      const outcome = await side.reasonOf(arriving(error));
      expect(outcome).toMatchObject({ verdict: 'tx', reason: reasons.icmpError });
      const wanted = { ...from, destination: addressOf(family) };
      expect(hex(outcome.frame)).toBe(hex(toReal(icmpError(wanted, make(turned(passed(family)))))));
    },
  );

  test.each(rows)(
    'IPv$family, type $type of a real about a request ($what): from the VIP, about what was asked',
    async ({ family, type, protocol, make }) => {
      await given(protocol);
      const to = { destination: client[family], type };
      const error = icmpError({ ...to, source: addressOf(family) }, make(passed(family)));
      const outcome = await side.reasonOf(fromReal(error));
      expect(outcome).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
      expect(hex(outcome.frame)).toBe(
        hex(toClient(icmpError({ ...to, source: vip[family] }, make(asked(family))))),
      );
    },
  );

  test.each(families)('IPv%s: eight bytes of the quoted segment are enough', async (family) => {
    await given(protocols.tcp);
    const header = family === 4 ? 20 : 40;
    const short = (ends: Ends) => tcp({ ...ends, flags: 'A', sequence: 1 }).slice(0, header + 8);
    const from = { source: routerOf[family], type: family === 4 ? 3 : 1 };
    const error = icmpError({ ...from, destination: vip[family] }, short(turned(asked(family))));
    const { frame } = await side.reasonOf(arriving(error));
    const wanted = { ...from, destination: addressOf(family) };
    expect(hex(frame)).toBe(hex(toReal(icmpError(wanted, short(turned(passed(family)))))));
  });

  test('of a router behind the director: its address does not show', async () => {
    await given(protocols.udp);
    const to = { destination: client[4], type: 3 };
    const error = icmpError({ ...to, source: '198.51.100.1' }, udp(passed(4)));
    const { verdict, frame } = await side.reasonOf(fromReal(error));
    expect(verdict).toBe('redirect');
    expect(hex(frame)).toBe(hex(toClient(icmpError({ ...to, source: vip[4] }, udp(asked(4))))));
  });
});

describe('pieces', () => {
  const cut = (ends: Ends, id: number) =>
    inPieces({ ...ends, payload: new Uint8Array(1_000).fill(0x61) }, id);

  test.each(families)('of a request go to the real of the first, IPv%s', async (family) => {
    await given(protocols.udp);
    const wanted = cut(passed(family), 77);
    for (const [i, piece] of cut(asked(family), 77).entries()) {
      const { verdict, frame } = await side.sent(arriving(piece));
      expect(verdict).toBe('tx');
      expect(hex(frame)).toBe(hex(toReal(wanted[i] as Uint8Array)));
    }
  });

  test.each(families)('of an answer come from the VIP of the first, IPv%s', async (family) => {
    await given(protocols.udp);
    const wanted = cut(givenBack(family), 78);
    for (const [i, piece] of cut(answered(family), 78).entries()) {
      const outcome = await side.reasonOf(fromReal(piece));
      expect(outcome).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
      expect(hex(outcome.frame)).toBe(hex(toClient(wanted[i] as Uint8Array)));
    }
  });
});

describe('hostile frames', () => {
  const errorTo = (family: Family) =>
    icmpError(
      { source: routerOf[family], destination: vip[family], type: family === 4 ? 3 : 2 },
      tcp({ ...givenBack(family), flags: 'A', sequence: 1 }),
    );
  const errorFrom = (family: Family) =>
    icmpError(
      { source: addressOf(family), destination: client[family], type: family === 4 ? 3 : 2 },
      tcp({ ...passed(family), flags: 'A', sequence: 1 }),
    );
  const whole = families.flatMap((family) => [
    [`IPv${family} request`, arriving(tcp({ ...asked(family), flags: 'A', sequence: 1 }))] as const,
    [
      `IPv${family} answer`,
      fromReal(tcp({ ...answered(family), flags: 'A', sequence: 1 })),
    ] as const,
    [`IPv${family} error about an answer`, arriving(errorTo(family))] as const,
    [`IPv${family} error about a request`, fromReal(errorFrom(family))] as const,
    [
      `IPv${family} answer in a VLAN`,
      fromReal(tcp({ ...answered(family), flags: 'A', sequence: 1 }), 42),
    ] as const,
  ]);

  test.each(whole)('%s, cut off at every byte: never changed, never sent', async (_, frame) => {
    await given(protocols.tcp);
    await side.run.run(frame);
    for (let length = 14; length < frame.length; length++) {
      const short = frame.slice(0, length);
      const outcome = await side.sent(short);
      expect(['pass', 'drop'], `${length} bytes`).toContain(outcome.verdict);
      expect(hex(outcome.frame)).toBe(hex(short));
    }
  });

  test.each(families)(
    'IPv%s: errors whose quotation ends anywhere are changed as a whole or not at all',
    async (family) => {
      await given(protocols.tcp);
      const quoted = tcp({ ...givenBack(family), flags: 'A', sequence: 1 });
      const inside = tcp({ ...answered(family), flags: 'A', sequence: 1 });
      const header = family === 4 ? 20 : 40;
      const from = { source: routerOf[family], type: family === 4 ? 3 : 1 };
      for (let length = 0; length <= quoted.length; length++) {
        const error = (destination: string, packet: Uint8Array) =>
          icmpError({ ...from, destination }, packet.slice(0, length));
        // Half of a checksum stays what it was.
        const half = Uint8Array.from(inside);
        if (length === header + 17) half[header + 16] = quoted[header + 16] as number;
        const frame = arriving(error(vip[family], quoted));
        const outcome = await side.sent(frame);
        const wanted = length < header + 8 ? frame : toReal(error(addressOf(family), half));
        expect(hex(outcome.frame), `${length} bytes`).toBe(hex(wanted));
      }
    },
  );

  test('a quotation with the longest IPv4 header', async () => {
    await given(protocols.udp);
    const quoted = (ends: Ends) =>
      ip(
        { ...ends, protocol: protocols.udp, options: new Uint8Array(40).fill(1) },
        datagram({ ...ends, payload: oddBytes }),
      );
    const from = { source: routerOf[4], type: 3 };
    const error = icmpError({ ...from, destination: vip[4] }, quoted(givenBack(4)));
    const { frame } = await side.reasonOf(arriving(error));
    const wanted = icmpError({ ...from, destination: addressOf(4) }, quoted(answered(4)));
    expect(hex(frame)).toBe(hex(toReal(wanted)));
  });

  test('a quotation that says its header is shorter than any', async () => {
    await given(protocols.udp);
    const quoted = joined([0x41], udp(givenBack(4)).slice(1));
    const frame = arriving(
      icmpError({ source: routerOf[4], destination: vip[4], type: 3 }, quoted),
    );
    const outcome = await side.reasonOf(frame);
    expect(outcome).toMatchObject({ verdict: 'drop' });
    expect(hex(outcome.frame)).toBe(hex(frame));
  });
});

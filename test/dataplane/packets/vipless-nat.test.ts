/** A VIPless prefix in destination NAT on xdp: its flow says which address an answer comes from. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wordOf } from '../../../packages/cluster/src/index.ts';
import * as maps from './director-maps.ts';
import { arriving, type DirectorSide, outer } from './director-side.ts';
import { type Endpoints, hex, joined, protocols, tcp } from './frames.ts';
import {
  addressOf,
  arms,
  asked,
  families,
  forgetAll,
  fromReal,
  natSide,
  realPort,
  toClient,
  toReal,
  turned,
} from './nat-side.ts';

const reasons = { noVip: 4, reply: 10, stray: 32, ports: 34 } as const;

let side: DirectorSide;
beforeAll(async () => {
  side = await natSide();
});
afterAll(() => side.run.close());

describe.each(families)('a VIPless prefix in destination NAT, IPv%s', (family) => {
  const prefix = { 4: '203.0.113.64', 6: '2001:db8:f:1::' } as const;
  const vips = {
    4: ['203.0.113.70', '203.0.113.71'],
    6: ['2001:db8:f:1::70', '2001:db8:f:1::71'],
  } as const;
  const length = { 4: 96 + 26, 6: 64 } as const;
  const to = (at: 0 | 1, sourcePort = 40_001): Endpoints => {
    return { ...asked(family, sourcePort), destination: vips[family][at] };
  };
  const at = (ends: Endpoints): Endpoints => {
    return { ...ends, destination: addressOf(family), destinationPort: realPort };
  };
  const made = (ends: Endpoints, flags: string) =>
    tcp({ ...ends, flags, sequence: 7, acknowledgement: 7 });

  beforeAll(async () => {
    const { serviceFlags } = maps;
    const hashKey = '000102030405060708090a0b0c0d0e0f';
    const service = maps.service({
      hashKey,
      rowsCount: 1,
      mode: 'dnat',
      flags: serviceFlags.byFlow,
      realPort,
    });
    const none = maps.service({ hashKey, rowsCount: 0, mode: 'none' });
    await side.run.set('services', maps.serviceKey(maps.classAddress(1), 0, 0), none);
    await side.run.set(
      'services',
      maps.serviceKey(maps.classAddress(1), 80, protocols.tcp),
      service,
    );
    const key = joined(maps.numbers(4, length[family]), maps.wideAddress(prefix[family]));
    await side.run.set('vip_prefixes', key, Uint8Array.of(0, 0, 0, 1));
    const real = maps.serviceKey(maps.wideAddress(addressOf(family)), realPort, protocols.tcp);
    await side.run.set('replies', real, maps.reply('::', 0));
    const flags = maps.configFlags.replies | maps.configFlags.returns | maps.configFlags.prefixes;
    await side.given({ rows: [wordOf(1)], protocol: protocols.udp, config: { arms, flags } });
  });

  test('a flow comes back from the address that was asked', async () => {
    await forgetAll(side);
    for (const which of [0, 1] as const) {
      const ends = to(which, 40_001 + which);
      const there = await side.sent(arriving(made(ends, 'S')));
      expect(hex(there.frame)).toBe(hex(toReal(made(at(ends), 'S'))));
      const back = await side.reasonOf(fromReal(made(turned(at(ends)), 'SA')));
      expect(back).toMatchObject({ verdict: 'redirect', reason: reasons.reply });
      expect(hex(back.frame)).toBe(hex(toClient(made(turned(ends), 'SA'))));
    }
  });

  test('another director carries it on, from the client’s next packet', async () => {
    await forgetAll(side);
    const before = await side.reasonOf(fromReal(made(turned(at(to(0))), 'A')));
    expect(before).toMatchObject({ verdict: 'drop', reason: reasons.stray });
    expect((await side.run.run(arriving(made(to(0), 'A')))).verdict).toBe('tx');
    const { frame } = await side.run.run(fromReal(made(turned(at(to(0))), 'A')));
    expect(hex(frame)).toBe(hex(toClient(made(turned(to(0)), 'A'))));
  });

  test('two addresses asked from one port of a client: the flow that is there keeps the real, the other gets none', async () => {
    await forgetAll(side);
    await side.run.run(arriving(made(to(0), 'S')));
    await side.run.run(fromReal(made(turned(at(to(0))), 'SA')));
    await side.run.run(arriving(made(to(0), 'A')));
    const ack = tcp({ ...to(0), flags: 'A', sequence: 8, acknowledgement: 8 });
    await side.run.run(arriving(ack));
    const other = await side.reasonOf(arriving(made(to(1), 'S')));
    expect(other).toMatchObject({ verdict: 'drop', reason: reasons.ports });
    const { frame } = await side.run.run(fromReal(made(turned(at(to(0))), 'A')));
    expect(hex(frame)).toBe(hex(toClient(made(turned(to(0)), 'A'))));
  });

  test('what the director itself was answered stays its own', async () => {
    const frame = fromReal(made({ ...turned(at(to(0))), destination: outer[family] }, 'A'));
    const outcome = await side.reasonOf(frame);
    expect(outcome).toMatchObject({ verdict: 'pass', reason: reasons.noVip });
    expect(hex(outcome.frame)).toBe(hex(frame));
  });
});

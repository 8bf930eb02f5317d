/** Where packets leave: by another device than they came in by, with another VLAN tag; and what is told of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as maps from './director-maps.ts';
import { arriving, byIp, byMac, DirectorSide, macs, realOf } from './director-side.ts';
import { ack, drops, ends } from './edge-packets.ts';
import { hex, tcp } from './frames.ts';

let side: DirectorSide;
beforeAll(async () => {
  side = await DirectorSide.start();
  await side.run.set('reals', maps.numbers(4, 2), maps.real({ ...realOf(2), arm: 1 }));
  await side.run.set('reals', maps.numbers(4, 3), maps.real({ ...realOf(3), vlan: 30 }));
  // Any device will do: what the program is asked for is where the frame shall go.
  await side.run.set('egress', maps.numbers(4, 1), maps.numbers(4, 1));
});
afterAll(() => side.run.close());

const first = { ifindex: 1, mac: macs.self };
const second = { ifindex: 2, mac: macs.other };
const syn = tcp({ ...ends(4), flags: 'S', sequence: 1 });

describe('a real behind another device', () => {
  test('DSR: the frame is the same, and goes there', async () => {
    await side.given({ rows: [2], config: { arms: [first, second] } });
    const { verdict, frame } = await side.sent(arriving(syn));
    expect([verdict, hex(frame)]).toEqual(['redirect', hex(byMac(2, 0, syn))]);
  });

  test('a tunnel begins with the MAC of that device', async () => {
    await side.given({ mode: 'ip', rows: [2], config: { arms: [first, second] } });
    const { verdict, frame } = await side.sent(arriving(syn));
    const want = byIp({ id: 2, second: 0, hash: 0, family: 4 }, syn);
    expect(verdict).toBe('redirect');
    expect(hex(frame.slice(0, 6))).toBe(hex(want.slice(0, 6)));
    expect(hex(frame.slice(6, 12))).toBe(macs.other.replaceAll(':', ''));
    expect(hex(frame.slice(14))).toBe(hex(want.slice(14)));
  });

  test('a device that is not there: dropped and counted', async () => {
    await side.given({ rows: [2], config: { arms: [first] } });
    expect(await side.reasonOf(arriving(syn))).toMatchObject({
      verdict: 'drop',
      reason: drops.arm,
    });
  });

  test('the size of that device counts', async () => {
    const arms = [
      { ...first, mtuBytes: 9_000 },
      { ...second, mtuBytes: 1_400 },
    ];
    await side.given({ rows: [2], config: { arms } });
    expect(await side.reasonOf(arriving(ack(4, 1_400)))).toMatchObject({
      verdict: 'tx',
      reason: 6,
    });
    expect(await side.reasonOf(arriving(ack(4, 1_300)))).toMatchObject({ verdict: 'redirect' });
  });
});

describe('a real in a VLAN', () => {
  test('the tag of a frame is replaced, its priority stays', async () => {
    await side.given({ rows: [3] });
    const { frame } = await side.sent(arriving(syn, 0xa000 | 20));
    expect(hex(frame)).toBe(hex(byMac(3, 0, syn, 0xa000 | 30)));
  });

  test('a frame without a tag is dropped and counted', async () => {
    await side.given({ rows: [3] });
    expect(await side.reasonOf(arriving(syn))).toMatchObject({
      verdict: 'drop',
      reason: drops.vlan,
    });
  });

  test('without one of its own the tag stays', async () => {
    await side.given({ rows: [1] });
    const { frame } = await side.sent(arriving(syn, 20));
    expect(hex(frame)).toBe(hex(byMac(1, 0, syn, 20)));
  });
});

/** Datagrams while rows change, by real directors and receivers: plain ones follow their row, QUIC goes to whom its connection id names. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wordOf } from '../../packages/cluster/src/index.ts';
import { ids, size, vip, ZeroBreakNet } from './zero-break-net.ts';

const names = 53;
const h3 = 443;
const count = 20;
let net: ZeroBreakNet;

beforeAll(async () => {
  net = await ZeroBreakNet.up('dsr');
  await net.route('l4a', 'l4b');
});
afterAll(() => net?.down());

/** Every row of p1 goes to p2: armed, flipped, cleared. */
const rowsAt = (step: 'before' | 'arm' | 'flip' | 'clear'): Uint32Array => {
  const word = {
    before: wordOf(ids.p1),
    arm: wordOf(ids.p1, ids.p2, true),
    flip: wordOf(ids.p2, ids.p1),
    clear: wordOf(ids.p2),
  }[step];
  return new Uint32Array(size).fill(word);
};
const answeredBy = (server: string) => ({ servers: { [server]: count }, failed: 0 });
const plain = (port: number) => net.drive('udp', vip[4], { count, port });
const quic = (server: number) => net.drive('quic', vip[4], { count, port: h3, server });

test('armed: everything is where it was', async () => {
  await net.steerBoth(rowsAt('before'));
  await net.steerBoth(rowsAt('arm'));
  expect(await plain(names)).toEqual(answeredBy('p1'));
  expect(await quic(ids.p1)).toEqual(answeredBy('p1'));
});

test('flipped: datagrams follow their row, connections stay where they were begun', async () => {
  await net.steerBoth(rowsAt('flip'));
  expect(await plain(names)).toEqual(answeredBy('p2'));
  expect(await quic(ids.p1)).toEqual(answeredBy('p1'));
  expect(await quic(ids.p2)).toEqual(answeredBy('p2'));
  // Ids that clients make up name nobody of the row.
  expect(await quic(0x6d2a)).toEqual(answeredBy('p2'));
  expect((await net.counters())['on-udp']).toBe(count);
});

test('flipped on one director only: the other one still asks p1 first, and it is right too', async () => {
  await net.steer('l4a', rowsAt('arm'));
  expect(await quic(ids.p1)).toEqual(answeredBy('p1'));
  await net.steerBoth(rowsAt('flip'));
});

test('cleared: whatever is left follows the row', async () => {
  await net.steerBoth(rowsAt('clear'));
  expect(await quic(ids.p1)).toEqual(answeredBy('p2'));
});

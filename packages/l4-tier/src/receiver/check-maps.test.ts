import { join } from 'node:path';
import { type ReceiverLive, type ReceiverState, TricadeError } from '@tricade/cluster';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prefixKey, realValue } from '../xdp/abi.ts';
import { type CheckContents, checkChanges, checkContents, checkDigest } from './check-maps.ts';
import { proxyConfigValue, senderKinds } from './proxy-maps.ts';
import { receiverBundle } from './render.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
const real = (id: number, name: string, ...addresses: readonly [string, ...string[]]) => {
  return { id, name, address: addresses[0], addresses };
};
const state: ReceiverState = {
  node: 'p1',
  device: 'edge',
  vips: ['203.0.113.10', '2001:db8:ffff::/64'],
  modes: ['dsr', 'tunnel'],
  directors: ['198.51.100.11', '2001:db8:1::11'],
  returnPaths: [],
  tables: [],
  socketCheck: {
    self: 1,
    addresses: ['198.51.100.21', '2001:db8:1::21'],
    takesTunnels: true,
    namesSecond: true,
    reals: [
      real(1, 'p1', '198.51.100.21', '2001:db8:1::21'),
      real(2, 'p2', '198.51.100.22', '2001:db8:1::22'),
      real(7, 'p3', '198.51.100.23'),
    ],
  },
  bpf: {
    helper: { sha256: 'a'.repeat(64), bytes: 1 },
    object: { sha256: 'b'.repeat(64), bytes: 2 },
  },
};
const live: ReceiverLive = { directors: {}, reals: { '198.51.100.22': '02:00:00:00:00:AB' } };
const mac = '02:00:00:00:00:21';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const senderKey = (address: string) => hex(prefixKey(address, address.includes(':') ? 128 : 32));

describe('contents', () => {
  const contents = checkContents(state, live, mac);
  test('VIPs by their prefix', () => {
    expect([...contents.vips.keys()]).toEqual([
      hex(prefixKey('203.0.113.10', 32)),
      hex(prefixKey('2001:db8:ffff::', 64)),
    ]);
  });

  test('directors and the other reals may send tunnels, and nobody else', () => {
    const kind = (number: number) => hex(new Uint8Array(Uint32Array.of(number).buffer));
    expect(Object.fromEntries(contents.senders)).toEqual({
      [senderKey('198.51.100.11')]: kind(senderKinds.director),
      [senderKey('2001:db8:1::11')]: kind(senderKinds.director),
      [senderKey('198.51.100.22')]: kind(senderKinds.proxy),
      [senderKey('2001:db8:1::22')]: kind(senderKinds.proxy),
      [senderKey('198.51.100.23')]: kind(senderKinds.proxy),
    });
  });

  test('every id is known, also one whose MAC is not', () => {
    expect(Object.fromEntries(contents.reals)).toEqual({
      1: hex(realValue(undefined, ['198.51.100.21', '2001:db8:1::21'])),
      2: hex(realValue('02:00:00:00:00:ab', ['198.51.100.22', '2001:db8:1::22'])),
      7: hex(realValue(undefined, ['198.51.100.23'])),
    });
  });

  test('directors that name no second candidate: nobody is handed anything, ids mean nothing', () => {
    const plain = { ...state, socketCheck: { ...state.socketCheck, namesSecond: false } };
    const { reals, senders } = checkContents(plain as ReceiverState, live, mac);
    const spread = {
      ...plain,
      socketCheck: { ...plain.socketCheck, sources: ['198.51.100.192/26'] },
    };
    expect(
      checkContents(spread as ReceiverState, live, mac).senders.get(
        hex(prefixKey('198.51.100.192', 26)),
      ),
    ).toBe(`0${senderKinds.plain}000000`);
    expect([...reals]).toEqual([]);
    expect(senders.get(senderKey('198.51.100.11'))).toBe(`0${senderKinds.plain}000000`);
  });

  test('the configuration, byte by byte', () => {
    expect(contents.config).toBe(
      ['01000000', '01000000', '020000000021', '01', '00', 'c6336415', '17c0', '0000']
        .concat('20010db8000100000000000000000021')
        .join(''),
    );
    expect(hex(proxyConfigValue({ takesTunnels: false, mac, self: 9, addresses: [] }))).toBe(
      `0100000000000000020000000021${'0900'}${'00000000'}17c00000${'00'.repeat(16)}`,
    );
  });
});

test('the digest speaks of reals alone, in whatever order they come', () => {
  const check = state.socketCheck as NonNullable<ReceiverState['socketCheck']>;
  const turned = { ...state, socketCheck: { ...check, reals: check.reals.toReversed() } };
  expect(checkDigest(turned, live)).toBe(checkDigest(state, live));
  expect(checkDigest(state, { directors: {}, reals: {} })).not.toBe(checkDigest(state, live));
});

/** Maps as the helper keeps them. */
function applied(have: CheckContents, requests: readonly string[]): CheckContents {
  const maps = { vips: new Map(have.vips), senders: new Map(have.senders) };
  const reals = new Map(have.reals);
  let { config } = have;
  for (const request of requests) {
    const [verb, map, ...rest] = request.split(' ');
    const bytes = Buffer.from(rest.at(-1) ?? '', 'base64');
    if (verb === 'write') config = hex(bytes);
    else if (map === 'reals')
      for (let at = 0; at < bytes.length; at += 36) {
        const value = bytes.subarray(at + 4, at + 36);
        if (value.every((byte) => byte === 0)) reals.delete(bytes.readUInt32LE(at));
        else reals.set(bytes.readUInt32LE(at), hex(value));
      }
    else
      for (let at = 0; at < bytes.length; at += verb === 'put' ? 24 : 20) {
        const key = hex(bytes.subarray(at, at + 20));
        const entries = maps[map as keyof typeof maps];
        if (verb === 'put') entries.set(key, hex(bytes.subarray(at + 20, at + 24)));
        else entries.delete(key);
      }
  }
  return { ...maps, reals, config };
}

test('requests lead from any contents to any other, and then there are none', () => {
  const key = fc.constantFrom('01', '02', '03', '04').map((byte) => byte.repeat(20));
  const entries = fc
    .array(fc.tuple(key, fc.constantFrom('01000000', '02000000')))
    .map((pairs) => new Map(pairs));
  const contents: fc.Arbitrary<CheckContents> = fc.record({
    vips: entries,
    senders: entries,
    reals: fc
      .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('aa', 'bb')))
      .map((pairs) => new Map(pairs.map(([id, byte]) => [id, byte.repeat(32)]))),
    config: fc.constantFrom('00'.repeat(40), '01'.repeat(40)),
  });
  fc.assert(
    fc.property(contents, contents, (have, want) => {
      const after = applied(have, checkChanges(have, want));
      expect(checkChanges(after, want)).toEqual([]);
      expect(after.config).toBe(want.config);
    }),
  );
});

describe('the bundle', () => {
  const bundle = receiverBundle(state);
  test.for([
    ['/etc/tricade/bpf.conf', 'socket-check.conf'],
    ['/etc/systemd/system/tricade-socket-check.service', 'socket-check.service'],
  ] as const)('%s is golden', async ([path, golden]) => {
    const file = bundle.files.find((each) => each.path === path);
    const text = file && 'text' in file.content ? file.content.text : '';
    await expect(text).toMatchFileSnapshot(join(testdata, golden));
  });

  test('helper and object travel by digest; without them nothing is rendered', () => {
    const blobs = bundle.files.flatMap(({ content }) => ('blob' in content ? [content.blob] : []));
    expect(blobs).toEqual([state.bpf?.helper, state.bpf?.object]);
    const { bpf: _, ...without } = state;
    expect(() => receiverBundle(without)).toThrow(TricadeError);
  });
});

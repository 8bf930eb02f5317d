/** proxy.bpf.c packet by packet: real sockets in every state, every way to a proxy, hostile packets. Verdict, reason and bytes equal the row. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyReasons } from '../../../packages/l4-tier/src/receiver/proxy-maps.ts';
import { classed, ethernet, hex, ip, joined, tcp, udp } from './frames.ts';
import { PacketRun, type Verdict } from './packet-run.ts';
import { makeStates, rows, states } from './proxy-rows.ts';
import * as side from './proxy-side.ts';
import { bare, gue, type Way, ways } from './ways.ts';

let run: PacketRun;
const { client, director, ids, macs, other, self, stranger, vip } = side;
const versions = [4, 6] as const;

beforeAll(async () => {
  run = await PacketRun.start(side.prepare);
  await run.load('proxy.bpf.c', 'proxy');
  await side.configure(run);
  await makeStates(run);
}, 60_000);
afterAll(() => run?.close());

/** Runs a frame: what became of it, why (the one counter that moved), and its bytes. */
async function outcome(frame: Uint8Array): Promise<[Verdict, string, string]> {
  const before = await run.counters('proxy_counters', reasonCount);
  const { verdict, frame: out } = await run.run(frame);
  const after = await run.counters('proxy_counters', reasonCount);
  const moved = after.flatMap((count, i) =>
    count === before[i] ? [] : [reasonNames[i] ?? `${i}`],
  );
  return [verdict, moved.join('+') || 'uncounted', hex(out)];
}
const reasonCount = Math.max(...Object.values(proxyReasons)) + 1;
const reasonNames = Object.fromEntries(Object.entries(proxyReasons).map(([name, i]) => [i, name]));

describe.for(ways)('$name', (way: Way) => {
  describe.for(versions)('IPv%i', (version) => {
    test('rows', async () => {
      const wanted: Record<string, unknown> = {};
      const found: Record<string, unknown> = {};
      for (const row of rows) {
        const packet = row.packet(version);
        const isOn = row.reason.startsWith('on-');
        wanted[row.name] = isOn
          ? ['tx', row.reason, hex(way.handedOn(packet))]
          : ['pass', row.reason, hex(way.taken(packet, ids.other))];
        found[row.name] = await outcome(way.frame(packet, ids.other));
      }
      expect(found).toEqual(wanted);
    });

    test('without a second candidate all is taken', async () => {
      for (const row of rows) {
        const packet = row.packet(version);
        expect([row.name, ...(await outcome(way.frame(packet, 0)))]).toEqual([
          row.name,
          'pass',
          'settled',
          hex(way.taken(packet, 0)),
        ]);
      }
    });

    test('a second candidate that nobody knows, or that is this proxy', async () => {
      const packet = side.fromClient(states[version].unknown, 'A');
      for (const id of [ids.unknown, ids.unresolved])
        expect((await outcome(way.frame(packet, id))).slice(0, 2)).toEqual([
          'drop',
          'second-unknown',
        ]);
      expect(await outcome(way.frame(packet, ids.self))).toEqual([
        'pass',
        'own-second',
        hex(way.taken(packet, ids.self)),
      ]);
    });

    test('cut off at every byte, it is never passed up in its tunnel', async () => {
      for (const second of [0, ids.other]) {
        const packet = side.fromClient(states[version].open, 'PA');
        const frame = way.frame(packet, second);
        for (let length = 15; length < frame.length; length++) {
          const [verdict, reason, out] = await outcome(frame.slice(0, length));
          expect([length, verdict, reason, out]).toEqual([
            length,
            ...cutOff({ way, frame, second }, length),
          ]);
        }
      }
    });

    test('bytes that a frame is filled up with change nothing', async () => {
      const packet = side.fromClient(states[version].unknown, 'A');
      const filled = joined(way.frame(packet, ids.other), new Uint8Array(6));
      expect(await outcome(filled)).toEqual([
        'tx',
        'on-listener',
        `${hex(way.handedOn(packet))}${'00'.repeat(6)}`,
      ]);
    });
  });
});

const ethernetBytes = (frame: Uint8Array): number => (frame[12] === 0x81 ? 18 : 14);
const ipBytes = (version: number): number => (version === 4 ? 20 : 40);

/** What a frame of an open connection becomes that ends after `length` bytes. */
function cutOff(
  { way, frame, second }: { way: Way; frame: Uint8Array; second: number },
  length: number,
): unknown[] {
  const asItIs = ['pass', 'uncounted', hex(frame.slice(0, length))];
  const dropped = ['drop', 'malformed', hex(frame.slice(0, length))];
  const network = ethernetBytes(frame);
  if (length < network) return asItIs;
  const inner = (frame[network] ?? 0) >> 4;
  if (way.outer === undefined) {
    if (second === 0) return ['pass', 'settled', hex(frame.slice(0, length))];
    const tcpEnd = network + ipBytes(inner) + 20;
    return length < tcpEnd ? dropped : ['pass', 'socket', hex(frame.slice(0, length))];
  }
  // Shorter than its outer header (and UDP's), nothing tells it from any other packet, and the kernel throws it away.
  const known = network + ipBytes(way.outer) + (way.name.startsWith('GUE') ? 8 : 0);
  return length < known ? asItIs : dropped;
}

describe('tunnels that are refused', () => {
  const inner = (version: side.Version = 4) => side.fromClient(states[version].open, 'PA');
  const frameOf = (packet: Uint8Array) =>
    ethernet({ destination: macs.self, source: macs.director }, packet);
  const ends = (version: side.Version, source = director[version]) => ({
    source,
    destination: self[version],
  });
  const options = Uint8Array.of(1, 1, 1, 0);
  const hopByHop = (next: number) => Uint8Array.of(next, 0, 1, 4, 0, 0, 0, 0);
  const fragmentHeader = (next: number) => Uint8Array.of(next, 0, 0, 1, 0, 0, 0, 1);
  const changed = (packet: Uint8Array, at: number, byte: number) => {
    const copy = Uint8Array.from(packet);
    copy[at] = byte;
    return copy;
  };
  const refused: readonly [string, string, () => Uint8Array][] = [
    ['sender', 'from a stranger, IPv4', () => bare[4](inner(), ends(4, stranger[4]), 0)],
    ['sender', 'from a stranger, IPv6', () => bare[6](inner(), ends(6, stranger[6]), 0)],
    ['sender', 'from a stranger, GUE', () => gue(4)(inner(), ends(4, stranger[4]), 2)],
    ['sender', 'from a client', () => bare[4](inner(), ends(4, client[4]), 0)],
    ['sender', 'from itself', () => bare[4](inner(), ends(4, self[4]), 0)],
    [
      'fragment',
      'a first fragment',
      () => ip({ ...ends(4), protocol: 4, dontFragment: false, moreFragments: true }, inner()),
    ],
    [
      'fragment',
      'a later fragment',
      () => ip({ ...ends(4), protocol: 4, dontFragment: false, offset: 64 }, inner()),
    ],
    [
      'fragment',
      'a fragment, IPv6',
      () => ip({ ...ends(6), protocol: 44, options: fragmentHeader(4) }, inner()),
    ],
    ['options', 'IPv4 options', () => ip({ ...ends(4), protocol: 4, options }, inner())],
    [
      'options',
      'IPv6 extension header',
      () => ip({ ...ends(6), protocol: 0, options: hopByHop(4) }, inner()),
    ],
    ['options', 'GUE flags', () => changed(gue(4)(inner(), ends(4), 0), 30, 0x80)],
    ['options', 'GUE control message', () => changed(gue(4)(inner(), ends(4), 0), 28, 0x20)],
    ['options', 'GUE version 1', () => changed(gue(4)(inner(), ends(4), 0), 28, 0x45)],
    ['options', 'GUE of another protocol', () => changed(gue(4)(inner(), ends(4), 0), 29, 47)],
    ['options', 'GUE with other data', () => changed(gue(4)(inner(), ends(4), 2), 32, 0)],
    ['options', 'GUE with two hops', () => changed(gue(4)(inner(), ends(4), 2), 35, 2)],
    ['options', 'GUE with a hop passed', () => changed(gue(4)(inner(), ends(4), 2), 34, 1)],
    [
      'nested',
      'a tunnel in the tunnel',
      () => bare[4](bare[4](inner(), { source: client[4], destination: vip[4] }, 0), ends(4), 0),
    ],
    [
      'nested',
      'IPv6 in IPv4 in IPv4',
      () => bare[4](bare[4](inner(6), { source: client[4], destination: vip[4] }, 0), ends(4), 0),
    ],
    [
      'nested',
      'IPv4 in IPv6 in GUE',
      () => gue(6)(bare[6](inner(), { source: client[6], destination: vip[6] }, 0), ends(6), 2),
    ],
    [
      'not-vip',
      'to the proxy itself',
      () =>
        bare[4](
          tcp({
            source: client[4],
            sourcePort: 1,
            destination: self[4],
            destinationPort: 22,
            flags: 'S',
            sequence: 1,
          }),
          ends(4),
          0,
        ),
    ],
    ['malformed', 'IPv6 said to be IPv4', () => ip({ ...ends(4), protocol: 4 }, inner(6))],
    [
      'malformed',
      'no IP at all',
      () => ip({ ...ends(4), protocol: 4 }, new Uint8Array(60).fill(0xff)),
    ],
    ['malformed', 'nothing in it', () => ip({ ...ends(4), protocol: 4 }, new Uint8Array())],
    [
      'malformed',
      'an outer length beyond the frame',
      () => ip({ ...ends(4), protocol: 4, length: 999 }, inner()),
    ],
    [
      'malformed',
      'an outer length below its header',
      () => ip({ ...ends(4), protocol: 4, length: 19 }, inner()),
    ],
    [
      'malformed',
      'an inner length beyond the outer',
      () => ip({ ...ends(4), protocol: 4, length: 20 + 30 }, inner()),
    ],
    [
      'malformed',
      'an inner header length of 16',
      () => ip({ ...ends(4), protocol: 4 }, changed(inner(), 0, 0x44)),
    ],
  ];
  test.for(refused)('%s: %s', async ([reason, , packet]) => {
    const frame = frameOf(packet());
    expect(await outcome(frame)).toEqual(['drop', reason, hex(frame)]);
  });

  test('nested GUE to a VIP is the service’s own business: nobody takes it off', async () => {
    const nested = gue(4)(inner(), { source: client[4], destination: vip[4] }, 2);
    const frame = frameOf(bare[4](nested, ends(4), 0));
    expect(await outcome(frame)).toEqual(['pass', 'settled', hex(frameOf(nested))]);
  });
});

describe('congestion marks of the tunnel (RFC 6040, section 4.2)', () => {
  const [no, one, zero, congested] = [0, 1, 2, 3] as const;
  /** Packet inside, outer header, packet that is taken; undefined: dropped. */
  const rows: readonly (readonly [number, number, number | undefined])[] = [
    [no, no, no],
    [no, one, no],
    [no, zero, no],
    [no, congested, undefined],
    [zero, no, zero],
    [zero, one, one],
    [zero, zero, zero],
    [zero, congested, congested],
    [one, no, one],
    [one, one, one],
    [one, zero, one],
    [one, congested, congested],
    [congested, no, congested],
    [congested, zero, congested],
    [congested, congested, congested],
  ];
  const tunnels = ways.filter(({ outer }) => outer !== undefined);
  const dscp = 46 << 2;

  /** A frame of which the tunnel's header has another traffic class. */
  function marked(frame: Uint8Array, trafficClass: number): Uint8Array {
    const at = ethernetBytes(frame);
    return joined(frame.subarray(0, at), classed(frame.subarray(at), trafficClass));
  }

  test.each(rows)('inside %i, outside %i: %s', async (inside, outside, want) => {
    for (const version of [4, 6] as const) {
      for (const way of tunnels) {
        const packet = classed(side.fromClient(states[version].open, 'A'), dscp | inside);
        const frame = marked(way.frame(packet, ids.other), outside);
        const taken = hex(way.taken(classed(packet, dscp | (want ?? 0)), 0));
        expect([way.name, ...(await outcome(frame))]).toEqual(
          want === undefined
            ? [way.name, 'drop', 'congested', hex(frame)]
            : [way.name, 'pass', 'socket', taken],
        );
      }
    }
  });

  test('what is handed on keeps the mark in its tunnel', async () => {
    for (const way of tunnels) {
      const packet = classed(side.fromClient(states[4].unknown, 'A'), zero);
      const frame = marked(way.frame(packet, ids.other), congested);
      const handedOn = hex(marked(way.handedOn(packet), congested));
      expect(await outcome(frame)).toEqual(['tx', 'on-listener', handedOn]);
    }
  });
});

describe('who may send what', () => {
  test('outer sources that vary are taken by their prefix', async () => {
    for (const way of ways.filter(({ outer }) => outer !== undefined)) {
      const packet = side.fromClient(states[4].open, 'A');
      const from = side.spread[way.outer as side.Version];
      expect((await outcome(way.frame(packet, 0, from))).slice(0, 2)).toEqual(['pass', 'settled']);
      expect((await outcome(way.frame(packet, ids.other, from))).slice(0, 2)).toEqual([
        'pass',
        'socket',
      ]);
    }
  });

  test('what another proxy handed on stays, whatever it names', async () => {
    for (const way of ways.filter(({ outer }) => outer !== undefined)) {
      const packet = side.fromClient(states[4].unknown, 'A');
      const frame = way.frame(packet, ids.other, other[way.outer as side.Version]);
      expect(await outcome(frame)).toEqual(['pass', 'handed-on', hex(way.taken(packet, 0))]);
    }
    const tagged = ethernet(
      { destination: macs.self, source: '02:5a:01:02:00:02' },
      side.fromClient(states[4].unknown, 'A'),
    );
    expect(await outcome(tagged)).toEqual(['pass', 'handed-on', hex(tagged)]);
  });

  test('what a director sends that names no second candidates is taken', async () => {
    for (const way of ways.filter(({ outer }) => outer !== undefined)) {
      const packet = side.fromClient(states[4].unknown, 'A');
      const frame = way.frame(packet, ids.other, side.plain[way.outer as side.Version]);
      expect(await outcome(frame)).toEqual(['pass', 'settled', hex(way.taken(packet, 0))]);
    }
  });

  test('an outer family that the second candidate does not have', async () => {
    const packet = side.fromClient(states[4].unknown, 'A');
    for (const way of ways.filter(({ outer }) => outer === 4))
      expect((await outcome(way.frame(packet, ids.v6Only))).slice(0, 2)).toEqual([
        'drop',
        'second-unknown',
      ]);
    for (const way of ways.filter(({ outer }) => outer === 6))
      expect((await outcome(way.frame(packet, ids.v6Only))).slice(0, 2)).toEqual([
        'tx',
        'on-listener',
      ]);
  });
});

describe('what is none of its business', () => {
  const packet = () => side.fromClient(states[4].unknown, 'A');
  const untouchedFrames: readonly [string, () => Uint8Array][] = [
    [
      'ARP',
      () =>
        ethernet(
          { destination: 'ff:ff:ff:ff:ff:ff', source: macs.director, type: 0x0806 },
          new Uint8Array(46),
        ),
    ],
    [
      'a frame to another MAC',
      () => ethernet({ destination: macs.other, source: '02:5a:00:01:00:02' }, packet()),
    ],
    [
      'an untagged packet for a VIP',
      () => ethernet({ destination: macs.self, source: macs.director }, packet()),
    ],
    [
      'a tagged packet for another address',
      () =>
        ethernet(
          { destination: macs.self, source: '02:5a:00:01:00:02' },
          tcp({
            source: client[4],
            sourcePort: 1,
            destination: self[4],
            destinationPort: 22,
            flags: 'A',
            sequence: 1,
          }),
        ),
    ],
    [
      'a tunnel to another address',
      () =>
        ethernet(
          { destination: macs.self, source: macs.director },
          bare[4](packet(), { source: director[4], destination: other[4] }, 0),
        ),
    ],
    [
      'a datagram to another port',
      () =>
        ethernet(
          { destination: macs.self, source: macs.director },
          udp({ source: stranger[4], sourcePort: 1, destination: self[4], destinationPort: 6081 }),
        ),
    ],
    [
      'two VLAN tags',
      () =>
        ethernet(
          { destination: macs.self, source: '02:5a:00:01:00:02', vlan: 1, type: 0x88a8 },
          packet(),
        ),
    ],
  ];
  test.for(untouchedFrames)('%s', async ([, make]) => {
    const frame = make();
    expect(await outcome(frame)).toEqual(['pass', 'uncounted', hex(frame)]);
  });
});

test('a configuration of another ABI turns it off, and it says so; without tunnels they are not looked at', async () => {
  const frame = (ways[2] as Way).frame(side.fromClient(states[4].unknown, 'A'), ids.other);
  await side.configure(run, false);
  expect(await outcome(frame)).toEqual(['pass', 'uncounted', hex(frame)]);
  await run.set('proxy_config', new Uint8Array(4), new Uint8Array(40));
  expect(await outcome(frame)).toEqual(['pass', 'abi-differs', hex(frame)]);
  await side.configure(run);
});

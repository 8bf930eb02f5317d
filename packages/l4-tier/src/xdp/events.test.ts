import { expect, test } from 'vitest';
import { serviceKey, wideAddress } from './abi.ts';
import { eventsIn, type PacketEvent } from './events.ts';
import { countedBySource } from './sources.ts';
import { seenPacket } from './watch.ts';

const noService = 0xffff_ffff;

interface Given {
  readonly source?: string;
  readonly reason?: number;
  readonly service?: number;
  readonly hash?: number;
}

/** A record as `struct event` lays it out. */
function record({ source = '192.0.2.7', reason = 0, service = 1, ...given }: Given = {}): Buffer {
  const { hash = service === noService ? 0 : 0xdead_beef } = given;
  const bytes = Buffer.alloc(64);
  bytes.writeBigUInt64LE(5_000_000_000n, 0);
  bytes.set(wideAddress(source), 8);
  bytes.set(serviceKey(wideAddress('203.0.113.10'), 80, 'tcp').subarray(0, 16), 24);
  bytes.writeUInt16BE(40_000, 40);
  bytes.writeUInt16BE(80, 42);
  bytes.writeUInt8(6, 44);
  bytes.writeUInt8(reason, 45);
  bytes.writeUInt16LE(60, 46);
  for (const [at, word] of [service, hash, 1_234].entries()) bytes.writeUInt32LE(word, 48 + at * 4);
  bytes.writeUInt16LE(3, 60);
  bytes.writeUInt16LE(2, 62);
  return bytes;
}

test('a record is a packet and what became of it', () => {
  const dropped = record({ source: '2001:db8::7', reason: 19, service: noService });
  const packet = {
    atNs: 5_000_000_000n,
    destination: '203.0.113.10',
    sourcePort: 40_000,
    destinationPort: 80,
    protocol: 6,
    bytes: 60,
  };
  const forwarded = { service: 1, hash: 0xdead_beef, row: 1_234, real: 3, second: 2 };
  const watched = record({ reason: 19, service: noService, hash: 0xdead_beef });
  expect(eventsIn(Buffer.concat([record(), dropped, record({ reason: 9 }), watched]))).toEqual([
    { ...packet, source: '192.0.2.7', forwarded, watched: false },
    { ...packet, source: '2001:db8::7', reason: 'no-port', watched: false },
    { ...packet, source: '192.0.2.7', forwarded, watched: true },
    { ...packet, source: '192.0.2.7', reason: 'no-port', watched: true },
  ]);
});

test('sources are counted by what became of their packets; watched ones are not', () => {
  const events = eventsIn(
    Buffer.concat([
      record({ reason: 17, service: noService }),
      record(),
      record(),
      record({ reason: 9 }),
      record({ service: 4 }),
    ]),
  );
  expect(countedBySource({ events, lost: 2 }, new Map([['shop', 1]]))).toEqual({
    events: 4,
    lost: 2,
    sources: [
      { address: '192.0.2.7', service: 'shop', events: 2 },
      { address: '192.0.2.7', reason: 'denied', events: 1 },
      { address: '192.0.2.7', events: 1 },
    ],
  });
});

test('who watches sees names, and numbers where nobody has the id', () => {
  const [event] = eventsIn(record()) as [PacketEvent];
  expect(seenPacket(event, new Map([[3, 'p1']]))).toMatchObject({
    sourceAddress: '192.0.2.7',
    sent: { row: 1_234, real: 'p1', second: '#2' },
  });
  const [dropped] = eventsIn(record({ reason: 17, service: noService })) as [PacketEvent];
  expect(seenPacket(dropped, new Map())).toMatchObject({ reason: 'denied' });
  expect(seenPacket(dropped, new Map())).not.toHaveProperty('sent');
});

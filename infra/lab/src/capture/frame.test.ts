import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeFrame } from './describe.ts';
import { parseFrame } from './frame.ts';
import { parsePcap } from './pcap.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const macs = '02000000001102000000 0001';
const syn = `4500003c1c46400040 060000 c0000209 cb00710a 1092 0050 00000001 00000000 a002faf0 0000 0000 020405b4 0402080a 00000001 00000000 01030307`;
const udp6 = `6000000000 0c 11 40 20010db8000100000000000000000009 20010db8000200000000000000000031 1092 0035 000c 0000 01020304`;

const cases = [
  ['TCP', `${macs} 0800 ${syn}`, '192.0.2.9:4242 > 203.0.113.10:80 tcp S'],
  ['VLAN', `${macs} 8100 6064 0800 ${syn}`, 'vlan 100  192.0.2.9:4242 > 203.0.113.10:80 tcp S'],
  [
    'UDP over IPv6',
    `${macs} 86dd ${udp6}`,
    '[2001:db8:1::9]:4242 > [2001:db8:2::31]:53 udp 4 bytes',
  ],
  [
    'ARP request',
    `ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000209`,
    'arp who has 192.0.2.9, tell 192.0.2.1',
  ],
  [
    'ARP reply',
    `${macs} 0806 0001 0800 06 04 0002 020000000001 c0000201 020000000011 c0000209`,
    'arp 192.0.2.1 is at 02:00:00:00:00:01',
  ],
  [
    'ICMP echo, padded to 60 bytes',
    `${macs} 0800 4500001c 00000000 4001 0000 c0000209 c0000201 0800 0000 0001 0001 ${'00'.repeat(18)}`,
    '192.0.2.9 > 192.0.2.1 icmp 8/0 4 bytes',
  ],
  [
    'IPv4 in IPv4',
    `${macs} 0800 45000050 00000000 4004 0000 c633640b c6336415 ${syn}`,
    '198.51.100.11 > 198.51.100.21 { 192.0.2.9:4242 > 203.0.113.10:80 tcp S }',
  ],
  [
    'IPv6 in IPv4',
    `${macs} 0800 45000048 00000000 4029 0000 c633640b c6336415 ${udp6}`,
    '198.51.100.11 > 198.51.100.21 { [2001:db8:1::9]:4242 > [2001:db8:2::31]:53 udp 4 bytes }',
  ],
  [
    'VXLAN',
    `${macs} 0800 4500006e 00000000 4011 0000 c633640b c6336415 c000 12b5 005a 0000 08000000 54520400 ${macs} 0800 ${syn}`,
    '198.51.100.11:49152 > 198.51.100.21:4789 { 192.0.2.9:4242 > 203.0.113.10:80 tcp S }',
  ],
  [
    'GUE, with a next hop',
    `${macs} 0800 4500006c 00000000 4011 0000 c633640b c6336415 c000 17c0 0048 0000 03040000 5a010001 00020000 c6336416 ${syn}`,
    '198.51.100.11:49152 > 198.51.100.21:6080 { 192.0.2.9:4242 > 203.0.113.10:80 tcp S }',
  ],
  [
    'IPv6 in GUE without one',
    `${macs} 0800 45000058 00000000 4011 0000 c633640b c6336415 c000 17c0 0038 0000 00290000 ${udp6}`,
    '198.51.100.11:49152 > 198.51.100.21:6080 { [2001:db8:1::9]:4242 > [2001:db8:2::31]:53 udp 4 bytes }',
  ],
  [
    'a control message of GUE',
    `${macs} 0800 45000020 00000000 4011 0000 c633640b c6336415 c000 17c0 000c 0000 20040000`,
    '198.51.100.11:49152 > 198.51.100.21:6080 udp 4 bytes',
  ],
  [
    'UDP to the port of VXLAN that is none',
    `${macs} 0800 45000020 00000000 4011 0000 c633640b c6336415 c000 12b5 000c 0000 01020304`,
    '198.51.100.11:49152 > 198.51.100.21:4789 udp 4 bytes',
  ],
  [
    'later fragment',
    `${macs} 0800 4500001c 0001 00b9 4011 0000 c0000209 c0000201 0000000000000000`,
    '192.0.2.9 > 192.0.2.1 fragment at 1480',
  ],
  [
    'IPv6 behind hop-by-hop options',
    `${macs} 86dd 60000000 0014 00 40 20010db8000100000000000000000009 20010db8000200000000000000000031 1100 050200000000 1092 0035 000c 0000 01020304`,
    '[2001:db8:1::9]:4242 > [2001:db8:2::31]:53 udp 4 bytes',
  ],
  ['unknown type', `${macs} 88cc 0000`, 'type 0x88cc'],
  ['TCP cut off', `${macs} 0800 ${syn.slice(0, 60)}`, '192.0.2.9 > 203.0.113.10 protocol 6'],
] as const;

describe('a frame in one line', () => {
  test.for(cases)('%s', ([, hex, want]) => {
    const frame = parseFrame(bytes(hex));
    expect(frame && describeFrame(frame)).toContain(want);
  });
});

test('every field of a SYN', () => {
  expect(parseFrame(bytes(`${macs} 0800 ${syn}`))).toEqual({
    destinationMac: '02:00:00:00:00:11',
    sourceMac: '02:00:00:00:00:01',
    etherType: 0x0800,
    packet: {
      ip: {
        version: 4,
        sourceAddress: '192.0.2.9',
        destinationAddress: '203.0.113.10',
        protocol: 6,
        ttl: 64,
        lengthBytes: 60,
        trafficClass: 0,
      },
      transport: {
        protocol: 'tcp',
        sourcePort: 4242,
        destinationPort: 80,
        flags: 'S',
        sequence: 1,
        acknowledgement: 0,
        payloadBytes: 0,
      },
    },
  });
});

test('no bytes make it fail, cut off or garbled', () => {
  const whole = cases.map(([, hex]) => bytes(hex));
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.nat(),
      fc.nat(),
      fc.nat(255),
      (frame, at, cut, to) => {
        const garbled = frame.slice(0, cut % (frame.length + 1));
        if (garbled.length > 0) garbled[at % garbled.length] = to;
        const parsed = parseFrame(garbled);
        expect(parsed === undefined).toBe(garbled.length < 14);
        if (parsed) describeFrame(parsed);
      },
    ),
  );
});

describe('pcap', () => {
  const u32 = (value: number, little: boolean): Buffer => {
    const four = Buffer.alloc(4);
    if (little) four.writeUInt32LE(value >>> 0);
    else four.writeUInt32BE(value >>> 0);
    return four;
  };
  const file = (little: boolean, magic: number, linkType = 1): Buffer => {
    const words = (...values: number[]): Buffer =>
      Buffer.concat(values.map((it) => u32(it, little)));
    const frame = bytes(cases[0][1]);
    const record = [words(1_700_000_000, 250_000, frame.length, 1514), frame];
    const head = [words(magic), Buffer.alloc(12), words(262_144, linkType)];
    return Buffer.concat([...head, ...record, ...record]);
  };

  test.for([
    ['little-endian, microseconds', true, 0xa1b2c3d4, 1_700_000_000_250],
    ['big-endian, microseconds', false, 0xa1b2c3d4, 1_700_000_000_250],
    ['little-endian, nanoseconds', true, 0xa1b23c4d, 1_700_000_000_000.25],
    ['big-endian, nanoseconds', false, 0xa1b23c4d, 1_700_000_000_000.25],
  ] as const)('%s', ([, little, magic, atMs]) => {
    const records = parsePcap(file(little, magic));
    expect(records.map((record) => record.atMs)).toEqual([atMs, atMs]);
    expect(records[1]?.lengthBytes).toBe(1514);
    expect(Buffer.from(records[1]?.frame ?? [])).toEqual(Buffer.from(bytes(cases[0][1])));
  });

  test('what the writer did not finish is left out', () => {
    const whole = file(true, 0xa1b2c3d4);
    for (let length = 0; length < whole.length; length++)
      expect(parsePcap(whole.subarray(0, length)).length).toBeLessThan(2);
  });

  test.for([
    ['no pcap file', Buffer.alloc(64), /not a pcap/],
    ['another link type', file(true, 0xa1b2c3d4, 113), /link type 113/],
  ] as const)('%s is refused', ([, content, want]) => {
    expect(() => parsePcap(content)).toThrow(want);
  });
});

import { setTimeout as wait } from 'node:timers/promises';
import { flowHash, keyBytes, type ReceiverState, rowOf, unpackRowSet } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { parseSockets, rowsOf, sampleSockets, socketsScript } from './sockets.ts';

const hashKey = '000102030405060708090a0b0c0d0e0f';
const state: ReceiverState = {
  node: 'p1',
  device: 'edge',
  vips: ['203.0.113.10', '2001:db8:ffff::/64'],
  modes: ['dsr'],
  directors: ['198.51.100.11'],
  returnPaths: [],
  tables: [
    {
      group: 'l7',
      size: 4_096,
      hashKey,
      flowHash: 'jhash',
      services: [
        { vip: '203.0.113.10', ports: [{ protocol: 'tcp', port: 80 }], affinity: 'flow' },
        { vip: '2001:db8:ffff::/64', ports: [{ protocol: 'tcp', port: 0 }], affinity: 'source' },
      ],
    },
  ],
};
const [table] = state.tables;

const listed = `ESTAB      0      0          203.0.113.10:80        192.0.2.7:40000
SYN-RECV   0      0          203.0.113.10:80        192.0.2.8:40001
CLOSE-WAIT 1      0          203.0.113.10:443       192.0.2.9:40002
LAST-ACK   0      1 [::ffff:203.0.113.10]:80 [::ffff:192.0.2.10]:40003
FIN-WAIT-2 0      0    [2001:db8:ffff::5]:25    [2001:db8::7]:40004
ESTAB      0      0     198.51.100.21%edge:22    198.51.100.31:50000
`;

test('sockets of VIPs in every state but LISTEN and TIME_WAIT', () => {
  expect(socketsScript(state)).toBe(
    "ss -Htn state connected exclude time-wait '( src 203.0.113.10/32 or src [2001:db8:ffff::/64] )'",
  );
  expect(parseSockets(listed, state)).toEqual([
    { vip: '203.0.113.10', port: 80, client: '192.0.2.7', clientPort: 40_000 },
    { vip: '203.0.113.10', port: 80, client: '192.0.2.8', clientPort: 40_001 },
    { vip: '203.0.113.10', port: 443, client: '192.0.2.9', clientPort: 40_002 },
    { vip: '203.0.113.10', port: 80, client: '192.0.2.10', clientPort: 40_003 },
    { vip: '2001:db8:ffff::5', port: 25, client: '2001:db8::7', clientPort: 40_004 },
  ]);
});

test('a socket of its own address is of the VIP that its port stands for', () => {
  const ports = [
    { protocol: 'tcp', port: 80 },
    { protocol: 'udp', port: 53 },
  ] as const;
  const translated: ReceiverState = {
    ...state,
    vips: [],
    standsFor: [
      { vip: '203.0.113.10', address: '198.51.100.21', ports },
      {
        vip: '2001:db8:ffff::10',
        address: '2001:db8:1::21',
        ports: [{ protocol: 'tcp', port: 0 }],
      },
    ],
  };
  expect(socketsScript(translated)).toBe(
    "ss -Htn state connected exclude time-wait '( src 198.51.100.21/32 or src [2001:db8:1::21/128] )'",
  );
  const own = `ESTAB 0 0 198.51.100.21:80 192.0.2.7:40000
ESTAB 0 0 198.51.100.21:53 192.0.2.8:40001
ESTAB 0 0 198.51.100.21:22 192.0.2.8:40002
ESTAB 0 0 [2001:db8:1::21]:25 [2001:db8::7]:40004
`;
  const sockets = parseSockets(own, translated);
  expect(sockets).toEqual([
    { vip: '203.0.113.10', port: 80, client: '192.0.2.7', clientPort: 40_000 },
    { vip: '2001:db8:ffff::10', port: 25, client: '2001:db8::7', clientPort: 40_004 },
  ]);
});

test('rows are those of the flow hash; ports without a service have none', () => {
  const key = keyBytes(hashKey);
  const four = (sourceAddress: string, sourcePort: number) =>
    rowOf(
      flowHash(
        { kind: 'jhash', key, affinity: 'flow' },
        { sourceAddress, sourcePort, destinationAddress: '203.0.113.10', destinationPort: 80 },
      ),
      4_096,
    );
  const six = rowOf(
    flowHash(
      { kind: 'jhash', key, affinity: 'source' },
      { sourceAddress: '2001:db8::7', destinationAddress: '2001:db8:ffff::5' },
    ),
    4_096,
  );
  const rows = table === undefined ? [] : rowsOf(table, parseSockets(listed, state));
  const wanted = [
    four('192.0.2.7', 40_000),
    four('192.0.2.8', 40_001),
    four('192.0.2.10', 40_003),
    six,
  ];
  expect(new Set(rows)).toEqual(new Set(wanted));
  expect(rows).toEqual([...rows].sort((one, other) => one - other));
});

describe('a sample', () => {
  const host = (answer: { code?: number; stdout?: string; stderr?: string }, tookMs = 0) => {
    const runs: string[] = [];
    const never = () => Promise.reject(new Error('not on this host'));
    return {
      name: 'p1',
      runs,
      run: async (script: string) => {
        runs.push(script);
        if (tookMs > 0) await wait(tookMs);
        return { code: 0, stdout: '', stderr: '', ...answer };
      },
      read: never,
      write: never,
      remove: never,
      connect: never,
      close: async () => undefined,
    };
  };

  test('none is said of nothing found, each time anew', async () => {
    const empty = host({});
    for (let round = 0; round < 3; round++)
      expect(await sampleSockets(empty, state)).toEqual({
        ownedSockets: 0,
        ownedRows: { l7: '' },
      });
    expect(empty.runs).toHaveLength(3);
  });

  test('rows come with a list of their own only, the count in between is the last one', async () => {
    const busy = host({ stdout: listed }, 50);
    const first = await sampleSockets(busy, state);
    expect(first.ownedSockets).toBe(5);
    expect(unpackRowSet(first.ownedRows?.['l7'] ?? '')?.size).toBe(4);
    expect(await sampleSockets(busy, state)).toEqual({ ownedSockets: 5 });
    expect(busy.runs).toHaveLength(1);
  });

  test('where VIPs are translated nothing is known; what cannot be listed is an error', async () => {
    expect(await sampleSockets(host({}), { ...state, vips: [], tables: [] })).toEqual({});
    await expect(
      sampleSockets(host({ code: 127, stderr: 'ss: not found\n' }), state),
    ).rejects.toMatchObject({ code: 'TRI-D07' });
  });
});

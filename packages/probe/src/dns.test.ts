import { createSocket, type RemoteInfo } from 'node:dgram';
import { expect, test } from 'vitest';
import type { Endpoint } from './attempt.ts';
import { judgeMessage, probeDns, queryOf } from './dns.ts';
import { freePort } from './testing/listener.ts';

const probe = { name: 'www.shop.example', random: () => 0.5 };

interface NameServer extends Endpoint {
  close(): void;
}

/** A name server that turns each query into the message that `reply` makes of it. */
function nameServer(reply: (query: Buffer) => Buffer[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    for (const message of reply(query)) socket.send(message, from.port, from.address);
  });
  return new Promise((resolve) =>
    socket.bind(0, '127.0.0.1', () =>
      resolve({ ...socket.address(), close: () => socket.close() }),
    ),
  );
}

function replied(query: Buffer, flags: number, answers: number): Buffer {
  const message = Buffer.from(query);
  message.writeUInt16BE(flags, 2);
  message.writeUInt16BE(answers, 6);
  return message;
}

test.each([
  [
    'an answer',
    (query: Buffer) => [replied(query, 0x8180, 1)],
    true,
    'NOERROR for www.shop.example',
  ],
  [
    'no such name',
    (query: Buffer) => [replied(query, 0x8183, 0)],
    false,
    'NXDOMAIN for www.shop.example',
  ],
  [
    'a server that is ill',
    (query: Buffer) => [replied(query, 0x8182, 0)],
    false,
    'SERVFAIL for www.shop.example',
  ],
  ['no record', (query: Buffer) => [replied(query, 0x8180, 0)], false, 'no www.shop.example'],
  ['silence', () => [], false, 'no answer within 80 ms'],
  ['the question sent back', (query: Buffer) => [query], false, 'no answer within 80 ms'],
  [
    'a message cut short',
    (query: Buffer) => [query.subarray(0, 5)],
    false,
    'no answer within 80 ms',
  ],
  [
    'another answer before the right one',
    (query: Buffer) => [
      Buffer.concat([Buffer.from([1, 2]), replied(query, 0x8183, 0).subarray(2)]),
      replied(query, 0x8180, 1),
    ],
    true,
    'NOERROR for www.shop.example',
  ],
])('%s', async (...[, reply, ok, detail]) => {
  const server = await nameServer(reply);
  expect(await probeDns(server, probe, 80)).toMatchObject({ ok, detail, unreachable: false });
  server.close();
});

test('nobody there: its kernel refuses', async () => {
  expect(await probeDns(await freePort(), probe, 500)).toMatchObject({
    ok: false,
    detail: 'connection refused',
    unreachable: false,
  });
});

test('the query as RFC 1035 writes it', () => {
  expect(queryOf(0xabcd, 'a.example.').toString('hex')).toBe(
    'abcd01000001000000000000016107' + Buffer.from('example').toString('hex') + '0000010001',
  );
  expect(judgeMessage(Buffer.alloc(3), 0, 'a')).toBeUndefined();
});

/**
 * Origin server of the lab: `origin.ts NAME PORT…`. Port 53 answers DNS and port 7 echoes (RFC 862), over UDP and TCP; all others speak HTTP:
 * `/` (and any other path) who answered and what it saw, `/healthz`, `/slow?ms=N`; `POST /fail` and `POST /heal` from loopback only.
 * One file, no dependency: it runs inside hosts.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

const [, , name = 'origin', ...ports] = process.argv;
let healthy = true;

function plain(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://origin');
  const client = plain(request.socket.remoteAddress);
  const local = client === '::1' || client.startsWith('127.');
  request.resume();
  response.setHeader('x-server', name);
  if (url.pathname === '/healthz') {
    response.writeHead(healthy ? 200 : 503).end(healthy ? 'ok\n' : 'failed\n');
  } else if (request.method === 'POST' && (url.pathname === '/fail' || url.pathname === '/heal')) {
    if (local) healthy = url.pathname === '/heal';
    response.writeHead(local ? 200 : 403).end();
  } else {
    const forwardedFor = request.headers['x-forwarded-for'] ?? null;
    const body = JSON.stringify({ server: name, path: url.pathname, forwardedFor, client });
    const delayMs =
      url.pathname === '/slow' ? Math.min(60_000, Number(url.searchParams.get('ms')) || 0) : 0;
    setTimeout(
      () => response.setHeader('content-type', 'application/json').end(`${body}\n`),
      delayMs,
    );
  }
}

/**
 * The answer to a DNS query (RFC 1035, section 4): A and AAAA with the address that was asked where it has that family, else a fixed one, TXT with
 * the server's name, no records for other types; NOTIMP for what is no plain query. Undefined for what is no query at all.
 */
function dnsAnswer(query: Buffer, localAddress: string): Buffer | undefined {
  if (query.length < 12 || (query.readUInt8(2) & 0x80) !== 0) return undefined;
  let at = 12;
  while (at < query.length && query.readUInt8(at) !== 0) at += query.readUInt8(at) + 1;
  const end = at + 5;
  const opcode = (query.readUInt8(2) >> 3) & 15;
  if (end > query.length || opcode !== 0 || query.readUInt16BE(4) !== 1) {
    return header(query, 4, 0, 0);
  }
  const data = recordData(query.readUInt16BE(at + 1), localAddress);
  const question = query.subarray(12, end);
  if (!data) return Buffer.concat([header(query, 0, 1, 0), question]);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0); // the name of the question
  question.copy(record, 2, question.length - 4); // its type and class
  record.writeUInt16BE(data.length, 10); // TTL 0: every question is asked again
  return Buffer.concat([header(query, 0, 1, 1), question, record, data]);
}

function header(query: Buffer, code: number, questions: number, answers: number): Buffer {
  const bytes = Buffer.alloc(12);
  query.copy(bytes, 0, 0, 2);
  // Answer, authoritative; opcode and "recursion desired" as they came.
  bytes.writeUInt8(0x84 | (query.readUInt8(2) & 0x79), 2);
  bytes.writeUInt8(code, 3);
  bytes.writeUInt16BE(questions, 4);
  bytes.writeUInt16BE(answers, 6);
  return bytes;
}

/** Records of the family in which the server was not asked (RFC 5737, RFC 3849). */
const otherIpv4 = '192.0.2.1';
const otherIpv6 = '2001:db8::1';

function recordData(type: number, localAddress: string): Buffer | undefined {
  const isIpv4 = !localAddress.includes(':');
  if (type === 16) return Buffer.from([name.length, ...Buffer.from(name)]);
  if (type === 1) return Buffer.from((isIpv4 ? localAddress : otherIpv4).split('.').map(Number));
  if (type === 28) return ipv6Bytes(isIpv4 ? otherIpv6 : localAddress);
  return undefined;
}

function ipv6Bytes(address: string): Buffer {
  const [left = '', right] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const [head, tail] = [groups(left), groups(right ?? '')];
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  const all = right === undefined ? head : [...head, ...zeros, ...tail];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** Over TCP each message has its length before it (RFC 1035, section 4.2.2). */
function dnsOverTcp(connection: Socket): void {
  let bytes: Buffer = Buffer.alloc(0);
  connection.setTimeout(10_000, () => connection.destroy());
  connection.on('error', () => connection.destroy());
  connection.on('data', (data: Buffer) => {
    bytes = Buffer.concat([bytes, data]);
    while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
      const end = 2 + bytes.readUInt16BE(0);
      const reply = dnsAnswer(bytes.subarray(2, end), plain(connection.localAddress));
      bytes = bytes.subarray(end);
      if (!reply) continue;
      connection.write(Buffer.from([reply.length >> 8, reply.length & 255]));
      connection.write(reply);
    }
  });
}

/**
 * First addresses of the prefixes that this host takes as its own without having them (AnyIP), read from the local routes: what a lab asks of a VIP that is
 * a prefix. The others of a prefix are too many for a socket each.
 */
function firstAddresses(): { address: string; family: string }[] {
  const found: { address: string; family: string }[] = [];
  let address = '';
  for (const line of readFileSync('/proc/net/fib_trie', 'utf8').split('\n')) {
    address = /\|-- (\S+)/.exec(line)?.[1] ?? address;
    const length = Number(/\/(\d+) host LOCAL/.exec(line)?.[1] ?? 32);
    if (length < 32 && !address.startsWith('127.')) found.push({ address, family: 'IPv4' });
  }
  for (const line of readFileSync('/proc/net/ipv6_route', 'utf8').trim().split('\n')) {
    const [hex = '', length = '', , , , , , , flags = ''] = line.split(/\s+/);
    const isLocal = (Number.parseInt(flags, 16) & 0x8000_0000) !== 0;
    const groups = hex.match(/.{4}/g)?.join(':') ?? '';
    if (isLocal && length !== '80') found.push({ address: groups, family: 'IPv6' });
  }
  return found;
}

/**
 * UDP answers must come from the address that was asked (a VIP on loopback, say), and Node has no IP_PKTINFO: so one socket per address of
 * this host, and a look for new addresses twice a second, as name servers do.
 */
function serveUdp(port: number, reply: (message: Buffer, local: string) => Buffer | undefined) {
  const sockets = new Map<string, UdpSocket>();
  const open = (address: string, family: string): void => {
    const socket = createSocket(family === 'IPv6' ? 'udp6' : 'udp4');
    sockets.set(address, socket);
    const drop = (): void => {
      if (sockets.get(address) === socket) sockets.delete(address);
      socket.close();
    };
    socket.once('error', drop);
    socket.on('message', (message, from) => {
      const bytes = reply(message, address);
      if (bytes) socket.send(bytes, from.port, from.address, () => {});
    });
    socket.bind(port, address);
  };
  const look = (): void => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const usable = [
      ...own.filter(({ address }) => !address.startsWith('fe80:')),
      ...firstAddresses(),
    ];
    for (const { address, family } of usable) if (!sockets.has(address)) open(address, family);
    for (const [address, socket] of sockets) {
      if (usable.some((each) => each.address === address)) continue;
      sockets.delete(address);
      socket.close();
    }
  };
  look();
  setInterval(look, 500);
}

function echo(connection: Socket): void {
  connection.on('error', () => connection.destroy());
  connection.pipe(connection);
}

for (const port of ports.map(Number)) {
  if (port === 53) {
    serveUdp(port, dnsAnswer);
    createTcpServer(dnsOverTcp).listen(port, '::');
  } else if (port === 7) {
    serveUdp(port, (message) => message);
    createTcpServer(echo).listen(port, '::');
  } else {
    const server = createServer(answer);
    server.keepAliveTimeout = 120_000;
    server.listen(port, '::', 4096);
  }
}

/**
 * Origin server of the lab: `origin.ts NAME PORT...`. Port 53 answers DNS-like echoes over UDP and TCP, all others HTTP:
 * `/` who answered and what it saw, `/healthz`, `/slow?ms=N`; `POST /fail` and `POST /heal` from loopback only.
 * One file, no dependency: it runs inside hosts.
 */
import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';

const [, , name = 'origin', ...ports] = process.argv;
let healthy = true;

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://origin');
  const client = request.socket.remoteAddress ?? '';
  const local = client === '127.0.0.1' || client === '::1' || client === '::ffff:127.0.0.1';
  response.setHeader('x-server', name);
  if (url.pathname === '/healthz') {
    response.writeHead(healthy ? 200 : 503).end(healthy ? 'ok\n' : 'failed\n');
  } else if (request.method === 'POST' && (url.pathname === '/fail' || url.pathname === '/heal')) {
    if (local) healthy = url.pathname === '/heal';
    response.writeHead(local ? 200 : 403).end();
  } else {
    const body = JSON.stringify({
      server: name,
      path: url.pathname,
      forwardedFor: request.headers['x-forwarded-for'] ?? null,
      client,
    });
    const delayMs =
      url.pathname === '/slow' ? Math.min(60_000, Number(url.searchParams.get('ms')) || 0) : 0;
    setTimeout(
      () => response.setHeader('content-type', 'application/json').end(`${body}\n`),
      delayMs,
    );
  }
}

for (const port of ports.map(Number)) {
  if (port === 53) {
    const socket = createSocket({ type: 'udp6', ipv6Only: false });
    socket.on('message', (message, from) => socket.send(echo(message), from.port, from.address));
    socket.bind(53, '::');
    createTcpServer((connection) => {
      connection.on('error', () => connection.destroy());
      connection.on('data', (data: Buffer) => {
        const reply = echo(data.subarray(2));
        connection.write(
          Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 255]), reply]),
        );
      });
    }).listen(53, '::');
  } else {
    const server = createServer(answer);
    server.keepAliveTimeout = 120_000;
    server.listen(port, '::', 4096);
  }
}

/** A DNS answer without records: the question with QR set (RFC 1035, section 4.1.1) and the server's name in a TXT-like tail. */
function echo(message: Buffer): Buffer {
  const reply = Buffer.from(message);
  if (reply.length > 2) reply[2] = (reply[2] ?? 0) | 0x80;
  return reply;
}

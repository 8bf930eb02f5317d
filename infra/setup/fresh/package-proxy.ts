/**
 * The only way out of a fresh machine: an HTTP proxy that reaches the package sources named to it and nothing else, and takes
 * the way that this machine takes (its resolver, its own proxy where one is set).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface PackageProxy {
  /** Hosts that were asked for and refused. */
  readonly refused: ReadonlySet<string>;
  close(): void;
}

/** Listens on a Unix socket at `path` until closed; answers 403 for any host that is not in `hosts`. */
export async function openPackageProxy(
  path: string,
  hosts: ReadonlySet<string>,
): Promise<PackageProxy> {
  const refused = new Set<string>();
  const open = new Set<Duplex>();
  const allowed = (host: string): boolean => {
    if (!hosts.has(host)) refused.add(host);
    return hosts.has(host);
  };
  const server = createServer((asked, answer) => forward(asked, answer, allowed));
  server.on('connect', (asked: IncomingMessage, client: Duplex) => tunnel(asked, client, allowed));
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    refused,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** This machine's own proxy, if it has one. */
function upstream(): URL | undefined {
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = process.env;
  const proxy = https_proxy || HTTPS_PROXY || http_proxy || HTTP_PROXY;
  return proxy ? new URL(proxy) : undefined;
}

/** `GET http://host/path`: apt's way. */
function forward(
  asked: IncomingMessage,
  answer: ServerResponse,
  allowed: (host: string) => boolean,
): void {
  const url = URL.canParse(asked.url ?? '') ? new URL(asked.url ?? '') : undefined;
  if (!url || !allowed(url.hostname)) {
    answer.writeHead(403).end();
    return;
  }
  const proxy = upstream();
  const to = proxy
    ? { host: proxy.hostname, port: proxy.port, path: url.href }
    : { host: url.hostname, port: url.port, path: url.pathname + url.search };
  const onward = request({ ...to, method: asked.method, headers: asked.headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  onward.on('error', () => answer.headersSent || answer.writeHead(502).end());
  asked.pipe(onward);
}

/** `CONNECT host:port`: npm's way (RFC 9110, section 9.3.6). */
function tunnel(asked: IncomingMessage, client: Duplex, allowed: (host: string) => boolean): void {
  const [host = '', port = '443'] = (asked.url ?? '').split(':');
  client.on('error', () => client.destroy());
  if (!allowed(host)) {
    client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  const proxy = upstream();
  const onward = connect(Number(proxy ? proxy.port : port), proxy ? proxy.hostname : host, () => {
    if (proxy) onward.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    else client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(client).pipe(onward);
  });
  onward.on('error', () => client.destroy());
  client.on('close', () => onward.destroy());
}

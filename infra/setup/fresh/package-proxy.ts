/**
 * The only way out of a fresh machine: an HTTP proxy that reaches the package sources named to it and nothing else, and takes
 * the way that this machine takes (its resolver, its own proxy where one is set).
 */

import { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface PackageProxy {
  /** Hosts that were asked for and refused. */
  readonly refused: ReadonlySet<string>;
  close(): void;
}

/** What a request needs to get out. */
interface Passage {
  readonly asked: IncomingMessage;
  readonly allowed: (host: string) => boolean;
  readonly resolve: LookupFunction;
  readonly upstream: URL | undefined;
}

export interface PackageProxyOptions {
  /** The Unix socket to listen on. */
  readonly path: string;
  /** The hosts that may be reached; any other is answered with 403. */
  readonly hosts: ReadonlySet<string>;
  /** The proxy that leads out of this machine, where it needs one: `ownProxy()`. */
  readonly upstream?: URL | undefined;
}

/** Listens until closed. */
export async function openPackageProxy({
  path,
  hosts,
  upstream,
}: PackageProxyOptions): Promise<PackageProxy> {
  const refused = new Set<string>();
  const resolve = resolveOnce();
  const open = new Set<Duplex>();
  const allowed = (host: string): boolean => {
    if (!hosts.has(host)) refused.add(host);
    return hosts.has(host);
  };
  const server = createServer((asked, answer) =>
    forward({ asked, allowed, resolve, upstream }, answer),
  );
  server.on('connect', (asked: IncomingMessage, client: Duplex) =>
    tunnel({ asked, allowed, resolve, upstream }, client),
  );
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

/**
 * Resolves every host once. A package manager opens hundreds of connections to one name at once, and a resolver that drops some of as
 * many questions makes each of them wait for seconds.
 */
function resolveOnce(): LookupFunction {
  const known = new Map<string, Promise<{ address: string; family: number }>>();
  const ask = (host: string): Promise<{ address: string; family: number }> =>
    new Promise((resolve, reject) => {
      lookup(host, (fault, address, family) =>
        fault ? reject(fault) : resolve({ address, family }),
      );
    });
  return (host, options, answer) => {
    const found = known.get(host) ?? ask(host);
    known.set(host, found);
    found.then(
      (one) => (options.all ? answer(null, [one]) : answer(null, one.address, one.family)),
      (fault: Error) => {
        known.delete(host);
        answer(fault, []);
      },
    );
  };
}

/** The proxy that this machine's environment names, if any. */
export function ownProxy(): URL | undefined {
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = process.env;
  const proxy = https_proxy || HTTPS_PROXY || http_proxy || HTTP_PROXY;
  return proxy ? new URL(proxy) : undefined;
}

/** `GET http://host/path`: apt's way. */
function forward({ asked, allowed, resolve, upstream }: Passage, answer: ServerResponse): void {
  const url = URL.canParse(asked.url ?? '') ? new URL(asked.url ?? '') : undefined;
  if (!url || !allowed(url.hostname)) {
    answer.writeHead(403).end();
    return;
  }
  const to = upstream
    ? { host: upstream.hostname, port: upstream.port, path: url.href }
    : { host: url.hostname, port: url.port, path: url.pathname + url.search };
  const onward = request(
    { ...to, lookup: resolve, method: asked.method, headers: asked.headers },
    (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    },
  );
  onward.on('error', () => answer.headersSent || answer.writeHead(502).end());
  asked.pipe(onward);
}

/** `CONNECT host:port`: npm's way (RFC 9110, section 9.3.6). */
function tunnel({ asked, allowed, resolve, upstream }: Passage, client: Duplex): void {
  const [host = '', port = '443'] = (asked.url ?? '').split(':');
  client.on('error', () => client.destroy());
  if (!allowed(host)) {
    client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  const to = { host: upstream?.hostname ?? host, port: Number(upstream?.port || port) };
  const onward = connect({ ...to, lookup: resolve }, () => {
    if (upstream) onward.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    else client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(client).pipe(onward);
  });
  onward.on('error', () => client.destroy());
  client.on('close', () => onward.destroy());
}

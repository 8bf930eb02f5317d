/** The API over express: a Unix socket for operators (who logs in by SSH may read and change), loopback TCP for reading only. */
import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { reason } from '@tricade/cluster';
import type { Feed } from '@tricade/feed';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Monitor } from '../monitor.ts';
import { type Answered, problem } from './answer.ts';
import { streamEvents } from './event-stream.ts';
import { openApi } from './open-api.ts';
import { type ApiContext, routes } from './routes.ts';

export interface ApiOptions {
  readonly monitor: Monitor;
  readonly feed: Feed;
  readonly nowMs: () => number;
  /** Path of the Unix socket (0600), or a loopback port that answers reads only. */
  readonly listen: { readonly socket: string } | { readonly port: number };
}

/** Starts the server; resolves when it listens, rejects where it cannot. */
export function serveApi(options: ApiOptions): Promise<Server> {
  const app = application(options);
  const { listen } = options;
  return new Promise((resolve, reject) => {
    if ('socket' in listen) rmSync(listen.socket, { force: true });
    const ready = (error?: Error): void => {
      if (error !== undefined) {
        reject(error);
        return;
      }
      if ('socket' in listen) chmodSync(listen.socket, 0o600);
      resolve(server);
    };
    const server: Server =
      'socket' in listen
        ? app.listen(listen.socket, ready)
        : app.listen(listen.port, '127.0.0.1', ready);
  });
}

function application(options: ApiOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  if ('port' in options.listen) app.use(loopbackOnly);
  app.use(express.json({ limit: '64kb' }));
  addRoutes(app, options);
  app.get('/openapi.json', (_request, response) => void response.json(openApi()));
  app.get('/events', (request, response) => sendEvents(options.feed, request, response));
  app.use((_request: Request, response: Response) =>
    send(response, problem(404, reason('not-found', 'no such route; see /openapi.json'))),
  );
  app.use(sendFault);
  return app;
}

function addRoutes(app: Express, options: ApiOptions): void {
  const { monitor, feed, nowMs, listen } = options;
  const context: ApiContext = { monitor, feed, nowMs };
  for (const route of routes) {
    if (route.method !== 'get' && 'port' in listen) continue;
    app[route.method](route.path, async (request: Request, response: Response) => {
      const rest = Object.values(request.params).flat().join('/');
      send(response, await route.handle(context, { rest, body: request.body as unknown }));
    });
  }
}

/** A page of another origin must not read through a name that it points to this machine (DNS rebinding). */
function loopbackOnly(request: Request, response: Response, next: NextFunction): void {
  if (/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.get('host') ?? '')) next();
  else send(response, problem(403, reason('wrong-host', 'ask for localhost')));
}

function send(response: Response, { status, body }: Answered): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.status(status).type(type).set('cache-control', 'no-store').send(JSON.stringify(body));
}

/** Express tells faults of the request from its own by their status. */
// biome-ignore lint/complexity/useMaxParams: four parameters make it an error handler
function sendFault(
  error: { readonly status?: number },
  _request: Request,
  response: Response,
  _next: NextFunction,
): void {
  const { status = 500 } = error;
  if (status === 413)
    send(response, problem(413, reason('too-large', 'the body is longer than 64 KiB')));
  else if (status >= 400 && status < 500)
    send(response, problem(400, reason('bad-request', 'the request or its JSON cannot be read')));
  else send(response, problem(500, reason('internal', 'the monitor could not answer')));
}

function sendEvents(feed: Feed, request: Request, response: Response): void {
  response.set({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const end = streamEvents({
    feed,
    lastId: request.get('last-event-id'),
    write: (text) => void response.write(text),
  });
  response.on('close', end);
}

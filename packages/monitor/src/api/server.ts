/** The API over express: a Unix socket for operators (who logs in by SSH may read and change), loopback TCP for reading only. */
import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Feed } from '@tricade/feed';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Monitor } from '../monitor.ts';
import { LockBook } from './locks.ts';
import { openApi } from './open-api.ts';
import { type ApiContext, problem, routes, sseOf } from './routes.ts';

export interface ApiOptions {
  readonly monitor: Monitor;
  readonly feed: Feed;
  readonly nowMs: () => number;
  /** Path of the Unix socket (0600), or a loopback port that answers reads only. */
  readonly listen: { readonly socket: string } | { readonly port: number };
}

/** Comment sent on idle event streams, so that proxies and readers know it lives. */
const heartbeatMs = 15_000;
/** How often new events are looked for; they come from every node through the feed. */
const eventsEveryMs = 500;

/** Starts the server; resolves when it listens. */
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
  app.use(express.json({ limit: '64kb' }));
  const context: ApiContext = {
    monitor: options.monitor,
    locks: new LockBook(options.feed),
    nowMs: options.nowMs,
  };
  for (const route of routes) {
    if (route.method !== 'get' && 'port' in options.listen) continue;
    app[route.method](route.path, async (request: Request, response: Response) => {
      const params = Object.fromEntries(
        Object.entries(request.params).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join('/') : value,
        ]),
      );
      send(response, await route.handle(context, { params, body: request.body as unknown }));
    });
  }
  app.get(
    '/openapi.json',
    (_request: Request, response: Response) => void response.json(openApi()),
  );
  app.get('/events', (request: Request, response: Response) =>
    streamEvents(options, request, response),
  );
  app.use((_request: Request, response: Response) =>
    send(response, problem(404, 'not-found', 'no such route; see /openapi.json')),
  );
  app.use(
    (
      error: { readonly status?: number },
      _request: Request,
      response: Response,
      _next: NextFunction,
    ) =>
      send(
        response,
        error.status === 400
          ? problem(400, 'bad-json', 'the body is not JSON')
          : problem(500, 'internal', 'the monitor could not answer'),
      ),
  );
  return app;
}

function send(
  response: Response,
  answered: { readonly status: number; readonly body: unknown },
): void {
  const type = answered.status >= 400 ? 'application/problem+json' : 'application/json';
  response.status(answered.status).type(type).send(JSON.stringify(answered.body));
}

/** Server-sent events: the newest first after `Last-Event-ID`, then each as it comes. */
function streamEvents(options: ApiOptions, request: Request, response: Response): void {
  response.set({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  let last = request.get('last-event-id');
  let beatMs = performance.now();
  const look = async (): Promise<void> => {
    const newest = await options.feed.events(200);
    const known = newest.findIndex((event) => event.id === last);
    const fresh = (known < 0 ? newest : newest.slice(0, known)).toReversed();
    for (const event of fresh) response.write(sseOf(event));
    last = newest[0]?.id ?? last;
    if (fresh.length > 0) beatMs = performance.now();
    if (performance.now() - beatMs > heartbeatMs) {
      response.write(': still here\n\n');
      beatMs = performance.now();
    }
  };
  void look();
  const timer = setInterval(() => void look(), eventsEveryMs);
  request.on('close', () => clearInterval(timer));
}

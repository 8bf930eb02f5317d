/** The monitor's HTTP API as data: each route with its method, what it does, and its handler. The OpenAPI document and the server come from it. */
import { drainProgress, reason, status } from '@tricade/cluster';
import type { Feed } from '@tricade/feed';
import type { Monitor } from '../monitor.ts';
import { type Answered, done, problem } from './answer.ts';
import { isKnown, liftLatch, setLatch } from './latches.ts';
import { giveLock, takeLock } from './locks.ts';
import { snapshotJson, tableShares } from './views.ts';

export interface ApiContext {
  readonly monitor: Monitor;
  readonly feed: Feed;
  readonly nowMs: () => number;
}

interface ApiRequest {
  /** What `*name` of the path took; '' where it has none. */
  readonly rest: string;
  readonly body: unknown;
}

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** `*name` at the end takes the rest of the path. */
  readonly path: string;
  readonly summary: string;
  readonly handle: (context: ApiContext, request: ApiRequest) => Promise<Answered>;
}

/** How many events go with the state. */
const stateEvents = 50;

/** Every route but `/events` and `/openapi.json`, which the server answers itself. */
export const routes: readonly Route[] = [
  {
    method: 'get',
    path: '/livez',
    summary: 'The process answers.',
    handle: async () => done({ live: true }),
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'It hears the feed and somebody leads.',
    handle: ({ monitor }) => readiness(monitor),
  },
  {
    method: 'get',
    path: '/state',
    summary: 'Everything that is known: the input of status, trace and plan.',
    handle: async ({ monitor }) =>
      done({ ...snapshotJson(await monitor.snapshot(stateEvents)), waits: monitor.waits }),
  },
  {
    method: 'get',
    path: '/status',
    summary: 'What people see.',
    handle: async ({ monitor }) => done(status(await monitor.snapshot(), monitor.waits)),
  },
  {
    method: 'get',
    path: '/tables',
    summary: 'Forwarding tables: rows of each real, current and previous.',
    handle: async ({ monitor }) => done(tableShares(await monitor.snapshot())),
  },
  {
    method: 'get',
    path: '/drains/*target',
    summary: 'How far a drain has come and what it waits for.',
    handle: ({ monitor }, { rest }) => drain(monitor, rest),
  },
  {
    method: 'post',
    path: '/latches',
    summary: 'Set a latch: {target, kind, by, why, untilMs?}.',
    handle: ({ monitor, feed, nowMs }, { body }) =>
      setLatch(monitor, feed, { body, nowMs: nowMs() }),
  },
  {
    method: 'delete',
    path: '/latches/*target',
    summary: 'Lift a latch.',
    handle: ({ monitor }, { rest }) => liftLatch(monitor, rest),
  },
  {
    method: 'post',
    path: '/lock',
    summary: 'Take the change lock, or renew it for the same token: {holder, what, token}.',
    handle: ({ feed }, { body }) => takeLock(feed, body),
  },
  {
    method: 'delete',
    path: '/lock/*token',
    summary: 'Give the change lock back.',
    handle: ({ feed }, { rest }) => giveLock(feed, rest),
  },
];

async function readiness(monitor: Monitor): Promise<Answered> {
  const { leader } = await monitor.snapshot();
  if (!monitor.hears) return problem(503, reason('not-ready', 'the feed cannot be heard'));
  if (leader === undefined) return problem(503, reason('not-ready', 'nobody leads yet'));
  return done({ ready: true, leader: leader.name, leads: monitor.leads });
}

async function drain(monitor: Monitor, target: string): Promise<Answered> {
  const snapshot = await monitor.snapshot();
  if (!isKnown(snapshot, target))
    return problem(404, reason('unknown-target', `no node or member is called ${target}`));
  return done({ ...drainProgress(snapshot, target, monitor.waits), conductor: monitor.waits });
}

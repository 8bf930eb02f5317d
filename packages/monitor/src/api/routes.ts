/** The monitor's HTTP API as data: each route with its method, what it does, and its handler. The OpenAPI document and the server come from it. */
import {
  clock,
  drainProgress,
  type Event,
  type Latch,
  packRows,
  type Snapshot,
  status,
  tableGroups,
} from '@tricade/cluster';
import type { Monitor } from '../monitor.ts';
import type { LockBook } from './locks.ts';

export interface ApiContext {
  readonly monitor: Monitor;
  readonly locks: LockBook;
  readonly nowMs: () => number;
}

export interface Answered {
  readonly status: number;
  /** JSON; an RFC 9457 problem where status ≥ 400. */
  readonly body: unknown;
}

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly handle: (
    context: ApiContext,
    request: { readonly params: Readonly<Record<string, string>>; readonly body: unknown },
  ) => Promise<Answered>;
}

/** A problem (RFC 9457): type is the word of the reason. */
export function problem(
  httpStatus: number,
  word: string,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): Answered {
  return {
    status: httpStatus,
    body: {
      type: `urn:tricade:${word}`,
      title: word.replaceAll('-', ' '),
      status: httpStatus,
      detail,
      ...more,
    },
  };
}

/** A snapshot as JSON: rows packed (`packRows`), so that `unpackSnapshot` gives it back. */
export function snapshotJson(snapshot: Snapshot): unknown {
  const tables = Object.fromEntries(
    Object.entries(snapshot.feed.tables).map(([group, table]) => [
      group,
      { ...table, rows: packRows(table.rows) },
    ]),
  );
  return { ...snapshot, feed: { ...snapshot.feed, tables } };
}

const latchKinds = ['drain', 'maintenance', 'force-up', 'force-down'];

/** A latch out of a request's body, or what is wrong with it. */
function readLatch(body: unknown, nowMs: number): Latch | string {
  if (typeof body !== 'object' || body === null) return 'the body must be a JSON object';
  const { target, kind, by, why, untilMs } = body as Record<string, unknown>;
  for (const [name, value] of Object.entries({ target, kind, by, why })) {
    if (typeof value !== 'string' || value === '' || value.length > 200 || /\p{Cc}/u.test(value))
      return `${name} must be 1 to 200 characters without control characters`;
  }
  if (!latchKinds.includes(kind as string)) return `kind must be one of ${latchKinds.join(', ')}`;
  if (untilMs !== undefined && (typeof untilMs !== 'number' || untilMs <= nowMs))
    return 'untilMs must be a wall clock time to come, in ms';
  return {
    target,
    kind,
    by,
    why,
    sinceMs: nowMs,
    revision: 0,
    ...(untilMs === undefined ? {} : { untilMs }),
  } as Latch;
}

function knows(snapshot: Snapshot, target: string): boolean {
  const { cluster } = snapshot;
  const [group, name] = target.split('/');
  if (name === undefined) return cluster.nodes.some((node) => node.name === target);
  const pool = cluster.pools.find((each) => each.name === group);
  return pool === undefined
    ? cluster.nodes.some((node) => node.tier === group && node.name === name)
    : pool.servers.some((server) => server.name === name);
}

async function setLatch(context: ApiContext, body: unknown): Promise<Answered> {
  const latch = readLatch(body, context.nowMs());
  if (typeof latch === 'string') return problem(400, 'bad-latch', latch);
  const snapshot = await context.monitor.snapshot();
  if (!knows(snapshot, latch.target))
    return problem(404, 'unknown-target', `no node or member is called ${latch.target}`);
  const held = await context.locks.heldByOther(latch.by);
  if (held !== undefined)
    return problem(
      409,
      'locked',
      `${held.holder} is changing the cluster: ${held.what}, since ${clock(held.sinceMs)}`,
    );
  return changed(await context.monitor.latch(latch.target, latch));
}

function changed(done: Awaited<ReturnType<Monitor['latch']>>): Answered {
  if (done.changed) return { status: 200, body: { revision: done.revision } };
  return problem(
    done.why.word === 'not-leader' || done.why.word === 'no-leader' ? 409 : 503,
    done.why.word,
    done.why.text,
    done.leader === undefined ? {} : { leader: done.leader },
  );
}

/** Every route but `/events`, which streams. */
export const routes: readonly Route[] = [
  {
    method: 'get',
    path: '/livez',
    summary: 'The process answers.',
    handle: async () => ({ status: 200, body: { live: true } }),
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'It hears the feed and somebody leads.',
    handle: async ({ monitor }) => {
      const { leader } = await monitor.snapshot();
      const ready = monitor.hears && leader !== undefined;
      return ready
        ? { status: 200, body: { ready, leader: leader.name, leads: monitor.leads } }
        : problem(
            503,
            'not-ready',
            monitor.hears ? 'nobody leads yet' : 'the feed cannot be heard',
          );
    },
  },
  {
    method: 'get',
    path: '/state',
    summary: 'Everything that is known: the input of status, trace and plan.',
    handle: async ({ monitor }) => ({
      status: 200,
      body: { ...(snapshotJson(await monitor.snapshot(50)) as object), waits: monitor.waits },
    }),
  },
  {
    method: 'get',
    path: '/status',
    summary: 'What people see.',
    handle: async ({ monitor }) => ({ status: 200, body: status(await monitor.snapshot()) }),
  },
  {
    method: 'get',
    path: '/tables',
    summary: 'Forwarding tables: rows of each real, current and previous.',
    handle: async ({ monitor }) => ({ status: 200, body: tableShares(await monitor.snapshot()) }),
  },
  {
    method: 'get',
    path: '/drains/*target',
    summary: 'How far a drain has come and what it waits for.',
    handle: async ({ monitor }, { params }) => ({
      status: 200,
      body: {
        ...drainProgress(await monitor.snapshot(), params['target'] ?? ''),
        conductor: monitor.waits,
      },
    }),
  },
  {
    method: 'post',
    path: '/latches',
    summary: 'Set a latch: {target, kind, by, why, untilMs?}.',
    handle: (context, { body }) => setLatch(context, body),
  },
  {
    method: 'delete',
    path: '/latches/*target',
    summary: 'Lift a latch.',
    handle: async (context, { params }) => {
      const target = params['target'] ?? '';
      const snapshot = await context.monitor.snapshot();
      return snapshot.feed.latches[target] === undefined
        ? problem(404, 'no-latch', `${target} is not latched`)
        : changed(await context.monitor.latch(target, null));
    },
  },
  {
    method: 'post',
    path: '/lock',
    summary: 'Take or renew the change lock: {holder, what}.',
    handle: ({ locks }, { body }) => locks.take(body),
  },
  {
    method: 'delete',
    path: '/lock/*holder',
    summary: 'Give the change lock back.',
    handle: ({ locks }, { params }) => locks.give(params['holder'] ?? ''),
  },
];

/** Rows per real of each group: how many it is current of, how many it was. */
function tableShares(snapshot: Snapshot): unknown {
  return tableGroups(snapshot.cluster, snapshot.generation).map(({ group, size, reals }) => {
    const table = snapshot.feed.tables[group];
    const shares = reals.map(({ id, name }) => {
      const rows = table?.rows ?? new Uint32Array();
      return {
        name,
        id,
        current: rows.filter((word) => (word & 0xffff) === id).length,
        previous: rows.filter((word) => ((word >>> 16) & 0x7fff) === id).length,
      };
    });
    return { group, size, step: table?.step ?? 0, digest: table?.digest ?? '', shares };
  });
}

/** One event as SSE. */
export function sseOf(event: Event): string {
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}

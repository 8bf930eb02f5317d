/** What a proxy measures of itself. */
import type { Host, ProxyState, Sample } from '@tricade/cluster';
import { countSockets } from '../owned-sockets.ts';
import { selfPool } from './paths.ts';
import { askMaster, askRuntime, dropRuntime } from './runtime.ts';
import { parseInfo, parseStat, parseWorkers, type ServerStat } from './show.ts';

const serverStats = 'show stat -1 4 -1';

interface Counted {
  /** Process id of the worker: counters begin at zero in each. */
  readonly worker: string;
  readonly stats: ReadonlyMap<string, ServerStat>;
  readonly errors: Readonly<Record<string, number>>;
}

const counted = new WeakMap<Host, Counted>();

/**
 * Flows and sockets of all workers, also of those that a reload has replaced: a server or a proxy is empty when none of them holds anything.
 * `counters` are sessions since the current worker started. Throws TRI-H010 where the proxy does not answer.
 */
export async function sampleProxy(host: Host, state: ProxyState): Promise<Sample> {
  const [stats, ownedSockets] = await Promise.all([workerStats(host), countSockets(host, state)]);
  const { current, old, worker } = stats;
  const flows: Record<string, number> = {};
  const counters: Record<string, number> = {};
  for (const [member, { sessions, allSessions }] of current) {
    flows[member] = sessions;
    counters[member] = allSessions;
  }
  for (const { member, sessions } of old) flows[member] = (flows[member] ?? 0) + sessions;
  const before = counted.get(host);
  const errors = consecutiveErrors(before?.worker === worker ? before : undefined, current);
  counted.set(host, { worker, stats: current, errors });
  return { atMs: Date.now(), flows, counters, errors, ownedSockets };
}

/**
 * Errors in a row, as far as counters tell: all failures since the last interval in which the server also answered well. In the first interval of
 * a worker a server is given the benefit of any success.
 */
export function consecutiveErrors(
  before: Pick<Counted, 'stats' | 'errors'> | undefined,
  now: ReadonlyMap<string, ServerStat>,
): Record<string, number> {
  const errors: Record<string, number> = {};
  for (const [member, { failures, successes }] of now) {
    const then = before?.stats.get(member);
    const answered = successes > (then?.successes ?? 0);
    const failed = Math.max(0, failures - (then?.failures ?? 0));
    errors[member] = answered ? 0 : (before?.errors[member] ?? 0) + failed;
  }
  return errors;
}

async function workerStats(host: Host): Promise<{
  worker: string;
  current: ReadonlyMap<string, ServerStat>;
  old: { member: string; sessions: number }[];
}> {
  const [info, stat = ''] = await ofCurrent(host);
  const { old } = parseWorkers(await askMaster(host, 'show proc').catch(() => ''));
  const texts = await Promise.all(
    old.map((pid) => askMaster(host, `@!${pid} ${serverStats}`).catch(() => '')),
  );
  const sessions = texts.flatMap((text) =>
    [...withoutSelf(parseStat(text))].map(([member, found]) => ({
      member,
      sessions: found.sessions,
    })),
  );
  return { worker: info.Pid ?? '', current: withoutSelf(parseStat(stat)), old: sessions };
}

/** `show info` and servers, from a worker that no reload has replaced (or, right at a reload, from whichever answers). */
async function ofCurrent(host: Host): Promise<[Readonly<Record<string, string>>, string]> {
  const ask = async (): Promise<[Readonly<Record<string, string>>, string]> => {
    const [info = '', stat = ''] = await askRuntime(host, ['show info', serverStats]);
    return [parseInfo(info), stat];
  };
  const first = await ask();
  if (first[0].Stopping !== '1') return first;
  await dropRuntime(host);
  return ask();
}

function withoutSelf(stats: ReadonlyMap<string, ServerStat>): ReadonlyMap<string, ServerStat> {
  return new Map([...stats].filter(([member]) => !member.startsWith(`${selfPool}/`)));
}

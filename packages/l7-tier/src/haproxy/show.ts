/** What HAProxy shows of itself, parsed. Pure. */

/** Workers of a master and whether its last reloads worked (management guide 2.6, section 9.4). */
export interface Workers {
  readonly current: readonly number[];
  /** Replaced by a reload, finishing their connections. */
  readonly old: readonly number[];
  /** Reloads in a row that failed: the file on disk is not what runs. */
  readonly failedReloads: number;
}

export function parseWorkers(text: string): Workers {
  const current: number[] = [];
  const old: number[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) section = line.slice(2).trim();
    const [, pid] = /^(\d+)\s+worker\b/.exec(line) ?? [];
    if (pid === undefined) continue;
    if (section === 'workers') current.push(Number(pid));
    if (section === 'old workers') old.push(Number(pid));
  }
  const failed = /\[failed: (\d+)\]/.exec(text)?.[1];
  return { current, old, failedReloads: Number(failed ?? 0) };
}

/** `Key: value` lines of `show info`. */
export function parseInfo(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\n').flatMap((line) => {
    const colon = line.indexOf(': ');
    return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 2)] as const];
  });
  return Object.fromEntries(pairs);
}

/** Counters of one server since its worker started. */
export interface ServerStat {
  /** Sessions now: requests in HTTP, connections in TCP. */
  readonly sessions: number;
  readonly allSessions: number;
  /** Failed connections, retries, moves to another server, broken answers and 5xx. */
  readonly failures: number;
  /** Answers below 500; in TCP connections that came about. */
  readonly successes: number;
}

/**
 * `show stat -1 4 -1` (servers of all pools; CSV, since the JSON of 10,000 servers is a hundred megabytes), keyed `POOL/SERVER`. Columns by name
 * (section 9.1). Names of ours have no commas.
 */
export function parseStat(text: string): ReadonlyMap<string, ServerStat> {
  const [head = '', ...lines] = text.split('\n');
  const columns = head.replace(/^# /, '').split(',');
  const at = (name: string) => columns.indexOf(name);
  const index = Object.fromEntries(
    ['svname', 'scur', 'stot', 'hrsp_2xx', ...failing, ...answered, 'connect'].map((name) => [
      name,
      at(name),
    ]),
  );
  const stats = new Map<string, ServerStat>();
  for (const line of lines) {
    const field = line.split(',');
    if (field.length < columns.length - 1) continue;
    const value = (name: string) => Number(field[index[name] ?? -1] || 0);
    const sum = (names: readonly string[]) => names.reduce((total, name) => total + value(name), 0);
    const isHttp = field[index.hrsp_2xx ?? -1] !== '';
    const connections = Math.max(0, value('connect') - value('econ'));
    stats.set(`${field[0]}/${field[index.svname ?? -1]}`, {
      sessions: value('scur'),
      allSessions: value('stot'),
      failures: sum(failing),
      successes: isHttp ? sum(answered) : connections,
    });
  }
  return stats;
}

const failing = ['econ', 'eresp', 'wretr', 'wredis', 'hrsp_5xx'];
const answered = ['hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx'];

/**
 * Of `show sess` (section 9.3): ids of the sessions that are connected to one of `servers` (`POOL/SERVER`). The server side's state is the first
 * number of `scb`: 5 connecting, 7 connected just now, 8 established (include/haproxy/sc_strm-t.h).
 */
export function connectedSessions(text: string, servers: ReadonlySet<string>): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, id, pool, server, state] =
      /^(0x[0-9a-f]+): .* be=(\S+) srv=(\S+) .* scb=\[(\d+),/.exec(line) ?? [];
    const isConnected = state === '7' || state === '8';
    return id !== undefined && isConnected && servers.has(`${pool}/${server}`) ? [id] : [];
  });
}

/** The control socket of a running nginx, and what it says, parsed. */
import { type Connection, type Host, type ServerState, TricadeError } from '@tricade/cluster';
import { selfKey } from '../wanted-servers.ts';
import { controlSocket } from './paths.ts';

/** How long an answer may take: a live file of 30,000 servers is read in a tenth of a second. */
const answerTimeoutMs = 10_000;

/** `load` reads the live file and answers like `state`; `counts` are requests by server. */
export type Command = 'load' | 'state' | 'counts';

/** One command, over a connection of its own. Throws TRI-H010 where nobody answers, TRI-H011 with what nginx has against it. */
export async function askControl(host: Host, command: Command): Promise<string> {
  const answer = await host
    .connect(controlSocket)
    .then((connection) => exchange(connection, `GET /${command} HTTP/1.0\r\n\r\n`))
    .catch((cause: unknown) => {
      throw new TricadeError('TRI-H010', 'the proxy does not answer on its control socket', {
        hint: 'Look at `systemctl status tricade-nginx` on the node.',
        node: host.name,
        cause,
      });
    });
  const end = answer.indexOf('\r\n\r\n');
  const body = answer.slice(end + 4);
  if (end >= 0 && /^HTTP\/1\.\d 200 /.test(answer)) return body;
  const said = body.trim() || answer.split('\r\n')[0];
  throw new TricadeError('TRI-H011', `\`${command}\` was answered: ${said}`, { node: host.name });
}

function exchange(connection: Connection, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      connection.close();
      reject(new Error(`no answer within ${answerTimeoutMs} ms`));
    }, answerTimeoutMs);
    connection.onData((more) => {
      text += more;
    });
    connection.onClose(() => {
      clearTimeout(timer);
      if (text === '') reject(new Error('the connection was closed'));
      else resolve(text);
    });
    connection.write(question);
  });
}

/** What a worker says of itself and of the servers as it uses them. */
export interface Running {
  readonly version: string;
  /** It belongs to a configuration that a reload has replaced. */
  readonly exiting: boolean;
  /** Workers of such configurations, which finish their requests. */
  readonly oldWorkers: number;
  /** MD5 (hex) of the file of pools that it runs with. */
  readonly poolsDigest: string;
  readonly servers: ReadonlyMap<string, { readonly state: ServerState; readonly weight: number }>;
}

/** undefined where the text is none of ours. */
export function parseState(text: string): Running | undefined {
  const [head = '', proxy, ...lines] = text.trimEnd().split('\n');
  const [, version, exiting, old, poolsDigest] =
    /^nginx (\d+) cycle \d+ exiting ([01]) old (\d+) pools ([0-9a-f]{32})$/.exec(head) ?? [];
  if (version === undefined || poolsDigest === undefined) return undefined;
  if (proxy !== 'proxy serving' && proxy !== 'proxy draining') return undefined;
  const servers = new Map<string, { state: ServerState; weight: number }>();
  servers.set(selfKey, { state: proxy === 'proxy serving' ? 'ready' : 'maint', weight: 1 });
  for (const line of lines) {
    const [, pool, server, state, weight] =
      /^server (\S+) (\S+) (ready|drain|maint|dead) (\d+)$/.exec(line) ?? [];
    if (state === undefined) return undefined;
    servers.set(`${pool}/${server}`, { state: state as ServerState, weight: Number(weight) });
  }
  return {
    version: spelled(Number(version)),
    exiting: exiting === '1',
    oldWorkers: Number(old),
    poolsDigest,
    servers,
  };
}

/** 1022001 → 1.22.1 (`nginx_version` of nginx.h). */
function spelled(version: number): string {
  const part = (divisor: number) => Math.floor(version / divisor) % 1_000;
  return `${part(1_000_000)}.${part(1_000)}.${part(1)}`;
}

/** Requests of a server over all workers that run. */
export interface Counted {
  readonly now: number;
  readonly all: number;
  /** Failures since its last good answer. */
  readonly errors: number;
}

/** Lines of `POOL/SERVER NOW ALL ERRORS`; others are left out. */
export function parseCounts(text: string): ReadonlyMap<string, Counted> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, member, now, all, errors] = /^(\S+) (-?\d+) (\d+) (\d+)$/.exec(line) ?? [];
      if (member === undefined) return [];
      const counted = { now: Math.max(0, Number(now)), all: Number(all), errors: Number(errors) };
      return [[member, counted] as const];
    }),
  );
}

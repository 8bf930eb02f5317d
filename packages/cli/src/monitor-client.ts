/** The monitor's API, reached over SSH through its Unix socket: who may log in may change things; there are no other credentials. */
import {
  type Cluster,
  type ConductorWait,
  type Connection,
  type Host,
  nodesOf,
  type Snapshot,
  type Table,
  TricadeError,
  unpackRows,
} from '@tricade/cluster';
import type { Hosts } from './wire.ts';

export const monitorSocket = '/run/tricade/monitor.sock';
const answerTimeoutMs = 5_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Talks to whichever monitor leads. Keeps one SSH connection a monitor. */
export class MonitorClient {
  readonly #cluster: Cluster;
  readonly #hosts: Hosts;
  readonly #open = new Map<string, Host>();

  constructor(cluster: Cluster, hosts: Hosts) {
    this.#cluster = cluster;
    this.#hosts = hosts;
  }

  /** Any monitor's snapshot, and what the conductor waits for. Throws TRI-U003 where none answers. */
  async state(): Promise<{
    readonly snapshot: Snapshot;
    readonly waits: readonly ConductorWait[];
  }> {
    const { body } = await this.ask('GET', '/state');
    const { waits, ...rest } = body as Snapshot & { readonly waits: [] };
    const tables = Object.fromEntries(
      Object.entries(rest.feed.tables).map(([group, table]) => [
        group,
        {
          ...table,
          rows: unpackRows(table.rows as unknown as string) ?? new Uint32Array(),
        } satisfies Table,
      ]),
    );
    return { snapshot: { ...rest, feed: { ...rest.feed, tables } }, waits };
  }

  /** One request to a monitor that can carry it out: changes go to the leader. Throws TRI-U003 where no monitor answers. */
  async ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
    const monitors = nodesOf(this.#cluster, 'monitor');
    let refusal: Answer | undefined;
    let cause: unknown;
    for (const monitor of monitors) {
      try {
        const host = this.#open.get(monitor.name) ?? this.#hosts.open(monitor);
        this.#open.set(monitor.name, host);
        const answer = await request(host, { method, path, body });
        const word = (answer.body as { readonly type?: string } | null)?.type;
        if (word !== 'urn:tricade:not-leader') return answer;
        refusal = answer;
      } catch (error) {
        cause = error;
        await this.#open
          .get(monitor.name)
          ?.close()
          .catch(() => {});
        this.#open.delete(monitor.name);
      }
    }
    if (refusal !== undefined) return refusal;
    throw new TricadeError(
      'TRI-U003',
      `no monitor answers (${monitors.map((node) => node.name).join(', ') || 'the file has none'})`,
      { cause, hint: 'was the cluster rolled out? tricade apply FILE' },
    );
  }

  /** As `ask`, and a refusal is an error: TRI-U004 with the monitor's own words. */
  async change(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (answer.status < 400) return answer.body;
    const { detail } = answer.body as { readonly detail?: string };
    throw new TricadeError('TRI-U004', detail ?? `the monitor answered ${answer.status}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((host) => host.close()));
    this.#open.clear();
  }
}

/** One HTTP/1.1 exchange (RFC 9112) on a connection of its own; the server closes it. */
async function request(
  host: Host,
  asked: { readonly method: string; readonly path: string; readonly body: unknown },
): Promise<Answer> {
  const connection = await host.connect(monitorSocket);
  const content = asked.body === undefined ? '' : JSON.stringify(asked.body);
  const head = [
    `${asked.method} ${asked.path} HTTP/1.1`,
    'Host: monitor',
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${new TextEncoder().encode(content).length}`,
  ];
  const text = await exchange(connection, `${head.join('\r\n')}\r\n\r\n${content}`);
  const split = text.indexOf('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
  if (split < 0 || Number.isNaN(status))
    throw new TricadeError('TRI-U003', 'the monitor closed without an answer', { node: host.name });
  return { status, body: JSON.parse(text.slice(split + 4) || 'null') as unknown };
}

/** Sends a request and collects the answer until it is whole: by its length, or by the end of the connection. */
function exchange(connection: Connection, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    let ended = false;
    const end = (act: () => void): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      act();
      connection.close();
    };
    const timer = setTimeout(
      () =>
        end(() =>
          reject(
            new TricadeError('TRI-U003', `the monitor did not answer within ${answerTimeoutMs} ms`),
          ),
        ),
      answerTimeoutMs,
    );
    connection.onData((chunk) => {
      answer += chunk;
      if (isWhole(answer)) end(() => resolve(answer));
    });
    connection.onClose(() => end(() => resolve(answer)));
    connection.write(text);
  });
}

/** The body has as many bytes as its header says (RFC 9112, section 6.2). */
function isWhole(answer: string): boolean {
  const split = answer.indexOf('\r\n\r\n');
  if (split < 0) return false;
  const length = Number(/^content-length: *(\d+)\r?$/im.exec(answer.slice(0, split + 2))?.[1]);
  return new TextEncoder().encode(answer.slice(split + 4)).length >= length;
}

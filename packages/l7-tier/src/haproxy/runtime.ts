/**
 * HAProxy's runtime socket (management guide 2.6, section 9.3): one connection a host, kept open in `prompt` mode, commands pipelined: about 15 µs
 * each, where a connection a command costs milliseconds.
 */
import { type Connection, type Host, TricadeError } from '@tricade/cluster';
import { masterSocket, runtimeSocket } from './paths.ts';

/** How long a batch of commands may take: HAProxy answers 30,000 of them in half a second. */
const answerTimeoutMs = 10_000;
const prompt = '\n> ';

interface Pending {
  readonly count: number;
  readonly answers: string[];
  readonly resolve: (answers: string[]) => void;
  readonly reject: (error: Error) => void;
}

/** An open connection. After a fault it is closed and of no more use. */
export class Runtime {
  readonly #connection: Connection;
  readonly #pending: Pending[] = [];
  #text = '';
  #isOpen = true;

  private constructor(connection: Connection) {
    this.#connection = connection;
    connection.onData((text) => this.#take(text));
    connection.onClose(() => this.#end(new Error('the connection was closed')));
  }

  static async open(host: Host): Promise<Runtime> {
    const runtime = new Runtime(await host.connect(runtimeSocket));
    await runtime.ask(['prompt']);
    return runtime;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends all at once; the answers stand in the order of the commands, '' where there is nothing to say. */
  ask(commands: readonly string[]): Promise<string[]> {
    if (commands.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) {
        reject(new Error('the connection is closed'));
        return;
      }
      const timer = setTimeout(
        () => this.#end(new Error(`no answer within ${answerTimeoutMs} ms`)),
        answerTimeoutMs,
      );
      this.#pending.push({
        count: commands.length,
        answers: [],
        resolve: (answers) => {
          clearTimeout(timer);
          resolve(answers);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#connection.write(`${commands.join('\n')}\n`);
    });
  }

  close(): void {
    this.#end(new Error('the connection was given up'));
  }

  #take(text: string): void {
    this.#text += text;
    let from = 0;
    for (;;) {
      const end = this.#text.indexOf(prompt, from);
      const [first] = this.#pending;
      if (end < 0 || !first) break;
      first.answers.push(this.#text.slice(from, end).replace(/\n$/, ''));
      from = end + prompt.length;
      if (first.answers.length < first.count) continue;
      this.#pending.shift();
      first.resolve(first.answers);
    }
    this.#text = this.#text.slice(from);
  }

  #end(error: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#connection.close();
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}

const open = new WeakMap<Host, Promise<Runtime>>();

/** The host's connection, made anew where there is none that is open. Throws TRI-H010. */
export async function runtimeOf(host: Host): Promise<Runtime> {
  const kept = await open.get(host)?.catch(() => undefined);
  if (kept?.isOpen) return kept;
  const fresh = Runtime.open(host);
  open.set(host, fresh);
  return fresh.catch((cause: unknown) => {
    open.delete(host);
    throw unanswered(host, cause);
  });
}

/** Asks over the kept connection, once more over a new one where HAProxy has closed it (idle, or a reload). Throws TRI-H010. */
export async function askRuntime(host: Host, commands: readonly string[]): Promise<string[]> {
  const runtime = await runtimeOf(host);
  try {
    return await runtime.ask(commands);
  } catch {
    const again = await runtimeOf(host);
    return again.ask(commands).catch((cause: unknown) => {
      throw unanswered(host, cause);
    });
  }
}

/** Gives the connection up: it leads to a worker that a reload has replaced, which it would keep alive. */
export async function dropRuntime(host: Host): Promise<void> {
  const kept = await open.get(host)?.catch(() => undefined);
  open.delete(host);
  kept?.close();
}

/** One command to the master, over a connection of its own. `@!PID COMMAND` reaches a worker, also one that a reload has replaced. */
export async function askMaster(host: Host, command: string): Promise<string> {
  const connection = await host.connect(masterSocket);
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      connection.close();
      reject(unanswered(host, new Error(`no answer within ${answerTimeoutMs} ms`)));
    }, answerTimeoutMs);
    connection.onData((more) => {
      text += more;
    });
    connection.onClose(() => {
      clearTimeout(timer);
      resolve(text);
    });
    connection.write(`${command}\nquit\n`);
  });
}

function unanswered(host: Host, cause: unknown): TricadeError {
  return new TricadeError('TRI-H010', 'the proxy does not answer on its runtime socket', {
    hint: 'Look at `systemctl status tricade-proxy` on the node.',
    node: host.name,
    cause,
  });
}

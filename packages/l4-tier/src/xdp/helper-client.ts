/** Talks to the privileged helper of a host: a line asks, a line answers (`bpf/helper/answer.c`). */
import { type Connection, type Host, TricadeError } from '@tricade/cluster';

export const helperSocket = '/run/tricade/bpf.sock';

/** The helper answers within milliseconds; loading an object takes it 300 ms. */
const answerWithinMs = 10_000;

interface Waiting {
  readonly resolve: (words: string) => void;
  readonly reject: (error: TricadeError) => void;
}

/** What the helper says of the data plane. */
export interface HelperStatus {
  /** SHA-256 of the object that was loaded; undefined: nothing is. */
  readonly loaded: string | undefined;
  /** What was loaded is of another map ABI than what runs, and waits for its maps to be filled: `attach` puts it in place. */
  readonly waits: boolean;
  /** Programs at their devices. */
  readonly attached: readonly {
    readonly program: string;
    readonly device: string;
    readonly mode: 'native' | 'generic';
  }[];
  readonly devices: Readonly<
    Record<
      string,
      { readonly ifindex: number; readonly mac: string; readonly mtuBytes: number } | undefined
    >
  >;
  /** Capacity of each map, by name. */
  readonly maps: Readonly<Record<string, number>>;
}

const open = new WeakMap<Host, HelperClient>();

/** The one connection to a host's helper, opened anew where it was lost. Throws TRI-D20 where nobody answers. */
export async function helperOf(host: Host): Promise<HelperClient> {
  const known = open.get(host);
  if (known !== undefined && !known.closed) return known;
  try {
    const client = new HelperClient(host.name, await host.connect(helperSocket));
    open.set(host, client);
    return client;
  } catch (cause) {
    throw new TricadeError('TRI-D20', `${helperSocket} does not answer`, {
      node: host.name,
      cause,
    });
  }
}

export class HelperClient {
  readonly #node: string;
  readonly #connection: Connection;
  readonly #waiting: Waiting[] = [];
  #chunks: string[] = [];
  #closed = false;

  constructor(node: string, connection: Connection) {
    this.#node = node;
    this.#connection = connection;
    connection.onData((text) => this.#hear(text));
    connection.onClose(() => this.#end('the helper closed the connection'));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What stands behind `ok`. Requests may be sent without waiting: they are answered in order. Throws TRI-D20, TRI-D21. */
  ask(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#lost('the connection is closed'));
      const timer = setTimeout(
        () => this.#end(`no answer within ${answerWithinMs} ms`),
        answerWithinMs,
      );
      const done = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      };
      this.#waiting.push({ resolve: done(resolve), reject: done(reject) });
      this.#connection.write(`${request}\n`);
    });
  }

  async status(request: 'status' | 'load' | 'attach' = 'status'): Promise<HelperStatus> {
    return parseStatus(await this.ask(request));
  }

  async bytes(request: string): Promise<Buffer> {
    return Buffer.from(await this.ask(request), 'base64');
  }

  #hear(text: string): void {
    const parts = text.split('\n');
    for (const part of parts.slice(0, -1)) {
      this.#answer([...this.#chunks, part].join(''));
      this.#chunks = [];
    }
    const rest = parts.at(-1) ?? '';
    if (rest !== '') this.#chunks.push(rest);
  }

  #answer(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#end('the helper answers what nobody asked');
    } else if (line === 'ok' || line.startsWith('ok ')) {
      waiting.resolve(line.slice(3));
    } else {
      const why = line.replace(/^error /, '');
      waiting.reject(new TricadeError('TRI-D21', why, { node: this.#node }));
    }
  }

  #end(why: string): void {
    this.#closed = true;
    this.#connection.close();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#lost(why));
  }

  #lost(why: string): TricadeError {
    return new TricadeError('TRI-D20', why, { node: this.#node });
  }
}

/** `loaded=… attached=PROGRAM,DEVICE,MODE,ID device=NAME,IFINDEX,MAC,MTU map=NAME,TYPE,KEY,VALUE,ENTRIES`. */
export function parseStatus(words: string): HelperStatus {
  const values = (name: string): readonly string[][] =>
    words
      .split(' ')
      .filter((word) => word.startsWith(`${name}=`))
      .map((word) => word.slice(name.length + 1).split(','));
  const loaded = values('loaded')[0]?.[0];
  return {
    loaded: loaded === '-' ? undefined : loaded,
    waits: values('waits').length > 0,
    attached: values('attached').map(([program = '', device = '', mode]) => ({
      program,
      device,
      mode: mode === 'generic' ? 'generic' : 'native',
    })),
    devices: Object.fromEntries(
      values('device').map(([device = '', ifindex, mac = '', mtu]) => [
        device,
        { ifindex: Number(ifindex), mac, mtuBytes: Number(mtu) },
      ]),
    ),
    maps: Object.fromEntries(values('map').map(([name = '', ...rest]) => [name, Number(rest[3])])),
  };
}

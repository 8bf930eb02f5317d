/** Connections that the lab's client holds through changes. */
import { createInterface } from 'node:readline';
import { labSpawn } from '@tricade/lab';

export interface HoldOptions {
  /** To each target. */
  readonly count: number;
  /** Between two lines of a connection, ms, on average. */
  readonly everyMs: number;
  /** New connections a second over all targets; they are held, too. */
  readonly joinPerSecond: number;
  /** `ADDRESS:PORT` of services that echo. */
  readonly targets: readonly string[];
}

/** What became of the connections to a target, as `infra/lab/src/guest/hold.ts` prints it. Times are wall clock, ms. */
export interface Held {
  readonly opened: number;
  readonly established: number;
  /** Never established. */
  readonly failed: readonly { readonly atMs: number; readonly why: string }[];
  readonly echoes: number;
  readonly broken: readonly {
    readonly atMs: number;
    readonly askedAtMs: number;
    /** The client's. */
    readonly port: number;
    readonly why: string;
  }[];
  readonly maxStallMs: number;
}

export interface Holding {
  /** All first connections stand. Rejects where the holder ends before. */
  readonly ready: Promise<void>;
  /** Lets every connection prove once more that it lives; by target. */
  end(): Promise<Readonly<Record<string, Held>>>;
  /** Ends all connections at once. */
  stop(): void;
}

/** Starts the holder in the host `client` of a lab. */
export function hold(lab: string, options: HoldOptions): Holding {
  const { count, everyMs, joinPerSecond, targets } = options;
  const words = [...[count, everyMs, joinPerSecond].map(String), ...targets];
  const child = labSpawn(lab, 'client', ['/opt/lab/node', '/opt/lab/guest/hold.ts', ...words]);
  const ready = Promise.withResolvers<void>();
  const report = Promise.withResolvers<Readonly<Record<string, Held>>>();
  // Whoever waits for one of them learns of the failure; nobody need wait for both.
  ready.promise.catch(() => undefined);
  report.promise.catch(() => undefined);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') ready.resolve();
      else report.resolve(JSON.parse(line) as Readonly<Record<string, Held>>);
    });
  child.stdin?.on('error', () => undefined);
  const fail = (error: Error): void => {
    ready.reject(error);
    report.reject(error);
  };
  child.on('error', fail);
  child.on('close', () => fail(new Error(`the holder ended early: ${said.trim()}`)));
  return {
    ready: ready.promise,
    end() {
      child.stdin?.write('end\n');
      return report.promise;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

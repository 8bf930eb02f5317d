/** Connections that the lab's client holds through changes. */
import { labSpawn } from '@tricade/lab';
import { reported } from '../../demo/reported.ts';

export interface HoldOptions {
  /** To each target. */
  readonly count: number;
  /** Between two lines of a connection, ms, on average. */
  readonly everyMs: number;
  /** New connections a second over all targets. */
  readonly joinPerSecond: number;
  /** How long those stay, ms; left out: to the end. */
  readonly stayMs?: number;
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
  /** Lets every connection prove once more that it lives; by target. Rejects where the holder ends without a report. */
  end(): Promise<Readonly<Record<string, Held>>>;
  /** Ends all connections at once. */
  stop(): void;
}

/** Starts the holder in the host `client` of a lab. */
export function hold(lab: string, options: HoldOptions): Holding {
  const { count, everyMs, joinPerSecond, stayMs = 0, targets } = options;
  const words = [...[count, everyMs, joinPerSecond, stayMs].map(String), ...targets];
  const child = labSpawn(lab, 'client', ['/opt/lab/node', '/opt/lab/guest/hold.ts', ...words]);
  const { ready, report } = reported<Readonly<Record<string, Held>>>(child, 'holder');
  child.stdin?.on('error', () => undefined);
  return {
    ready,
    end() {
      child.stdin?.write('end\n');
      return report;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

/** Traffic of the lab's client: long-lived connections and a steady rate of new ones. */
import { labSpawn } from '@tricade/lab';
import { reported } from './reported.ts';

export interface LoadOptions {
  readonly url: string;
  /** At most. */
  readonly seconds: number;
  /** Long-lived connections, a request each 500 ms on each. */
  readonly long: number;
  /** Requests a second, each on a connection of its own. */
  readonly perSecond: number;
}

/** What the client saw, as `infra/lab/src/guest/load.ts` prints it. Times are wall clock, ms. */
export interface LoadReport {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly long: {
    readonly connections: number;
    readonly broken: readonly {
      readonly atMs: number;
      readonly askedAtMs: number;
      readonly why: string;
      readonly proxy: string;
    }[];
    readonly closedByServer: number;
    readonly answers: number;
    readonly maxStallMs: number;
    readonly maxStallAtMs: number;
  };
  readonly short: {
    readonly sent: number;
    readonly ok: number;
    readonly failed: readonly { readonly atMs: number; readonly why: string }[];
    readonly slow: number;
    readonly maxMs: number;
  };
  /** 100 ms bucket since the start → `n:NAME` answers on new connections, `k:NAME` on kept ones. */
  readonly proxies: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly servers: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Load {
  /** Every long-lived connection has had an answer. Rejects where the load ends before. */
  readonly ready: Promise<void>;
  /** At the end of the run. */
  readonly report: Promise<LoadReport>;
  /** Begins nothing new and resolves with the report once what was sent has been answered or has failed. */
  end(): Promise<LoadReport>;
  stop(): void;
}

/** Starts the load in the host `client`. The last two of its seconds start no new request, so that the last one can still fail. */
export function startLoad(lab: string, options: LoadOptions): Load {
  const { url, seconds, long, perSecond } = options;
  const words = [url, seconds, long, perSecond].map(String);
  const child = labSpawn(lab, 'client', ['/opt/lab/node', '/opt/lab/guest/load.ts', ...words]);
  const told = reported<LoadReport>(child, 'load');
  child.stdin?.on('error', () => undefined);
  return {
    ...told,
    end() {
      child.stdin?.write('end\n');
      return told.report;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

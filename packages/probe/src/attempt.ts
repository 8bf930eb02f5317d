/** One attempt at one target. */

export interface Attempt {
  readonly ok: boolean;
  /** What was answered, or why not: one short phrase. */
  readonly detail: string;
  /** Not even the kernel answered: no ARP/ND. */
  readonly unreachable: boolean;
  readonly tookMs: number;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Words for what the system says of a connection; codes of Node's errors. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to host (no ARP/ND answer)',
  EHOSTDOWN: 'host is down',
  ENETUNREACH: 'network unreachable',
  EPIPE: 'connection closed',
};

/** The result of a system error. */
export function failed(error: NodeJS.ErrnoException, tookMs: number): Attempt {
  const code = error.code ?? '';
  return {
    ok: false,
    detail: words[code] ?? (code || error.message),
    unreachable: code === 'EHOSTUNREACH' || code === 'EHOSTDOWN',
    tookMs,
  };
}

export function timedOut(timeoutMs: number, tookMs: number, during: string): Attempt {
  return { ok: false, detail: `no ${during} within ${timeoutMs} ms`, unreachable: false, tookMs };
}

/** One attempt at one target: its result, its deadline, and what the system's errors mean. */
import { arpState } from './neighbour.ts';

export interface Attempt {
  readonly ok: boolean;
  /** What was answered, or why not: one short phrase. */
  readonly detail: string;
  /** Not even the kernel answered: no ARP/ND. */
  readonly unreachable: boolean;
  readonly tookMs: number;
}

export interface Endpoint {
  /** IPv4 or IPv6, never a name: a probe waits for no resolver. */
  readonly address: string;
  readonly port: number;
}

/** What an attempt found, before it is timed. */
export type Found = Omit<Attempt, 'tookMs'>;

/** An attempt under way. */
export interface Trying {
  /** What is waited for now, for the message of a timeout: `connection`, `answer`. */
  readonly awaited: () => string;
  /** Frees everything. Called once, when the attempt is over. */
  readonly close: () => void;
}

export interface Limit {
  readonly address: string;
  readonly timeoutMs: number;
}

/**
 * Runs an attempt until `begin` calls `finish`, at most for its time. Never rejects. What lies unread in a socket when the time is over still
 * counts: a starved process fires its timers before it reads, and that is no failure of the target.
 */
export function within(
  limit: Limit,
  begin: (finish: (found: Found) => void) => Trying,
): Promise<Attempt> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    let over = false;
    const finish = (found: Found): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      trying.close();
      resolve({ ...found, tookMs: performance.now() - startedMs });
    };
    const expire = (): void => finish(expired(limit, trying.awaited()));
    // Timers come first in a turn of the event loop, sockets next, immediates last.
    const timer = setTimeout(() => setImmediate(expire), limit.timeoutMs);
    const trying = begin((found) => queueMicrotask(() => finish(found)));
  });
}

/** The first packets to a neighbour that went away wait for no ARP, so the connection only times out; the table knows more. */
function expired({ address, timeoutMs }: Limit, awaited: string): Found {
  return awaited === 'connection' && arpState(address) === 'silent'
    ? noKernel
    : fault(`no ${awaited} within ${timeoutMs} ms`);
}

export function success(detail: string): Found {
  return { ok: true, detail, unreachable: false };
}

/** A failure in which the kernel of the target answered, or may have. */
export function fault(detail: string): Found {
  return { ok: false, detail, unreachable: false };
}

const noKernel: Found = { ok: false, detail: 'no answer to ARP or ND', unreachable: true };

/** Words for what the system says of a connection; codes of Node's errors. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to host',
  EHOSTDOWN: 'host is down',
  ENETUNREACH: 'network unreachable',
  EPIPE: 'connection closed',
};

/**
 * What a system error says of `address`. Only EHOSTUNREACH and EHOSTDOWN can mean that no kernel answers; a firewall's ICMP says the same, so a
 * neighbour that answers ARP outvotes them.
 */
export function failed(error: NodeJS.ErrnoException, address: string): Found {
  const code = error.code ?? '';
  const silent = code === 'EHOSTUNREACH' || code === 'EHOSTDOWN';
  if (silent && arpState(address) !== 'answers') return noKernel;
  return fault(words[code] ?? (code || error.message));
}

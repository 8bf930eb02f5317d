/** One attempt at one target: its result, its deadline, and what the system's errors mean. */
import { answersArp } from './neighbour.ts';

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

/**
 * Runs an attempt until `begin` calls `finish`, at most `timeoutMs`. Never rejects. What lies unread in a socket when the time is over still
 * counts: a starved process fires its timers before it reads, and that is no failure of the target.
 */
export function within(
  timeoutMs: number,
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
    const expire = (): void => finish(fault(`no ${trying.awaited()} within ${timeoutMs} ms`));
    // Timers come first in a turn of the event loop, sockets next, immediates last.
    const timer = setTimeout(() => setImmediate(expire), timeoutMs);
    const trying = begin((found) => queueMicrotask(() => finish(found)));
  });
}

export function success(detail: string): Found {
  return { ok: true, detail, unreachable: false };
}

/** A failure in which the kernel of the target answered, or may have. */
export function fault(detail: string): Found {
  return { ok: false, detail, unreachable: false };
}

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
  if (silent && !answersArp(address))
    return { ok: false, detail: 'no answer to ARP or ND', unreachable: true };
  return fault(words[code] ?? (code || error.message));
}

/**
 * Events of links, neighbours and routes, from iproute2's `ip monitor` in a child process. The npm `netlink` binding would need a child too, for it
 * aborts its process when events overrun its buffer: a second Node of 40 MB on every host, where `ip` has 1 MB, is there anyway, and on an
 * overrun says so and goes on.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type LinkEvent = 'link' | 'neighbour' | 'route' | 'lost';

/** Room for some thousand events: 4 MiB; privileged processes may pass net.core.rmem_max. */
const receiveBufferBytes = 4 << 20;
const restartMs = 200;

/** What a line of `ip -o monitor link neigh route` tells of. */
export function eventOf(line: string): LinkEvent {
  const text = line.replace(/^Deleted /, '').trim();
  if (/^\d+: /.test(text)) return 'link';
  return /\s(REACHABLE|STALE|DELAY|PROBE|INCOMPLETE|FAILED|NOARP|PERMANENT|NONE)( proto \S+)?$/.test(
    text,
  )
    ? 'neighbour'
    : 'route';
}

/**
 * Calls `listener` for each event, and with `lost` where some may have been missed: after an overrun and after each start of the child. Runs until
 * ended.
 */
export function monitorLinks(listener: (event: LinkEvent, line: string) => void): () => void {
  let child: ChildProcess | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const start = (): void => {
    const started = spawn(
      'ip',
      ['-rcvbuf', String(receiveBufferBytes), '-o', 'monitor', 'link', 'neigh', 'route'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    createInterface({ input: started.stdout }).on(
      'line',
      (line) => void (ended || listener(eventOf(line), line)),
    );
    started.stderr.on('data', () => void (ended || listener('lost', '')));
    started.once('spawn', () => void (ended || listener('lost', '')));
    // `close` follows `error` only where the child had started.
    let over = false;
    const again = (): void => {
      if (over || ended) return;
      over = true;
      timer = setTimeout(start, restartMs);
    };
    started.once('error', again);
    started.once('close', again);
  };
  start();
  return () => {
    ended = true;
    clearTimeout(timer);
    child?.kill();
  };
}

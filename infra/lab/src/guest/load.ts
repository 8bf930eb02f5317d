/**
 * Load of the lab: `load.ts URL SECONDS LONG SHORT_PER_SECOND`. LONG keep-alive connections with a request every 500 ms each, and
 * SHORT_PER_SECOND requests each on a connection of its own, open loop: late starts count as latency. Prints `ready` when every long connection
 * has had its first answer, and one JSON line at the end (or on SIGTERM): times are wall clock in ms, `failures` sums up what broke on long and
 * failed on short connections. An answer other than 200 is a failure; one that is still awaited at the end counts as a stall, and as broken where
 * it is older than 2 s. One file, no dependency: it runs inside hosts.
 */
import { connect, type Socket } from 'node:net';

const [, , target = '', secondsText = '10', longText = '200', rateText = '500'] = process.argv;
const url = new URL(target);
/** Wall clock at the start, monotonic from there on. */
const now = (): number => performance.timeOrigin + performance.now();
const endAt = now() + Number(secondsText) * 1000;
const longs = Number(longText);
const rate = Number(rateText);
const intervalMs = 500;
const giveUpMs = 2_000;
const host = url.hostname.replace(/^\[|\]$/g, '');
const port = Number(url.port || '80');
const request = (keep: boolean): string =>
  `GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: ${keep ? 'keep-alive' : 'close'}\r\n\r\n`;

interface Failure {
  readonly atMs: number;
  readonly why: string;
}

const startedAtMs = now();
const long = {
  connections: longs,
  broken: [] as (Failure & { readonly proxy: string })[],
  closedByServer: 0,
  answers: 0,
  /** Longest wait for an answer, and at what time that request was sent. */
  maxStallMs: 0,
  maxStallAtMs: 0,
};
/** Ask each long connection for what it still awaits, at the end. */
const unanswered = new Set<() => void>();
const short = { sent: 0, ok: 0, failed: [] as Failure[], slow: 0, maxMs: 0 };
/** 100 ms bucket → member → answers. `n` new connections, `k` kept ones. */
const proxies: Record<string, Record<string, number>> = {};
const servers: Record<string, Record<string, number>> = {};
let firstAnswers = 0;

function count(into: Record<string, Record<string, number>>, member: string): void {
  const bucket = String(Math.floor((now() - startedAtMs) / 100));
  into[bucket] ??= {};
  into[bucket][member] = (into[bucket][member] ?? 0) + 1;
}

function header(text: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(text)?.[1] ?? '?';
}

/** Complete when the headers and content-length bytes are there. */
function complete(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = Number(header(text.slice(0, head + 2), 'content-length'));
  if (Number.isNaN(length)) return text.endsWith('0\r\n\r\n');
  return text.length >= head + 4 + length;
}

/** A long connection; one that the server ends gracefully between two answers (Connection: close) is opened again and is not broken. */
function keepAlive(first: boolean): void {
  const socket = connect({ host, port, noDelay: true });
  let text = '';
  let asked = 0;
  let proxy = '?';
  let ending = false;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    over = true;
    clearTimeout(timer);
    socket.destroy();
    unanswered.delete(last);
  };
  const stalled = (): void => {
    const stallMs = now() - asked;
    if (stallMs <= long.maxStallMs) return;
    long.maxStallMs = stallMs;
    long.maxStallAtMs = asked;
  };
  const last = (): void => {
    if (over || asked === 0) return;
    stalled();
    if (now() - asked > giveUpMs) long.broken.push({ atMs: asked, why: 'no answer', proxy });
  };
  unanswered.add(last);
  const broken = (why: string): void => {
    if (over) return;
    end();
    if (now() < endAt) {
      long.broken.push({ atMs: now(), why, proxy });
      setTimeout(() => keepAlive(false), 100);
    }
  };
  const ask = (): void => {
    if (over || now() >= endAt) {
      end();
      return;
    }
    asked = now();
    text = '';
    socket.write(request(true));
    timer = setTimeout(() => broken('no answer'), 10_000);
  };
  socket.on('connect', ask);
  socket.on('error', (error: NodeJS.ErrnoException) => broken(error.code ?? 'error'));
  socket.on('close', () => {
    if (over) return;
    if (!ending) {
      broken('closed');
      return;
    }
    end();
    long.closedByServer++;
    keepAlive(false);
  });
  socket.on('data', (data) => {
    text += data.toString('latin1');
    if (asked === 0 || !complete(text)) return;
    clearTimeout(timer);
    stalled();
    asked = 0;
    proxy = header(text, 'x-proxy');
    if (!/^HTTP\/1\.1 200/.test(text)) {
      broken(text.slice(0, 12));
      return;
    }
    long.answers++;
    count(proxies, `k:${proxy}`);
    count(servers, `k:${header(text, 'x-server')}`);
    ending = /^connection: *close/im.test(text);
    if (first && firstAnswers < longs && ++firstAnswers === longs) console.log('ready');
    first = false;
    if (ending) {
      end();
      long.closedByServer++;
      keepAlive(false);
      return;
    }
    timer = setTimeout(ask, intervalMs);
  });
}

function once(dueMs: number): void {
  short.sent++;
  const startMs = now();
  let text = '';
  let over = false;
  const socket: Socket = connect({ host, port, noDelay: true });
  const finish = (why: string): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    socket.destroy();
    const tookMs = now() - dueMs;
    if (why !== '') short.failed.push({ atMs: startMs, why });
    else {
      short.ok++;
      short.maxMs = Math.max(short.maxMs, tookMs);
      if (tookMs > 100) short.slow++;
      count(proxies, `n:${header(text, 'x-proxy')}`);
      count(servers, `n:${header(text, 'x-server')}`);
    }
  };
  const timer = setTimeout(() => finish('timeout'), giveUpMs);
  socket.on('connect', () => socket.write(request(false)));
  socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
  socket.on('data', (data) => {
    text += data.toString('latin1');
    if (complete(text)) finish(/^HTTP\/1\.1 200/.test(text) ? '' : text.slice(0, 12));
  });
  socket.on('close', () => finish('closed'));
}

for (let i = 0; i < longs; i++) setTimeout(() => keepAlive(true), i * 2);
if (longs === 0) console.log('ready');
let launched = 0;
const pace = setInterval(() => {
  const due = Math.min(now(), endAt - giveUpMs) - startedAtMs;
  while (launched < (due / 1000) * rate) once(startedAtMs + (launched++ / rate) * 1000);
}, 2);

function report(): void {
  clearInterval(pace);
  for (const ask of unanswered) ask();
  const times = [...long.broken, ...short.failed].map(({ atMs }) => atMs).sort((a, b) => a - b);
  const failures = { count: times.length, firstAtMs: times[0], lastAtMs: times.at(-1) };
  const endedAtMs = now();
  console.log(JSON.stringify({ startedAtMs, endedAtMs, long, short, failures, proxies, servers }));
  process.exit(0);
}
setTimeout(report, Number(secondsText) * 1000);
process.on('SIGTERM', report);

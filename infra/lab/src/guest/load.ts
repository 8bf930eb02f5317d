/**
 * Load of the lab: `load.ts URL SECONDS LONG SHORT_PER_SECOND`. LONG keep-alive connections with a request every 500 ms each, and
 * SHORT_PER_SECOND requests each on a connection of its own, open loop: late starts count as latency. Prints `ready` when every long connection
 * has had its first answer, and one JSON line at the end: times are wall clock in ms, `failures` sums up what broke on long and failed on short
 * connections. A line of input ends it before: nothing new is asked then, and what is awaited is waited for. An answer other than 200 is a failure; one that is still awaited at the end counts as a stall, and as broken where
 * it is older than 2 s. One file, no dependency: it runs inside hosts.
 */
import { connect, type Socket } from 'node:net';

const [, , target = '', secondsText = '10', longText = '200', rateText = '500'] = process.argv;
const url = new URL(target);
const host = url.hostname.replace(/^\[|\]$/g, '');
const port = Number(url.port || '80');
const longs = Number(longText);
const rate = Number(rateText);
const intervalMs = 500;
const giveUpMs = 2_000;
const longGiveUpMs = 10_000;

/** Wall clock at the start, monotonic from there on. */
const now = (): number => performance.timeOrigin + performance.now();
const startedAtMs = now();
let endAtMs = startedAtMs + Number(secondsText) * 1000;

interface Failure {
  readonly atMs: number;
  readonly why: string;
}

const long = {
  connections: longs,
  /** `atMs`: when it showed; `askedAtMs`: when the request it broke was sent, 0 where none was. */
  broken: [] as (Failure & { readonly askedAtMs: number; readonly proxy: string })[],
  closedByServer: 0,
  answers: 0,
  /** Longest wait for an answer, and when that request was sent. */
  maxStallMs: 0,
  maxStallAtMs: 0,
};
/** `slow`: later than 100 ms. */
const short = { sent: 0, ok: 0, failed: [] as Failure[], slow: 0, maxMs: 0 };
/** 100 ms bucket → member → answers. `n:` new connections, `k:` kept ones. */
const proxies: Record<string, Record<string, number>> = {};
const servers: Record<string, Record<string, number>> = {};
let firstAnswers = 0;

function request(connection: 'keep-alive' | 'close'): string {
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: ${connection}\r\n\r\n`;
}

function count(kind: 'n' | 'k', text: string): void {
  const bucket = String(Math.floor((now() - startedAtMs) / 100));
  for (const [into, name] of [
    [proxies, 'x-proxy'],
    [servers, 'x-server'],
  ] as const) {
    into[bucket] ??= {};
    const member = `${kind}:${header(text, name) ?? '?'}`;
    into[bucket][member] = (into[bucket][member] ?? 0) + 1;
  }
}

function header(text: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(text)?.[1];
}

/** Complete when the headers and the bytes they promise are there. */
function complete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = header(text.slice(0, end + 2), 'content-length');
  if (length === undefined) return text.endsWith('0\r\n\r\n');
  return text.length >= end + 4 + Number(length);
}

/** What is wrong with an answer; '' for nothing. */
function wrong(text: string): string {
  return /^HTTP\/1\.[01] 200/.test(text) ? '' : text.slice(0, 12);
}

const open = new Set<LongConnection>();

/** A keep-alive connection. One that the server ends between two answers, as HTTP allows it to, is opened again and is not broken. */
class LongConnection {
  readonly #socket: Socket;
  #text = '';
  /** 0: no answer is awaited. */
  #askedAtMs = 0;
  #proxy = '?';
  #timer: NodeJS.Timeout | undefined;
  #first: boolean;

  constructor(first: boolean) {
    this.#first = first;
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('connect', () => this.#ask());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#broken(error.code ?? 'error'));
    this.#socket.on('close', () => this.#closed());
    this.#socket.on('data', (chunk: string) => this.#take(chunk));
    this.#timer = setTimeout(() => this.#broken('no connection'), longGiveUpMs);
    open.add(this);
  }

  /** No answer is awaited, or in vain. */
  get isOver(): boolean {
    return this.#askedAtMs === 0 || now() - this.#askedAtMs > giveUpMs;
  }

  /** At the end of the run: an answer that is still awaited counts. */
  finish(): void {
    if (this.#askedAtMs === 0) return;
    this.#stalled();
    if (now() - this.#askedAtMs > giveUpMs) this.#note('no answer');
  }

  #ask(): void {
    clearTimeout(this.#timer);
    if (now() >= endAtMs) {
      this.#end();
      return;
    }
    this.#askedAtMs = now();
    this.#text = '';
    this.#socket.write(request('keep-alive'));
    this.#timer = setTimeout(() => this.#broken('no answer'), longGiveUpMs);
  }

  #take(chunk: string): void {
    this.#text += chunk;
    if (this.#askedAtMs === 0 || !complete(this.#text)) return;
    clearTimeout(this.#timer);
    const fault = wrong(this.#text);
    if (fault) {
      this.#broken(fault);
      return;
    }
    this.#stalled();
    this.#askedAtMs = 0;
    long.answers++;
    this.#proxy = header(this.#text, 'x-proxy') ?? '?';
    count('k', this.#text);
    if (this.#first && ++firstAnswers === longs) console.log('ready');
    this.#first = false;
    if (header(this.#text, 'connection')?.toLowerCase() === 'close') this.#reopen();
    else this.#timer = setTimeout(() => this.#ask(), intervalMs);
  }

  /** Closed while it awaits an answer is broken; RFC 9112, section 9.5 lets either side close an idle one. */
  #closed(): void {
    if (!open.has(this)) return;
    if (this.#askedAtMs === 0 && this.#text !== '') this.#reopen();
    else this.#broken('closed');
  }

  #reopen(): void {
    this.#end();
    long.closedByServer++;
    if (now() < endAtMs) new LongConnection(this.#first);
  }

  #broken(why: string): void {
    if (!open.has(this)) return;
    if (this.#askedAtMs > 0) this.#stalled();
    this.#end();
    if (now() < endAtMs) setTimeout(() => new LongConnection(this.#first), 100);
    else if (this.#askedAtMs === 0) return;
    this.#note(why);
  }

  #note(why: string): void {
    long.broken.push({ atMs: now(), askedAtMs: this.#askedAtMs, why, proxy: this.#proxy });
  }

  #stalled(): void {
    const stallMs = now() - this.#askedAtMs;
    if (stallMs <= long.maxStallMs) return;
    long.maxStallMs = stallMs;
    long.maxStallAtMs = this.#askedAtMs;
  }

  #end(): void {
    open.delete(this);
    clearTimeout(this.#timer);
    this.#socket.destroy();
  }
}

/** One request on a connection of its own, due at a time of the schedule. */
function once(dueMs: number): void {
  short.sent++;
  let text = '';
  let over = false;
  const socket = connect({ host, port, noDelay: true });
  const finish = (why: string): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    socket.destroy();
    if (why !== '') {
      short.failed.push({ atMs: dueMs, why });
      return;
    }
    const tookMs = now() - dueMs;
    short.ok++;
    short.maxMs = Math.max(short.maxMs, tookMs);
    if (tookMs > 100) short.slow++;
    count('n', text);
  };
  const timer = setTimeout(() => finish('timeout'), giveUpMs);
  socket.setEncoding('latin1');
  socket.on('connect', () => socket.write(request('close')));
  socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (complete(text)) finish(wrong(text));
  });
  socket.on('close', () => finish('closed'));
}

function report(): void {
  clearInterval(pace);
  for (const connection of open) connection.finish();
  const times = [...long.broken, ...short.failed].map(({ atMs }) => atMs).sort((a, b) => a - b);
  const failures = { count: times.length, firstAtMs: times[0], lastAtMs: times.at(-1) };
  const endedAtMs = now();
  if (firstAnswers < longs) console.error(`${longs - firstAnswers} of ${longs} had no answer yet`);
  const all = { startedAtMs, endedAtMs, long, short, failures, proxies, servers };
  // A pipe takes what it has room for, the rest later.
  process.stdout.write(`${JSON.stringify(all)}\n`, () => process.exit(0));
}

for (let i = 0; i < longs; i++) setTimeout(() => new LongConnection(true), i * 2);
if (longs === 0) console.log('ready');
let launched = 0;
// The last ones are sent early enough to fail in time.
const pace = setInterval(() => {
  const dueMs = Math.min(now(), endAtMs - giveUpMs) - startedAtMs;
  while (launched < (dueMs / 1000) * rate) once(startedAtMs + (launched++ / rate) * 1000);
}, 2);
setTimeout(report, Number(secondsText) * 1000);

const isOver = (): boolean =>
  short.ok + short.failed.length === short.sent && [...open].every((each) => each.isOver);

process.stdin.once('data', () => {
  endAtMs = now();
  clearInterval(pace);
  const over = setInterval(() => {
    if (!isOver()) return;
    clearInterval(over);
    report();
  }, 5);
});

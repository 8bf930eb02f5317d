/**
 * Connections that stay: `hold.ts COUNT EVERY_MS JOIN_PER_SECOND STAY_MS HOST:PORT…`. Opens COUNT connections to each target, a line each EVERY_MS on each,
 * which an echo sends back; JOIN_PER_SECOND more a second, over all targets, which stay for STAY_MS (0: as long as the first ones). Prints `ready` when each of
 * the first ones has had its first echo, or has failed.
 * A line on stdin, or its end, ends it: every connection must then echo once more, and one JSON line tells what broke. Broken is what was established and
 * was reset, was closed, gave wrong bytes or was silent for 20 s with a line under way; TCP sends lost segments again long before.
 * One file, no dependency: it runs inside hosts.
 */
import { connect, type Socket } from 'node:net';

const [, , countText = '0', everyText = '4000', joinText = '0', stayText = '0', ...targets] =
  process.argv;
const count = Number(countText);
const everyMs = Number(everyText);
const stayMs = Number(stayText);
const silentMs = 20_000;

/** Wall clock at the start, monotonic from there on. */
const now = (): number => performance.timeOrigin + performance.now();

/** By target. `failed`: never established. */
const report = Object.fromEntries(
  targets.map((target) => [
    target,
    {
      opened: 0,
      established: 0,
      failed: [] as { readonly atMs: number; readonly why: string }[],
      echoes: 0,
      broken: [] as {
        readonly atMs: number;
        readonly askedAtMs: number;
        readonly port: number;
        readonly why: string;
      }[],
      maxStallMs: 0,
    },
  ]),
);
const alive = new Set<Held>();
let firstsSettled = 0;
let ending = false;

class Held {
  readonly #of: NonNullable<(typeof report)[string]>;
  readonly #socket: Socket;
  /** One of the first, of which nothing has come yet. */
  #isAwaited: boolean;
  #isLeaving = false;
  #sent = 0;
  #awaited = '';
  #askedAtMs = 0;
  #port = 0;
  #over: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: string, isFirst: boolean) {
    const at = target.lastIndexOf(':');
    this.#of = report[target] as NonNullable<(typeof report)[string]>;
    this.#of.opened++;
    this.#isAwaited = isFirst;
    const host = target.slice(0, at).replace(/^\[|\]$/g, '');
    this.#socket = connect({ host, port: Number(target.slice(at + 1)), noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('connect', () => {
      this.#of.established++;
      this.#port = this.#socket.localPort ?? 0;
      this.#ask();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#end(error.code ?? 'error'));
    this.#socket.on('close', () => this.#end('closed'));
    this.#socket.on('data', (chunk: string) => this.#take(chunk));
    this.#timer = setTimeout(() => this.#end('no connection'), silentMs);
    alive.add(this);
    if (!isFirst && stayMs > 0) setTimeout(() => this.#leave(), stayMs);
  }

  /** Resolves once it has echoed a line that was sent after this call, or has broken. */
  last(): Promise<void> {
    return new Promise((resolve) => {
      this.#over = resolve;
      if (this.#awaited === '' && this.#port !== 0) this.#ask();
    });
  }

  /** Ends in peace, once no echo is under way. */
  #leave(): void {
    this.#isLeaving = true;
    if (this.#awaited !== '' || this.#port === 0 || !alive.delete(this)) return;
    clearTimeout(this.#timer);
    this.#socket.end();
    this.#over?.();
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.#askedAtMs = now();
    this.#awaited = `${this.#port} ${++this.#sent} ${ending ? 'last' : ''}\n`;
    this.#socket.write(this.#awaited);
    this.#timer = setTimeout(() => this.#end('silent'), silentMs);
  }

  #take(chunk: string): void {
    if (!this.#awaited.startsWith(chunk)) {
      this.#end('wrong bytes');
      return;
    }
    this.#awaited = this.#awaited.slice(chunk.length);
    if (this.#awaited !== '') return;
    clearTimeout(this.#timer);
    this.#of.maxStallMs = Math.max(this.#of.maxStallMs, now() - this.#askedAtMs);
    this.#of.echoes++;
    this.#askedAtMs = 0;
    this.#settle();
    if (this.#isLeaving) this.#leave();
    else if (!ending) this.#timer = setTimeout(() => this.#ask(), everyMs * (0.5 + Math.random()));
    else if (chunk.endsWith('last\n')) this.#over?.();
    else this.#ask();
  }

  #settle(): void {
    if (!this.#isAwaited) return;
    this.#isAwaited = false;
    if (++firstsSettled === count * targets.length) console.log('ready');
  }

  #end(why: string): void {
    if (!alive.delete(this)) return;
    this.#settle();
    clearTimeout(this.#timer);
    const atMs = now();
    if (this.#port === 0) this.#of.failed.push({ atMs, why });
    else this.#of.broken.push({ atMs, askedAtMs: this.#askedAtMs, port: this.#port, why });
    this.#socket.destroy();
    this.#over?.();
  }
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  clearInterval(joining);
  await Promise.all([...alive].map((held) => held.last()));
  // A pipe takes what it has room for, the rest later: the report of a thousand broken connections is larger.
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
}

const open = (at: number, isFirst: boolean): Held =>
  new Held(targets[at % targets.length] as string, isFirst);

/** 1,000 a second: proxies have a backlog, and SYN cookies are not what is tried here. */
for (let at = 0; at < count * targets.length; at++) setTimeout(() => open(at, true), at);
let joined = 0;
const joining =
  Number(joinText) > 0
    ? setInterval(() => firstsSettled > 0 && open(joined++, false), 1_000 / Number(joinText))
    : undefined;
process.stdin.on('data', () => void end());
process.stdin.on('end', () => void end());

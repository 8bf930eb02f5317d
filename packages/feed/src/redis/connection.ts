/** Connections to one Redis: one for commands, one for subscriptions. Both are watched, and reconnect by themselves. */
import { createHash } from 'node:crypto';
import { TricadeError } from '@tricade/cluster';
import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';
import type { FeedAccess } from '../feed.ts';
import { Listeners } from '../listeners.ts';
import type { Script } from './scripts.ts';

/** Longest wait between two attempts to connect: a store that is back is found within the 2 s that recovery may take. */
const longestBackoffMs = 200;
/** A server that does not answer for so long is away: it may be stopped, or the network may be cut without a word. */
const answerWithinMs = 1_000;
const pulseEveryMs = 500;

/** Options of a client. `replyMapping` is for RESP3 only, and its type does not fit `exactOptionalPropertyTypes`. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** Throws TRI-F101 for a URL that is none. The message never shows credentials that stand in the URL. */
function redisOptions(access: FeedAccess): ClientOptions {
  const credentials = {
    ...(access.user === undefined ? {} : { username: access.user }),
    ...(access.password === undefined ? {} : { password: access.password }),
  };
  let url: URL;
  try {
    url = new URL(access.url);
  } catch (cause) {
    throw unusable(cause);
  }
  const shared: ClientOptions = {
    ...credentials,
    protocol: 2,
    lazyConnect: true,
    // A late answer is worth nothing here: state is read again, reports are made again.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    connectTimeout: answerWithinMs,
    retryStrategy: (times) => Math.min(20 * times, longestBackoffMs),
  };
  if (url.protocol === 'unix:') return { ...shared, path: decodeURIComponent(url.pathname) };
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw unusable();
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw unusable();
  return {
    ...shared,
    host,
    port: url.port === '' ? 6379 : Number(url.port),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function unusable(cause?: unknown): TricadeError {
  return new TricadeError(
    'TRI-F101',
    'the address of the feed is neither redis://, rediss:// nor unix://',
    {
      hint: 'give redis://address:port',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** What stands on a connection each time it is made: what to subscribe to. */
type Prepare = (redis: Redis) => Promise<unknown>;

/** One watched connection: `up` from the moment it is prepared until it breaks or stops answering. */
class Link {
  readonly redis: Redis;
  readonly #changed: () => void;
  readonly #prepare: Prepare;
  #up = false;
  #pulse: ReturnType<typeof setInterval> | undefined;

  constructor(options: ClientOptions, changed: () => void, prepare: Prepare) {
    this.#changed = changed;
    this.#prepare = prepare;
    this.redis = new Redis(options);
    // Said by `up`; an error without a listener would end the process.
    this.redis.on('error', () => undefined);
    this.redis.on('ready', () => void this.#ready());
    this.redis.on('close', () => this.#set(false));
    this.redis.connect().catch(() => undefined);
    this.#pulse = setInterval(() => void this.#ask(), pulseEveryMs);
  }

  get up(): boolean {
    return this.#up;
  }

  close(): void {
    clearInterval(this.#pulse);
    this.redis.disconnect();
  }

  async #ready(): Promise<void> {
    try {
      await within(this.#prepare(this.redis));
      this.#set(this.redis.status === 'ready');
    } catch {
      this.redis.disconnect(true);
    }
  }

  async #ask(): Promise<void> {
    if (!this.#up) return;
    try {
      await within(this.redis.ping());
    } catch {
      if (this.#up) this.redis.disconnect(true);
    }
  }

  #set(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    this.#changed();
  }
}

/** Both connections; `connected` while both are up. */
export class Connection {
  readonly #access: ClientOptions;
  readonly #commands: Link;
  readonly #subscriber: Link;
  readonly #channels = new Set<string>();
  readonly #patterns = new Set<string>();
  readonly onState: Listeners<[connected: boolean]> = new Listeners();
  readonly onMessage: Listeners<[channel: string, text: string]> = new Listeners();
  readonly #shas = new Map<string, string>();
  #connected = false;

  constructor(access: FeedAccess) {
    this.#access = redisOptions(access);
    const changed = (): void => this.#judge();
    this.#commands = new Link(this.#access, changed, (redis) => redis.ping());
    this.#subscriber = new Link(this.#access, changed, (redis) => this.#subscribeAll(redis));
    const tell = (channel: string, text: string): void => this.onMessage.call(channel, text);
    this.#subscriber.redis.on('message', tell);
    this.#subscriber.redis.on('pmessage', (_pattern: string, channel: string, text: string) =>
      tell(channel, text),
    );
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Sends one command; rejects at once while there is no connection, and after a second without an answer. */
  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    return within(this.#commands.redis.call(command, ...args));
  }

  /** Runs a script by its digest, sending its text only where the server does not know it. */
  async run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const sha = this.#shas.get(script.name) ?? createHash('sha1').update(script.lua).digest('hex');
    this.#shas.set(script.name, sha);
    try {
      return await this.call('EVALSHA', sha, script.keys, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await this.call('EVAL', script.lua, script.keys, ...keys, ...args);
    }
  }

  subscribe(channel: string): void {
    if (this.#channels.has(channel)) return;
    this.#channels.add(channel);
    if (this.#subscriber.up)
      this.#subscriber.redis
        .subscribe(channel)
        .catch(() => this.#subscriber.redis.disconnect(true));
  }

  subscribePattern(pattern: string): void {
    if (this.#patterns.has(pattern)) return;
    this.#patterns.add(pattern);
    if (this.#subscriber.up)
      this.#subscriber.redis
        .psubscribe(pattern)
        .catch(() => this.#subscriber.redis.disconnect(true));
  }

  /** A connection of its own for commands that wait on the server. The caller closes it. */
  waiting(): Redis {
    const redis = new Redis({ ...this.#access, lazyConnect: false });
    redis.on('error', () => undefined);
    return redis;
  }

  close(): void {
    this.#commands.close();
    this.#subscriber.close();
  }

  /** Again until nothing was added meanwhile: what joins the sets while an answer is awaited would never be sent. */
  async #subscribeAll(redis: Redis): Promise<void> {
    const wanted = (): number => this.#channels.size + this.#patterns.size;
    if (wanted() === 0) await redis.ping();
    for (let sent = 0; sent !== wanted(); ) {
      sent = wanted();
      if (this.#channels.size > 0) await redis.subscribe(...this.#channels);
      if (this.#patterns.size > 0) await redis.psubscribe(...this.#patterns);
    }
  }

  #judge(): void {
    const connected = this.#commands.up && this.#subscriber.up;
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.onState.call(connected);
  }
}

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), answerWithinMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

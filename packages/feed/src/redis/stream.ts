/** Follows a Redis stream over a connection of its own (XREAD BLOCK holds it), through restarts and emptied stores. */
import type { Redis } from 'ioredis';

/** How long a read waits on the server before it is made again; also how soon an emptied stream is noticed. */
const blockMs = 1_000;
const retryMs = 100;

type Entry = readonly [id: string, fields: readonly string[]];

/** Calls `listener` with each entry appended from now on; takes `redis` over and closes it at the end. */
export function followStream(
  redis: Redis,
  key: string,
  listener: (text: string) => void,
): () => void {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake: () => void = () => undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, retryMs);
    });
  const loop = async (): Promise<void> => {
    let from: string | undefined;
    while (!ended) {
      try {
        from ??= await newestId(redis, key);
        const entries = await readAfter(redis, key, from);
        if (entries.length === 0 && isBefore(await newestId(redis, key), from)) from = '0-0';
        for (const [id, fields] of entries) {
          from = id;
          if (!ended) listener(fields[1] ?? '');
        }
      } catch {
        if (!ended) await pause();
      }
    }
  };
  void loop();
  return () => {
    ended = true;
    clearTimeout(timer);
    wake();
    redis.disconnect();
  };
}

async function newestId(redis: Redis, key: string): Promise<string> {
  const [newest] = (await redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)) as Entry[];
  return newest?.[0] ?? '0-0';
}

async function readAfter(redis: Redis, key: string, from: string): Promise<readonly Entry[]> {
  const answer = (await redis.call(
    'XREAD',
    'COUNT',
    1_000,
    'BLOCK',
    blockMs,
    'STREAMS',
    key,
    from,
  )) as [string, Entry[]][] | null;
  return answer?.[0]?.[1] ?? [];
}

/** Order of stream ids: milliseconds, then number. */
function isBefore(id: string, other: string): boolean {
  const [ms = 0, number = 0] = id.split('-').map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number);
  return ms === otherMs ? number < otherNumber : ms < otherMs;
}

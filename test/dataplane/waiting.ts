/** Waiting for a condition with a deadline, and how long it took. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Until<T> {
  readonly value: T;
  readonly tookMs: number;
}

/** Asks every `everyMs` (5) until `done`; throws after `withinMs` (10,000) with what was read last. */
export async function until<T>(
  ask: () => Promise<T>,
  done: (value: T) => boolean,
  { withinMs = 10_000, everyMs = 5 }: { withinMs?: number; everyMs?: number } = {},
): Promise<Until<T>> {
  const began = performance.now();
  for (;;) {
    const value = await ask();
    const tookMs = performance.now() - began;
    if (done(value)) return { value, tookMs };
    if (tookMs > withinMs) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(value)}`);
    await wait(everyMs);
  }
}

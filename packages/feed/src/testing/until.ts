export interface UntilOptions {
  /** Default 3,000. */
  readonly withinMs?: number;
  /** What is waited for, for the message. */
  readonly what?: string;
}

/** Waits until `condition` holds; answers the milliseconds it took; throws after the deadline. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  options: UntilOptions = {},
): Promise<number> {
  const { withinMs = 3_000, what = 'the condition' } = options;
  const startMs = performance.now();
  for (;;) {
    if (await condition()) return performance.now() - startMs;
    if (performance.now() - startMs > withinMs)
      throw new Error(`${what} did not come true within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Data on stdout in the format asked for; progress on stderr. */

/** `wide` is the table with every column; where there is nothing more to show it is the same. */
export type Format = 'table' | 'wide' | 'json' | 'yaml';

/** Lines for people; `wide`: with every column. */
export type Lines = (wide: boolean) => readonly string[];

/** Prints lines for people, or the value as JSON or YAML. */
export async function print(format: Format, value: unknown, lines: Lines): Promise<void> {
  if (format === 'json') process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  else if (format === 'yaml') process.stdout.write(await yamlOf(value));
  else process.stdout.write(`${lines(format === 'wide').join('\n')}\n`);
}

/** One value of a stream: a line of JSON (NDJSON), a YAML document, or lines for people. */
export async function printNext(format: Format, value: unknown, lines: Lines): Promise<void> {
  if (format === 'json') process.stdout.write(`${JSON.stringify(value)}\n`);
  else if (format === 'yaml') process.stdout.write(`---\n${await yamlOf(value)}`);
  else await print(format, value, lines);
}

async function yamlOf(value: unknown): Promise<string> {
  return (await import('@tricade/cluster/spec')).yamlText(value);
}

let saidMs = 0;

/** A line of progress on stderr. */
export function say(text: string): void {
  saidMs = performance.now();
  process.stderr.write(`${text}\n`);
}

/** Nobody waits longer than 10 s for a sign of life. */
const silenceMs = 9_000;

/** Does some work, and says `what()` whenever nothing was said for 9 s. */
export async function notSilent<T>(what: () => string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    if (performance.now() - saidMs >= silenceMs) say(what());
  }, 1_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Data on stdout in the format asked for. */

export type Format = 'table' | 'json' | 'yaml';

/** Prints lines for people, or the value as JSON or YAML. */
export async function print(
  format: Format,
  value: unknown,
  lines: () => readonly string[],
): Promise<void> {
  if (format === 'json') process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  else if (format === 'yaml')
    process.stdout.write((await import('@tricade/cluster/spec')).yamlText(value));
  else process.stdout.write(`${lines().join('\n')}\n`);
}

/** A line of progress on stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

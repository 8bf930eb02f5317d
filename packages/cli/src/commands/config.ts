import { nearest, TricadeError } from '@tricade/cluster';
import type { Provenance } from '@tricade/cluster/spec';
import type { ExitCode } from '../edge.ts';
import { readClusterFile } from '../files.ts';
import { type Format, print } from '../view/print.ts';
import { tableLines } from '../view/table.ts';

/** `tricade config`: every key path with its value, and the line or default that set it. */
export async function config(
  file: string,
  options: { readonly why?: string; readonly output: Format },
): Promise<ExitCode> {
  const { why } = options;
  const all = [...(await readClusterFile(file)).effective()];
  const shown = all.filter(
    ([key]) => why === undefined || key === why || key.startsWith(`${why}.`),
  );
  if (why !== undefined && shown.length === 0)
    throw unknownKey(
      why,
      all.map(([key]) => key),
      file,
    );
  await print(options.output, Object.fromEntries(shown), () => configLines(shown));
  return 0;
}

/** Guesses among keys and what they are under. */
function unknownKey(key: string, known: readonly string[], file: string): TricadeError {
  const depth = key.split('.').length;
  const guess = nearest(
    key,
    new Set(known.map((each) => each.split('.').slice(0, depth).join('.'))),
  );
  return new TricadeError('TRI-U007', `no key is called ${key}`, {
    hint: `${guess === undefined ? '' : `did you mean ${guess}? `}tricade config ${file} lists them all`,
  });
}

/** Key, value as JSON, and `file:line` or `default`. Pure. */
function configLines(shown: readonly (readonly [string, Provenance])[]): readonly string[] {
  return tableLines(
    ['KEY', 'VALUE', 'FROM'],
    shown.map(([key, { value, from, why }]) => [
      key,
      JSON.stringify(value) ?? '',
      from === 'default'
        ? ['default', ...(why ? [why] : [])].join(': ')
        : `${from.file}:${from.line}`,
    ]),
  );
}

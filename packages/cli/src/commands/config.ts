import { nearest, TricadeError } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { readClusterFile } from '../files.ts';
import { type Format, print } from '../view/print.ts';
import { tableLines } from '../view/table.ts';

/** `tricade config`: every key path with its value, and the line or default that set it. */
export async function config(
  file: string,
  options: { readonly why?: string; readonly output: Format },
): Promise<ExitCode> {
  const { effective } = await readClusterFile(file);
  const all = [...effective()] as [string, { readonly value: unknown; readonly from?: unknown }][];
  const shown =
    options.why === undefined
      ? all
      : all.filter(([key]) => key === options.why || key.startsWith(`${options.why}.`));
  if (shown.length === 0)
    throw unknownKey(
      options.why ?? '',
      all.map(([key]) => key),
      file,
    );
  await print(options.output, Object.fromEntries(shown), () =>
    tableLines(
      ['KEY', 'VALUE', 'FROM'],
      shown.map(([key, provenance]) => [
        key,
        JSON.stringify(provenance.value) ?? '',
        sourceText(provenance),
      ]),
    ),
  );
  return 0;
}

function unknownKey(key: string, known: readonly string[], file: string): TricadeError {
  const guess = nearest(key, known);
  return new TricadeError('TRI-U007', `no key is called ${key}`, {
    hint: `${guess === undefined ? '' : `did you mean ${guess}? `}tricade config ${file} lists them all`,
  });
}

function sourceText(provenance: Readonly<Record<string, unknown>>): string {
  const { value: _value, ...rest } = provenance;
  return Object.values(rest)
    .map((part) => (typeof part === 'object' ? JSON.stringify(part) : String(part)))
    .join(' ');
}

import { type CodeEntry, nearest, TricadeError } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { type Format, print } from '../view/print.ts';
import { tableLines } from '../view/table.ts';
import { allCodes } from '../wire.ts';

/** `tricade explain [CODE]`: what a code means; without one, all of them. */
export async function explain(
  code: string | undefined,
  options: { readonly output: Format },
): Promise<ExitCode> {
  const codes = (await allCodes()) as Readonly<Record<string, CodeEntry>>;
  if (code === undefined) {
    const rows = Object.entries(codes)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, entry]) => [key, entry.title, entry.effect]);
    await print(options.output, codes, (wide) =>
      wide
        ? tableLines(['CODE', 'MEANING', 'EFFECT'], rows)
        : tableLines(
            ['CODE', 'MEANING'],
            rows.map((row) => row.slice(0, 2)),
          ),
    );
    return 0;
  }
  const entry = codes[code.toUpperCase()];
  if (entry === undefined) throw unknownCode(code, Object.keys(codes));
  await print(options.output, { code: code.toUpperCase(), ...entry }, () => [
    `${code.toUpperCase()}  ${entry.title}`,
    `   Effect: ${entry.effect}`,
    `   Fix: ${entry.fix}`,
  ]);
  return 0;
}

/** There are too many codes to list. */
function unknownCode(code: string, known: readonly string[]): TricadeError {
  const guess = nearest(code, known);
  return new TricadeError('TRI-U007', `no code is called ${code}`, {
    hint: `${guess === undefined ? '' : `did you mean ${guess}? `}tricade explain lists them all`,
  });
}

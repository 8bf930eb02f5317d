/** Plain tables: columns as wide as their widest cell, the last one open-ended. Pure. */
import { styleText } from 'node:util';

export type Tone = 'good' | 'bad' | 'warn' | 'faint' | 'plain';

/** A cell, and how it is meant. */
export interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

const formats = {
  good: 'cyan',
  bad: 'red',
  warn: 'yellow',
  faint: 'gray',
  plain: 'reset',
} as const;

/** Colour by meaning; honours NO_COLOR and FORCE_COLOR. */
export function toned(text: string, tone: Tone): string {
  return tone === 'plain' ? text : styleText(formats[tone], text, { stream: process.stdout });
}

/** Lines of a table with a heading; none without rows. Cells are texts, or cells with a tone. */
export function tableLines(
  heading: readonly string[],
  rows: readonly (readonly (string | Cell)[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) =>
    row.map((cell): Cell => (typeof cell === 'string' ? { text: cell, tone: 'plain' } : cell)),
  );
  const widths = heading.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]?.text.length ?? 0)),
  );
  const line = (row: readonly Cell[]): string =>
    row
      .map((cell, i) =>
        toned(i === row.length - 1 ? cell.text : cell.text.padEnd(widths[i] ?? 0), cell.tone),
      )
      .join('  ')
      .trimEnd();
  return [line(heading.map((text): Cell => ({ text, tone: 'faint' }))), ...cells.map(line)];
}

import type { Finding } from '../model/plan.ts';

/** Widest source line that is shown; of a longer one the part around the marker. */
const mostColumns = 100;
const gutter = 5;

/** The code whose value is never shown. */
const secretCode = 'TRI-C021';

/**
 * A finding as people see it: place, code and message; the line of the file with a marker under it; effect and fix.
 * Secrets that `others` (all findings of the file) have found are blotted out.
 */
export function formatFinding(
  finding: Finding,
  sourceText: string,
  others: readonly Finding[] = [finding],
): string[] {
  const { code, severity, span, message, note, effect, fix } = finding;
  const place = span ? `${span.file}:${span.line}:${span.column}  ` : '';
  const help = `   Fix: ${fix}     tricade explain ${code}`;
  return [
    `${place}${code}  ${severity}: ${message}`,
    ...(span ? excerpt(span, blotted(sourceText, span.line, others), note) : []),
    `   Effect: ${effect}`,
    help,
  ];
}

type Span = NonNullable<Finding['span']>;

function excerpt(span: Span, line: string, note: string | undefined): string[] {
  const number = String(span.line).padStart(gutter);
  const margin = ' '.repeat(number.length);
  const { text, column, length } = clipped(line, span);
  const marker = ' '.repeat(column - 1) + '^'.repeat(length);
  return [`${number} | ${text}`, `${margin} | ${marker}${note === undefined ? '' : ` ${note}`}`];
}

function clipped(
  line: string,
  { column, length }: Span,
): { text: string; column: number; length: number } {
  const clean = line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
  const shown = Math.max(1, Math.min(length, mostColumns / 2));
  if (clean.length <= mostColumns)
    return {
      text: clean,
      column,
      length: Math.max(1, Math.min(length, clean.length - column + 2)),
    };
  const start = Math.max(0, Math.min(column - 1 - 30, clean.length - mostColumns));
  const head = start > 0 ? '...' : '';
  const tail = start + mostColumns < clean.length ? '...' : '';
  return {
    text: head + clean.slice(start, start + mostColumns) + tail,
    column: column - start + head.length,
    length: shown,
  };
}

/** Line `number` with every secret of it as asterisks. */
function blotted(sourceText: string, number: number, findings: readonly Finding[]): string {
  let line = lineOf(sourceText, number);
  for (const { code, span } of findings) {
    if (code !== secretCode || span?.line !== number) continue;
    const start = span.column - 1;
    const end = start + span.length;
    line =
      line.slice(0, start) +
      '*'.repeat(Math.min(span.length, line.length - start)) +
      line.slice(end);
  }
  return line;
}

function lineOf(text: string, number: number): string {
  let start = 0;
  for (let line = 1; line < number; line++) {
    const newline = text.indexOf('\n', start);
    if (newline < 0) return '';
    start = newline + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end);
}

/** What is refused before anything is parsed: by size, encoding and characters. */
import type { Report } from './report.ts';

/** 10,000 services with as many pools take 3 MB. */
const mostBytes = 8_000_000;

/** Everything that is no printable text: C0 and C1 controls without newline, tab and return, DEL, and the bidirectional controls that make a line read otherwise (CVE-2021-42574). */
const control =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\r(?!\n)/g;
/** Faults of one kind that are told; one is enough to see the cause. */
const mostTold = 5;

/** Reports what the text may not hold; true where it may be parsed. */
export function checkText(text: string, report: Report): boolean {
  const bytes = utf8Bytes(text);
  if (bytes > mostBytes) {
    const message = `the file has ${bytes} bytes; ${mostBytes} are the most`;
    report.error('TRI-C001', { start: 0, end: 1 }, message);
    return false;
  }
  checkEncoding(text, report);
  const isMarked = text.startsWith('\ufeff');
  for (const { index, char } of matches(control, text)) {
    if (index === 0 && isMarked) continue;
    const message = `control character ${codePoint(char)}`;
    report.error('TRI-C003', { start: index, end: index + 1 }, message);
  }
  checkTabs(text, report);
  checkKeys(text, report);
  return !report.hasErrors;
}

/** True where a value holds what no generated file may repeat; escapes such as "\u0007" come this way. */
export function hasControl(value: string): boolean {
  control.lastIndex = 0;
  return control.test(value) || /[\n\r\t\ufffd]/.test(value);
}

function checkEncoding(text: string, report: Report): void {
  if (text.startsWith('\ufeff')) {
    const message = 'the file begins with a byte order mark (U+FEFF)';
    report.error('TRI-C002', { start: 0, end: 1 }, message);
  }
  const broken = text.search(
    /\ufffd|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/,
  );
  if (broken < 0) return;
  const message = 'here are bytes that are not UTF-8';
  report.error('TRI-C002', { start: broken, end: broken + 1 }, message);
}

/** Private keys and certificates, wherever they stand. */
function checkKeys(text: string, report: Report): void {
  const start = text.indexOf('-----BEGIN');
  if (start < 0) return;
  const end = text.indexOf('\n', start);
  const message = 'a key or certificate stands in the file itself';
  report.error('TRI-C021', { start, end: end < 0 ? text.length : end }, message);
}

/** A tab is fine in a comment and nowhere else. */
function checkTabs(text: string, report: Report): void {
  let told = 0;
  let at = text.indexOf('\t');
  while (at >= 0 && told < mostTold) {
    const lineStart = text.lastIndexOf('\n', at) + 1;
    if (!/(?:^|\s)#/.test(text.slice(lineStart, at).replace(/"[^"]*"|'[^']*'/g, ''))) {
      report.error('TRI-C004', { start: at, end: at + 1 }, 'a tab; YAML indents with spaces');
      told++;
    }
    const lineEnd = text.indexOf('\n', at);
    at = lineEnd < 0 ? -1 : text.indexOf('\t', lineEnd);
  }
}

function* matches(pattern: RegExp, text: string): Generator<{ index: number; char: string }> {
  let told = 0;
  for (const found of text.matchAll(pattern)) {
    if (told++ === mostTold) return;
    yield { index: found.index, char: found[0] };
  }
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function utf8Bytes(text: string): number {
  if (text.length > mostBytes) return text.length;
  if (text.length * 3 <= mostBytes) return text.length;
  return new TextEncoder().encode(text).length;
}

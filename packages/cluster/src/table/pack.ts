/**
 * Rows and steps as short text: runs of equal words, as variable-length numbers (LEB128), as base64url. The assignment keeps the rows of a
 * member together, so a table of 65,537 rows is a few runs: tens of bytes, where its words are 256 KiB.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const sextets = new Map([...alphabet].map((char, value) => [char, value]));

/** Rows that a packed text may unfold to, at most. */
export const maxTableRows: number = 1 << 20;

/** Rows of a step and their new words: `rowIndexes` ascending. */
export interface RowChanges {
  readonly rowIndexes: readonly number[];
  readonly rowWords: readonly number[];
}

/** A whole table as text. */
export function packRows(rows: Uint32Array): string {
  const numbers: number[] = [];
  for (let at = 0; at < rows.length; ) {
    const start = at;
    while (at < rows.length && rows[at] === rows[start]) at++;
    numbers.push(at - start, rows[start] as number);
  }
  return packNumbers(numbers);
}

/** The table, or undefined where the text is none or unfolds to more than `maxTableRows`. */
export function unpackRows(text: string): Uint32Array | undefined {
  const numbers = unpackNumbers(text);
  if (numbers === undefined || numbers.length % 2 !== 0) return undefined;
  let length = 0;
  for (let i = 0; i < numbers.length; i += 2) length += numbers[i] as number;
  if (length > maxTableRows) return undefined;
  const rows = new Uint32Array(length);
  let at = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const end = at + (numbers[i] as number);
    rows.fill(numbers[i + 1] as number, at, end);
    at = end;
  }
  return rows;
}

/** The rows of a step as text: (rows skipped, rows in the run, their word) for each run. */
export function packChanges({ rowIndexes, rowWords }: RowChanges): string {
  const numbers: number[] = [];
  let after = 0;
  for (let at = 0; at < rowIndexes.length; ) {
    const first = rowIndexes[at] as number;
    const start = at;
    while (rowIndexes[at] === first + at - start && rowWords[at] === rowWords[start]) at++;
    numbers.push(first - after, at - start, rowWords[start] as number);
    after = first + at - start;
  }
  return packNumbers(numbers);
}

/** The rows of a step, or undefined where the text is none or reaches beyond `maxTableRows`. */
export function unpackChanges(text: string): RowChanges | undefined {
  const numbers = unpackNumbers(text);
  if (numbers === undefined || numbers.length % 3 !== 0) return undefined;
  const rowIndexes: number[] = [];
  const rowWords: number[] = [];
  let row = 0;
  for (let i = 0; i < numbers.length; i += 3) {
    row += numbers[i] as number;
    const end = row + (numbers[i + 1] as number);
    if (end > maxTableRows) return undefined;
    for (; row < end; row++) {
      rowIndexes.push(row);
      rowWords.push(numbers[i + 2] as number);
    }
  }
  return { rowIndexes, rowWords };
}

/** A set of rows as text: runs of (rows skipped, rows in the run). `rows` ascending. */
export function packRowSet(rows: readonly number[]): string {
  const numbers: number[] = [];
  let after = 0;
  for (let at = 0; at < rows.length; ) {
    const first = rows[at] as number;
    const start = at;
    while (rows[at] === first + at - start) at++;
    numbers.push(first - after, at - start);
    after = first + at - start;
  }
  return packNumbers(numbers);
}

/** The set, or undefined where the text is none or reaches beyond `maxTableRows`. */
export function unpackRowSet(text: string): ReadonlySet<number> | undefined {
  const numbers = unpackNumbers(text);
  if (numbers === undefined || numbers.length % 2 !== 0) return undefined;
  const rows = new Set<number>();
  let row = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    row += numbers[i] as number;
    const end = row + (numbers[i + 1] as number);
    if (end > maxTableRows) return undefined;
    for (; row < end; row++) rows.add(row);
  }
  return rows;
}

function packNumbers(numbers: readonly number[]): string {
  const bytes: number[] = [];
  for (const number of numbers) {
    let rest = number >>> 0;
    for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  }
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const chars = Math.min(3, bytes.length - at) + 1;
    for (let i = 0; i < chars; i++) text += alphabet[(group >> (18 - 6 * i)) & 0x3f];
  }
  return text;
}

function unpackNumbers(text: string): number[] | undefined {
  const numbers: number[] = [];
  let bits = 0;
  let held = 0;
  let number = 0;
  let shift = 0;
  for (const char of text) {
    const value = sextets.get(char);
    if (value === undefined) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (held >> bits) & 0xff;
    number += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte > 0x7f && shift < 35) continue;
    if (byte > 0x7f || number > 0xffffffff) return undefined;
    numbers.push(number);
    number = 0;
    shift = 0;
  }
  return shift === 0 ? numbers : undefined;
}

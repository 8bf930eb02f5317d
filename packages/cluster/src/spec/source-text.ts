import type { Finding } from '../model/plan.ts';

/** Place in the cluster file. */
export type Span = NonNullable<Finding['span']>;

/** The text of a cluster file with offsets (UTF-16 units) turned into lines and columns, counted from 1. Line starts are found on first use. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  position(offset: number): { readonly line: number; readonly column: number } {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** From `start` to `end`, cut at the end of the first line; at least one column wide. */
  span(start: number, end: number): Span {
    const { line, column } = this.position(start);
    const newline = this.text.indexOf('\n', start);
    const last = newline < 0 ? end : Math.min(end, newline);
    return { file: this.file, line, column, length: Math.max(1, last - start) };
  }

  /** Line `number` (from 1) without its line end, '' beyond the last one. */
  line(number: number): string {
    const start = this.#starts()[number - 1];
    if (start === undefined) return '';
    const newline = this.text.indexOf('\n', start);
    return this.text.slice(start, newline < 0 ? undefined : newline).replace(/\r$/, '');
  }

  #starts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) {
      starts.push(at + 1);
    }
    this.#lineStarts = starts;
    return starts;
  }
}

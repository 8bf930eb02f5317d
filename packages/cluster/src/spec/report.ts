import { codes } from '../codes.ts';
import type { Finding } from '../model/plan.ts';
import type { SourceText, Span } from './source-text.ts';
import { type KeyPath, rangeAt, type SourceTree } from './source-tree.ts';

/** Where a finding points: offsets in the text, or a path of keys (its value unless `key` is asked for). */
export type Place =
  | { readonly start: number; readonly end: number }
  | { readonly path: KeyPath; readonly part?: 'key' | 'value' };

/** What is wrong, and instead of the general words of the code table where it can be said more exactly: */
export interface Fault {
  readonly message: string;
  readonly effect?: string;
  readonly fix?: string;
  /** Shown behind the marker, e.g. `defined at 88:3`. */
  readonly note?: string;
}

/** Findings kept at most; how many more there were is said in a last one. */
const mostFindings = 100;

/** Collects the findings of one file. */
export class Report {
  readonly source: SourceText;
  tree: SourceTree | undefined;
  #findings: Finding[] = [];
  #left = 0;
  #errors = 0;

  constructor(source: SourceText) {
    this.source = source;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  span(place: Place): Span {
    if ('start' in place) return this.source.span(place.start, place.end);
    if (!this.tree) return this.source.span(0, 1);
    return this.source.span(...rangeAt(this.tree, place.path, place.part ?? 'value'));
  }

  /** `line:col` of a place, for a note. */
  at(place: Place): string {
    const { line, column } = this.span(place);
    return `${line}:${column}`;
  }

  error(code: string, place: Place, fault: string | Fault): void {
    this.#errors++;
    this.#add(code, 'error', { place, fault });
  }

  warning(code: string, place: Place, fault: string | Fault): void {
    this.#add(code, 'warning', { place, fault });
  }

  /** Findings that were made elsewhere. */
  take(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (finding.severity === 'error') this.#errors++;
      if (this.#findings.length < mostFindings) this.#findings.push(finding);
      else this.#left++;
    }
  }

  /** In the order of the file. */
  findings(): Finding[] {
    const order = (finding: Finding) =>
      (finding.span?.line ?? 0) * 1e7 + (finding.span?.column ?? 0);
    const sorted = this.#findings.toSorted((one, other) => order(one) - order(other));
    const { title, effect, fix } = entryOf('TRI-C099');
    if (this.#left === 0) return sorted;
    const message = `${title}: ${this.#left}`;
    return [...sorted, { code: 'TRI-C099', severity: 'error', message, effect, fix }];
  }

  #add(
    code: string,
    severity: Finding['severity'],
    { place, fault }: { place: Place; fault: string | Fault },
  ): void {
    if (this.#findings.length >= mostFindings) {
      this.#left++;
      return;
    }
    const { effect, fix } = entryOf(code);
    const span = this.span(place);
    const own = typeof fault === 'string' ? { message: fault } : fault;
    this.#findings.push({ code, severity, span, effect, fix, ...own });
  }
}

function entryOf(code: string): { title: string; effect: string; fix: string } {
  const entry = codes[code as keyof typeof codes];
  if (!entry) throw new RangeError(`no such code: ${code}`);
  return entry;
}

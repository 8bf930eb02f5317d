/** A reason is a value: tests, logs and people see the same word. */

export interface Reason {
  /** Stable kebab-case word, e.g. `latched`, `check-failed`, `not-acked`; machines compare this one. */
  readonly word: string;
  /** One sentence for people, starting in lower case, e.g. `w2 answers 503 on /healthz`. */
  readonly text: string;
  /** Where it comes from: `file:line:col` of the cluster file, an event id, a latch. */
  readonly source?: string;
}

/** Builds a reason; `source` is left out where there is none. */
export function reason(word: string, text: string, source?: string): Reason {
  return source === undefined ? { word, text } : { word, text, source };
}

/** Yes, or no and why. A "no" is a value. */
export type Answer = { readonly yes: true } | { readonly yes: false; readonly why: Reason };

export const yes: Answer = { yes: true };

export function no(word: string, text: string, source?: string): Answer {
  return { yes: false, why: reason(word, text, source) };
}

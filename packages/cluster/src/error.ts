/** Errors of broken promises. Expected outcomes are values (`reason.ts`, `Finding`), never exceptions. */

/** What a code means, for `tricade explain CODE`; one entry per code, offline. */
export interface CodeEntry {
  /** One line, as a heading. */
  readonly title: string;
  /** What it does to traffic while it lasts. */
  readonly effect: string;
  /** What to do about it. */
  readonly fix: string;
}

/**
 * Codes of one package, keyed by the code itself. Prefixes: C cluster file, T topology, P plan and checks (all three in `cluster`),
 * B router-config, D l4-tier, H l7-tier, S host, Q probe, F feed, A agent, M monitor, R rollout, U command line, L lab.
 */
export type CodeTable = Readonly<Record<`TRI-${Prefix}${number}`, CodeEntry>>;
type Prefix = 'C' | 'T' | 'P' | 'B' | 'D' | 'H' | 'S' | 'Q' | 'F' | 'A' | 'M' | 'R' | 'U' | 'L';

export interface TricadeErrorOptions {
  /** What to do next, as an imperative sentence. */
  readonly hint?: string;
  /** Name of the node concerned. */
  readonly node?: string;
  readonly cause?: unknown;
}

/** A broken promise: code, fact, hint, cause. The message never repeats its cause; the edge prints the chain once. Secrets never enter it. */
export class TricadeError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly node: string | undefined;

  constructor(code: `TRI-${Prefix}${number}`, message: string, options: TricadeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TricadeError';
    this.code = code;
    this.hint = options.hint;
    this.node = options.node;
  }
}

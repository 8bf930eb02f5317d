/** How a value becomes a word of a configuration language. */

/**
 * A grammar's way to write one value as one word: the text as it stands in the file, or undefined where the grammar cannot carry the value.
 * Each driver owns its grammar's. Control characters never reach it.
 */
export type Quote = (value: string) => string | undefined;

/** A quote for grammars without quoting: a value passes as it is when the whole of it matches, else it cannot be carried. */
export function quoteWord(pattern: RegExp): Quote {
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gmy]/g, ''));
  return (value) => (whole.test(value) ? value : undefined);
}

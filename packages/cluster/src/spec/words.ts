/** What of the file may be shown in a message. */

/** Text of a file on one line: at most 40 characters, control characters and private keys never as they are. */
export function shown(text: string): string {
  if (looksSecret(text)) return '(hidden)';
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u00b7');
  return clean.length <= 40 ? clean : `${clean.slice(0, 37)}...`;
}

/** True for PEM blocks and the like, which have no place in a cluster file. */
function looksSecret(text: string): boolean {
  return /-----BEGIN|PRIVATE KEY/.test(text);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], most = 5): string {
  const some = words.slice(0, most);
  if (words.length > most) return `${some.join(', ')} and ${words.length - most} more`;
  return some.length < 2 ? some.join('') : `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`;
}

/** What a route answers. */
import type { Reason } from '@tricade/cluster';

export interface Answered {
  readonly status: number;
  /** JSON; an RFC 9457 problem where status ≥ 400. */
  readonly body: unknown;
}

export function done(body: unknown): Answered {
  return { status: 200, body };
}

/** A problem (RFC 9457) of this HTTP status; `more` are extension members. */
export function problem(
  status: number,
  why: Reason,
  more: Readonly<Record<string, unknown>> = {},
): Answered {
  const { word, text: detail } = why;
  const type = `urn:tricade:${word}`;
  return { status, body: { ...more, type, title: word.replaceAll('-', ' '), status, detail } };
}

/** True for a text that may stand in a log, a page or a reason: 1 to 200 characters, none that steers a terminal. */
export function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200 && !/\p{C}/u.test(value);
}

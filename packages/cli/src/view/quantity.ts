/** Quantities as people write them. Pure. */
import { TricadeError } from '@tricade/cluster';

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `10s`, `5m`, `2h` → ms. Throws TRI-U007 for anything else. */
export function durationMs(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = unitsMs[found?.[2] ?? ''];
  if (found === null || unit === undefined)
    throw new TricadeError('TRI-U007', `not a duration: ${JSON.stringify(text)}`, {
      hint: 'e.g. 500ms, 10s, 5m, 2h',
    });
  return Number(found[1]) * unit;
}

/** A whole number above zero. Throws TRI-U007 naming `what` for anything else. */
export function wholeNumber(text: string, what: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new TricadeError(
      'TRI-U007',
      `${what} is a whole number above 0, not ${JSON.stringify(text)}`,
    );
  return Number(text);
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A count as people read it: `950`, `31.2k`, `9.10G` (powers of 1,000; three digits). */
export function amount(count: number): string {
  const steps = count < 1_000 ? 0 : Math.floor(Math.log10(count) / 3);
  const at = Math.min(steps, prefixes.length - 1);
  return at === 0 ? String(count) : `${(count / 1_000 ** at).toPrecision(3)}${prefixes[at]}`;
}

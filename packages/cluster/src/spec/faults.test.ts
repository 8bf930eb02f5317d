import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileCodes } from './file-codes.ts';
import { readSpec } from './read-spec.ts';

interface FaultCase {
  readonly name: string;
  /** A whole text, or replacements in `base.yaml`. */
  readonly given: string | readonly (readonly [from: string, to: string])[];
  /** `file:line:col CODE message (note)` of every finding. */
  readonly want: readonly string[];
}

const testdata = (name: string) =>
  readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8');
const base = testdata('base.yaml');
/** What is no YAML or not of ours; single keys and values; parts held against each other. */
const cases = ['text-faults.json', 'value-faults.json', 'cross-faults.json'].flatMap(
  (name) => JSON.parse(testdata(name)) as FaultCase[],
);

/** The base with each `from` replaced once by its `to`; a `from` that is not there is a fault of the table. */
function edited(given: FaultCase['given']): string {
  if (typeof given === 'string') return given;
  let text = base;
  for (const [from, to] of given) {
    if (!text.includes(from)) throw new Error(`not in the base: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

const told = (text: string) =>
  readSpec(text, 'c.yaml').findings.map(({ span, code, message, note }) => {
    const place = span ? `${span.file}:${span.line}:${span.column} ` : '';
    return `${place}${code} ${message}${note ? ` (${note})` : ''}`;
  });

describe('faults of the cluster file', () => {
  test('the base has none', () => expect(told(base)).toEqual([]));
  test.for(cases)('$name', ({ given, want }) => expect(told(edited(given))).toEqual(want));

  test('every code of the cluster file has a case, or needs a catalog or thousands of lines', () => {
    const seen = new Set(
      cases.flatMap(({ want }) => want.flatMap((line) => line.match(/TRI-C\d+/g) ?? [])),
    );
    const missing = Object.keys(fileCodes).filter((code) => !seen.has(code));
    expect(missing).toEqual([
      'TRI-C001',
      'TRI-C038',
      'TRI-C039',
      'TRI-C053',
      'TRI-C055',
      'TRI-C099',
    ]);
  });

  test('no cluster where there is an error, one where there are warnings only', () => {
    for (const { given } of cases) {
      const { cluster, findings } = readSpec(edited(given), 'c.yaml');
      expect(cluster === undefined).toBe(findings.some(({ severity }) => severity === 'error'));
    }
  });

  test('effect and fix are there for every finding', () => {
    for (const { given } of cases) {
      for (const { effect, fix } of readSpec(edited(given), 'c.yaml').findings) {
        expect(effect.length > 3 && fix.length > 3).toBe(true);
      }
    }
  });
});

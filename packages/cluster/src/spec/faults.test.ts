import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileCodes } from './file-codes.ts';
import { readSpec } from './read-spec.ts';
import { crossFaults } from './testdata/cross-faults.ts';
import { type FaultCase, textFaults } from './testdata/text-faults.ts';
import { valueFaults } from './testdata/value-faults.ts';

const base = readFileSync(new URL('./testdata/base.yaml', import.meta.url), 'utf8');

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

const cases = [...textFaults, ...valueFaults, ...crossFaults];

describe('faults of the cluster file', () => {
  test('the base has none', () => expect(told(base)).toEqual([]));
  test.for(cases)('$name', ({ given, want }) => expect(told(edited(given))).toEqual(want));

  test('every code of the cluster file has a case, or needs a catalog', () => {
    const seen = new Set(
      cases.flatMap(({ want }) => want.flatMap((line) => line.match(/TRI-C\d+/g) ?? [])),
    );
    const missing = Object.keys(fileCodes).filter((code) => !seen.has(code));
    expect(missing).toEqual(['TRI-C001', 'TRI-C038', 'TRI-C039', 'TRI-C099']);
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

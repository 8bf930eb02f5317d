import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainTree } from './plain-yaml.ts';
import { readSpec, validateSpec } from './read-spec.ts';
import { Report } from './report.ts';
import { SourceText } from './source-text.ts';
import type { SourceTree } from './source-tree.ts';
import { yamlTree } from './yaml-tree.ts';

const examples = new URL('../../../../examples/', import.meta.url);
const files = [
  new URL('./testdata/base.yaml', import.meta.url),
  ...readdirSync(examples)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => new URL(name, examples)),
].map((url) => readFileSync(url, 'utf8'));

/** Keys, key places and value starts of every mapping and list; scalars and flow collections with their ends. */
function places(tree: SourceTree, value: unknown = tree.root): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { keys, at } = tree.offsets.get(value) ?? { keys: [], at: [] };
  // In the order of the text: an object itself has keys that look like numbers first.
  const children = keys?.map((name) => Reflect.get(value, name)) ?? Object.values(value);
  return children.map((child, index) => {
    const isCollection = typeof child === 'object' && child !== null;
    const [keyStart, keyEnd, start, end] = at.slice(4 * index, 4 * index + 4);
    const place =
      child === null ? [keyStart] : isCollection ? [keyStart, start] : [keyStart, start, end];
    return [keys?.[index], keys ? keyEnd : undefined, place, places(tree, child)];
  });
}

/** Where the fast reader takes the text, the library must find no fault in it and the same values in the same places. */
function agrees(text: string): boolean {
  const fast = plainTree(text);
  if (!fast) return false;
  const report = new Report(new SourceText('c.yaml', text));
  const slow = yamlTree(text, report);
  expect(report.findings()).toEqual([]);
  expect(fast.root).toEqual(slow?.root);
  if (slow) expect(places(fast)).toEqual(places(slow));
  return true;
}

describe('the fast reader against the library', () => {
  test.for(
    files.map(
      (text) => [text.split('\n').find((line) => line.startsWith('cluster:')), text] as const,
    ),
  )('takes %s', ([, text]) => expect(agrees(text)).toBe(true));

  test.for([
    'a: 1\n',
    'a: -1\nb: 1.5\nc: +3\nd: 0x1f\ne: 0o17\nf: 1e3\ng: .5\nh: 1.\ni: 007\nj: 12345678901234567890\n',
    'a: .inf\n',
    'a: ~\nb: null\nc: Null\nd: nULL\ne:\nf: true\ng: FALSE\nh: yes\ni: no\nj: off\n',
    "a: \"x # y\"  # c\nb: 'it''s'\n",
    'a: x#y\nb: x #y\nc: http://h:80/p?q#f\n',
    'a: {b: 1, c: {d: [1, 2]}}\n',
    'a: {b: 1,}\n',
    'a: [1, 2\n  , 3]\n',
    'a: [1, 2\n, 3]\n',
    'a: [\n  1, # one\n  2\n  ]\nb: 1\n',
    'a: {\n  b: 1\n}\n',
    'a:\n- 1\n- 2\nb: 1\n',
    'a:\n  - 1\n  - {b: 1}\n',
    'a:\n  - b: 1\n    c: 2\n',
    'a:\n  - - 1\n',
    'a: one\n  two\n',
    'a: one\nb\n',
    'a: b: c\n',
    'a: b:\n',
    'a: {b: c:d}\n',
    'a: {b: ::1}\n',
    'a: {b: 2001:db8::}\n',
    'a: {b: x::, c: 1}\n',
    'a: {"b": 1}\n',
    'a: {b:1}\n',
    'a: {b}\n',
    'a: [b c, d]\n',
    'a: [b #c\n  ]\n',
    'a: |\n  x\n',
    'a: &x 1\nb: *x\n',
    'a: !!str 1\n',
    '? a\n: 1\n',
    'a: 1\na: 2\n',
    'a:1\n',
    'a : 1\n',
    '- 1\n',
    'a: -\n',
    'a: - b\n',
    'a: "x\n  y"\n',
    'a: "x\\u0041"\n',
    'a: "x"y\n',
    'a: @x\n',
    'a: %x\n',
    'a: x%\n',
    'a: `x\n',
    'a: [x]y\n',
    'a:\n   b: 1\n  c: 2\n',
    'a:\n  b: 1\n   c: 2\n',
    ' a: 1\n',
    'a: 1\n...\n',
    '# only\n',
    'a:\n\n\n  # c\n  b: 1\n# d\nc: 2',
    'a: 1 \nb: 2',
    'a: =\n',
    'a: <<\n',
    '<<: {a: 1}\n',
    'a: 1:2\n',
    'a: 1-2\n',
    'a: 2001-01-01\n',
    'a: (x\n',
    'a: é\n',
    'é: 1\n',
    'a: []\nb: {}\n',
    'a: [ ]\nb: { }\n',
    'a: [1 2]\n',
    'a: \'\'\nb: ""\n',
    'a: [, 1]\n',
    'a: [1,, 2]\n',
    'a: {b: }\n',
    'a: {b: , c: 1}\n',
    'a:\n  b: 1\n\n7: 2\n',
  ])('agrees or leaves it: %j', (text) => {
    agrees(text);
  });

  const piece = fc.constantFrom(
    ...[
      'a',
      'b: ',
      ': ',
      ' ',
      '  ',
      '\n',
      '\n  ',
      '\n- ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ', ',
      ',',
      '"',
      "'",
      '#',
      ' # ',
      '&x ',
      '*x',
      '!',
      '|',
      '>',
      '1',
      '-1',
      '1.5',
      '~',
      'null',
      'true',
      ':',
      '::',
      '@',
      '%',
      '0x1',
      '\n\n',
      'é',
      '?',
    ],
  );

  test('on any text made of pieces of YAML', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        agrees(`k: ${pieces.join('')}`);
        agrees(pieces.join(''));
      }),
      { numRuns: 3000 },
    );
  });

  test('on files with pieces put in and taken out', () => {
    let taken = 0;
    fc.assert(
      fc.property(mutated(piece), (text) => {
        if (agrees(text)) taken++;
      }),
      { numRuns: 600 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});

/** A file with one to three cuts, doublings or insertions. */
function mutated(piece: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(), fc.nat(12), piece, fc.nat(2));
  return fc
    .tuple(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([file, edits]) => {
      let text = file;
      for (const [position, length, insert, kind] of edits) {
        const at = position % (text.length + 1);
        const cut = text.slice(at, at + length);
        const middle = kind === 0 ? insert : kind === 1 ? '' : cut + cut;
        text = text.slice(0, at) + middle + text.slice(kind === 0 ? at : at + length);
      }
      return text;
    });
}

describe('whatever the text', () => {
  const anything = fc.oneof(
    mutated(fc.string({ maxLength: 6, unit: 'binary' })),
    mutated(
      fc.constantFrom(
        '\u0000',
        '\ud800',
        '<<: ',
        '__proto__: ',
        '{}',
        '[]',
        'null',
        '999999999999',
        '*x',
        '&x ',
        ': &x *x',
      ),
    ),
    fc.string({ unit: 'binary' }),
  );

  test('readSpec never throws; it has an error or a cluster, and every finding a place in the text', () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const { cluster, findings } of [
          readSpec(text, 'c.yaml'),
          validateSpec(text, 'c.yaml'),
        ]) {
          const isFaulty = findings.some(({ severity }) => severity === 'error');
          expect(cluster === undefined).toBe(isFaulty);
          for (const { span } of findings) {
            expect(span === undefined || span.line <= text.split('\n').length).toBe(true);
          }
        }
      }),
      { numRuns: 600 },
    );
  });
});

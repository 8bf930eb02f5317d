import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TricadeError } from '../error.ts';
import { quoteWord } from './quote.ts';
import { template } from './template.ts';

const word = quoteWord(/[\w.:/-]+/);
const text = (source: string, values: unknown) => template<unknown>(source, word)(values);

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof TricadeError ? error.code : String(error);
  }
  return undefined;
}

describe('a template', () => {
  const cases = [
    { name: 'a name', source: 'a {{b}}', values: { b: 'c' }, want: 'a c\n' },
    { name: 'a number', source: '{{b}}', values: { b: 0 }, want: '0\n' },
    { name: 'a path', source: '{{a.b}}', values: { a: { b: 'c' } }, want: 'c\n' },
    { name: 'a name like a helper', source: '{{log}}', values: { log: 'c' }, want: 'c\n' },
    {
      name: 'each',
      source: 'x\n{{#each a}}\n  {{@index}} {{this}} {{../b}}\n{{/each}}\ny',
      values: { a: ['p', 'q'], b: 'r' },
      want: 'x\n  0 p r\n  1 q r\ny\n',
    },
    { name: 'none', source: '{{#each a}}x{{else}}y{{/each}}', values: { a: [] }, want: 'y\n' },
    {
      name: 'if inside each',
      source: '{{#each a}}{{#if on}}{{n}}{{else}}-{{/if}}{{/each}}',
      values: {
        a: [
          { on: true, n: 'x' },
          { on: false, n: 'y' },
        ],
      },
      want: 'x-\n',
    },
    {
      name: 'no trailing blanks',
      source: 'a {{#if b}}c{{/if}}  \nd\n\n\n',
      values: { b: false },
      want: 'a\nd\n',
    },
    {
      name: 'markup stays as it is',
      source: '"<{{a}}>" & \'',
      values: { a: 'b' },
      want: '"<b>" & \'\n',
    },
  ];
  test.for(cases)('$name', ({ source, values, want }) => expect(text(source, values)).toBe(want));

  const faults = [
    { name: 'a missing name', source: '{{a}}', values: {}, want: 'TRI-P902' },
    { name: 'a missing name in if', source: '{{#if a}}{{/if}}', values: {}, want: 'TRI-P902' },
    {
      name: 'a missing path in if',
      source: '{{#if a.b}}{{/if}}',
      values: { a: {} },
      want: 'TRI-P902',
    },
    { name: 'a missing list', source: '{{#each a}}{{/each}}', values: {}, want: 'TRI-P902' },
    {
      name: 'a list that is none',
      source: '{{#each a}}{{/each}}',
      values: { a: 'bc' },
      want: 'TRI-P902',
    },
    { name: 'a name of every object', source: '{{toString}}', values: {}, want: 'TRI-P901' },
    { name: 'undefined', source: '{{a}}', values: { a: undefined }, want: 'TRI-P901' },
    { name: 'an object', source: '{{a}}', values: { a: {} }, want: 'TRI-P901' },
    { name: 'not a number', source: '{{a}}', values: { a: Number.NaN }, want: 'TRI-P901' },
    { name: 'two words', source: '{{a}}', values: { a: 'b c' }, want: 'TRI-P901' },
    { name: 'empty', source: '{{a}}', values: { a: '' }, want: 'TRI-P901' },
    { name: 'a raw tag', source: '{{{a}}}', values: { a: 'b' }, want: 'TRI-P903' },
    { name: 'another raw tag', source: '{{&a}}', values: { a: 'b' }, want: 'TRI-P903' },
    { name: 'a partial', source: '{{> a}}', values: {}, want: 'TRI-P903' },
    { name: 'a helper', source: '{{a b}}', values: { a: 'b', b: 'c' }, want: 'TRI-P903' },
    { name: 'another block', source: '{{#with a}}{{/with}}', values: { a: {} }, want: 'TRI-P903' },
    {
      name: 'a raw tag in a block',
      source: '{{#if a}}{{{b}}}{{/if}}',
      values: { a: 1, b: 'c' },
      want: 'TRI-P903',
    },
    {
      name: 'block parameters',
      source: '{{#each a as |b|}}{{/each}}',
      values: { a: [] },
      want: 'TRI-P903',
    },
    { name: 'an expression', source: '{{#if (not a)}}{{/if}}', values: { a: 1 }, want: 'TRI-P903' },
    { name: 'not a template', source: '{{#if a}}', values: { a: 1 }, want: 'TRI-P903' },
  ];
  test.for(faults)('refuses $name', ({ source, values, want }) => {
    expect(codeOf(() => text(source, values))).toBe(want);
  });

  test('the fault names the place and the value', () => {
    expect(() => text('{{#each a}}{{n.m}}{{/each}}', { a: [{ n: { m: 'b c' } }] })).toThrow(
      'n.m: "b c" cannot be written in this configuration',
    );
  });

  test('two templates keep their quotes apart', () => {
    const loud = template<{ a: string }>('{{a}}', (value) => value.toUpperCase());
    const plain = template<{ a: string }>('{{a}}', word);
    expect([loud({ a: 'x' }), plain({ a: 'x' }), loud({ a: 'x' })]).toEqual(['X\n', 'x\n', 'X\n']);
  });

  test('no control character passes, whatever the quote says', () => {
    const lax = template<{ a: string }>('{{a}}', (value) => `"${value}"`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (a) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
        const bad = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(a) || !a.isWellFormed();
        expect(codeOf(() => lax({ a }))).toBe(bad ? 'TRI-P901' : undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a quote that makes one is refused too', () => {
    expect(codeOf(() => template('{{a}}', () => 'x\ny')({ a: 'b' }))).toBe('TRI-P901');
  });
});

test('quoteWord takes the whole value', () => {
  const quote = quoteWord(/a|b/);
  expect(['a', 'b', 'ab', 'xa', 'b\n', ''].map(quote)).toEqual([
    'a',
    'b',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('10,000 services', { timeout: 60_000 }, () => {
  const source =
    '{{#each services}}\nbackend {{name}}\n  balance {{balance}}\n{{#each servers}}\n  server {{name}} {{address}}:{{port}} weight {{weight}}\n{{/each}}\n{{/each}}\n';
  const servers = [1, 2, 3].map((n) => ({
    name: `s${n}`,
    address: `192.0.2.${n}`,
    port: 80,
    weight: 100,
  }));
  const services = Array.from({ length: 10_000 }, (_, n) => ({
    name: `p${n}`,
    balance: 'roundrobin',
    servers,
  }));
  const render = template<{ services: typeof services }>(source, word);
  expect(render({ services }).split('\n')).toHaveLength(50_001);
});

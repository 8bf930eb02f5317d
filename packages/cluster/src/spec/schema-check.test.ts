import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Schema, specSchema } from './schema.ts';
import { keywords, misfits } from './schema-check.ts';

const base = readFileSync(new URL('./testdata/base.yaml', import.meta.url), 'utf8');
const fine = parse(base) as object;
/** Keywords that ask for nothing. */
const words = ['$schema', '$comment', 'title', 'description', 'default', 'expects'];

/** `pointer keyword key` of each misfit, by our own judgement and by ajv's. */
const ours = (value: unknown, schema: Schema): string[] =>
  misfits(value, schema)
    .map(
      ({ path, keyword, key = '' }) =>
        `${path.map((each) => `/${each}`).join('')} ${keyword} ${key}`,
    )
    .sort();

function full(schema: Schema): (value: unknown) => string[] {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictRequired: false });
  ajv.addVocabulary(['expects']);
  const validate = ajv.compile(schema);
  return (value) => {
    validate(value);
    const errors = validate.errors ?? [];
    const foreign = errors
      .filter(({ keyword }) => keyword === 'type')
      .map((each) => each.instancePath);
    return errors
      .filter((error) => isTold(error, foreign))
      .map(line)
      .sort();
  };
}

/** ajv tells of a key that is no name twice, and goes on with a value of another type. */
function isTold({ keyword, instancePath, propertyName }: ErrorObject, foreign: readonly string[]) {
  if (propertyName !== undefined) return keyword === 'propertyNames';
  return keyword === 'type' || !foreign.includes(instancePath);
}

function line({ instancePath, keyword, params }: ErrorObject): string {
  const { missingProperty, additionalProperty, propertyName } = params as Record<string, string>;
  const pointer = instancePath.replaceAll('~1', '/').replaceAll('~0', '~');
  return `${pointer} ${keyword} ${missingProperty ?? additionalProperty ?? propertyName ?? ''}`;
}

const cases: readonly {
  readonly name: string;
  readonly schema: Schema;
  readonly values: readonly unknown[];
}[] = [
  {
    name: 'a type',
    schema: { type: 'integer' },
    values: [1, 1.5, '1', null, [], 1e308, Number.NaN],
  },
  { name: 'one of several types', schema: { type: ['string', 'array'] }, values: ['', [], {}, 0] },
  { name: 'a constant', schema: { const: 1 }, values: [1, '1', undefined] },
  { name: 'words', schema: { type: 'string', enum: ['a', 'b'] }, values: ['a', 'c', 1] },
  { name: 'a range', schema: { type: 'integer', minimum: 1, maximum: 3 }, values: [0, 1, 3, 4] },
  {
    name: 'a length',
    schema: { type: 'string', minLength: 2 },
    values: ['', 'a', 'ab', '\u{1f600}', 'a\ud800'],
  },
  {
    name: 'a pattern',
    schema: { type: 'string', pattern: '^.$' },
    values: ['a', 'ab', '\u{1f600}'],
  },
  {
    name: 'a list',
    schema: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } },
    values: [[], ['a'], ['a', 1], ['a', 'b', 'c']],
  },
  {
    name: 'a mapping',
    schema: {
      type: 'object',
      properties: { a: { type: 'string' }, b: {} },
      required: ['a'],
      additionalProperties: false,
    },
    values: [
      {},
      { a: 1 },
      { a: '', b: 1 },
      { a: '', constructor: 1 },
      JSON.parse('{"__proto__": 1}'),
    ],
  },
  {
    name: 'names',
    schema: {
      type: 'object',
      propertyNames: { pattern: '^[a-z]$' },
      additionalProperties: { type: 'integer' },
      minProperties: 1,
    },
    values: [{}, { a: 1 }, { A: 1 }, { A: '1', b: '1', 'c/d~': 1 }],
  },
];

describe('agrees with a full implementation of JSON Schema', () => {
  test.for(cases)('$name', ({ schema, values }) => {
    const theirs = full(schema);
    for (const value of values)
      expect([value, ours(value, schema)]).toEqual([value, theirs(value)]);
    expect(values.filter((value) => theirs(value).length > 0)).not.toHaveLength(0);
  });

  test('on cluster files with any value anywhere', () => {
    const theirs = full(specSchema);
    const places = placesOf(fine);
    const change = fc.tuple(
      fc.constantFrom(...places),
      fc.jsonValue({ maxDepth: 2 }),
      fc.boolean(),
    );
    expect(ours(fine, specSchema)).toEqual([]);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const tree = structuredClone(fine);
        for (const [path, value, isNew] of changes)
          put(tree, isNew ? [...path.slice(0, -1), 'x'] : path, value);
        expect(ours(tree, specSchema)).toEqual(theirs(tree));
      }),
      { numRuns: 300 },
    );
  });
});

test('the schema of the cluster file asks for nothing else', () => {
  const found = new Set<string>();
  const walk = (schema: Schema): void => {
    for (const keyword of Object.keys(schema)) found.add(keyword);
    const { properties = {}, items, additionalProperties } = schema as Record<string, never>;
    for (const child of [...Object.values(properties), items, additionalProperties])
      if (typeof child === 'object') walk(child as Schema);
  };
  walk(specSchema);
  expect(
    [...found].filter((keyword) => !keywords.includes(keyword) && !words.includes(keyword)),
  ).toEqual([]);
});

type Path = readonly (string | number)[];

/** Path of every value. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Object.entries(value).flatMap(([key, child]) =>
    placesOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? children : [path, ...children];
}

/** Sets what is at a path, where there still is something to set it in. */
function put(root: object, path: Path, value: unknown): void {
  let at: unknown = root;
  for (const key of path.slice(0, -1)) {
    if (typeof at !== 'object' || at === null) return;
    at = (at as Record<string | number, unknown>)[key];
  }
  if (typeof at === 'object' && at !== null)
    (at as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
}

/**
 * Holds a value against a schema. It knows the part of JSON Schema (draft 07) that the schema of the cluster file is written in and has nothing to
 * compile: for a command that reads one file that would be most of the work. A test holds it against a full implementation.
 */
import type { Schema } from './schema-parts.ts';
import type { KeyPath } from './source-tree.ts';

/** A value, or a key of it, that is not as its schema says. */
export interface Misfit {
  /** Of the value. */
  readonly path: KeyPath;
  readonly keyword: ValueKeyword | KeyKeyword;
  /** What the value had to be like. */
  readonly schema: Schema;
  readonly value: unknown;
  /** The key that is missing, unknown or no name: with keywords that speak of keys alone. */
  readonly key?: string;
}

type Mapping = Readonly<Record<string, unknown>>;
type ValueKeyword =
  | 'type'
  | 'const'
  | 'enum'
  | 'minimum'
  | 'maximum'
  | 'minLength'
  | 'pattern'
  | 'minItems'
  | 'maxItems'
  | 'minProperties';
type KeyKeyword = 'required' | 'propertyNames' | 'additionalProperties';

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  object: isMapping,
  string: (value) => typeof value === 'string',
};

const expressions = new Map<string, RegExp>();

function matches(text: string, pattern: string): boolean {
  const known = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, known);
  return known.test(text);
}

/** Lengths count code points, none of which has more than two units. */
const isShorter = (text: string, least: number): boolean =>
  [...text.slice(0, 2 * least)].length < least;

/** By keyword, whether a value is as it asks. Every keyword but the first three speaks of one type and takes all values of others. */
const judges: {
  readonly [keyword in ValueKeyword]: (value: unknown, asked: never) => boolean;
} = {
  type: (value, asked: string | readonly string[]) =>
    [asked].flat().some((type) => types[type]?.(value) ?? false),
  const: (value, asked) => value === asked,
  enum: (value, asked: readonly unknown[]) => asked.includes(value),
  minimum: (value, asked: number) => typeof value !== 'number' || value >= asked,
  maximum: (value, asked: number) => typeof value !== 'number' || value <= asked,
  minLength: (value, asked: number) => typeof value !== 'string' || !isShorter(value, asked),
  pattern: (value, asked: string) => typeof value !== 'string' || matches(value, asked),
  minItems: (value, asked: number) => !Array.isArray(value) || value.length >= asked,
  maxItems: (value, asked: number) => !Array.isArray(value) || value.length <= asked,
  minProperties: (value, asked: number) => !isMapping(value) || Object.keys(value).length >= asked,
};

const valueKeywords = Object.keys(judges) as readonly ValueKeyword[];

/** Every keyword that is judged by; others in a schema are words for people. */
export const keywords: readonly string[] = [
  ...valueKeywords,
  ...['items', 'properties', 'required', 'propertyNames', 'additionalProperties'],
];

/** Everything in `value` that is not as `schema` says. What is of another type is one misfit, and nothing in it is looked at. */
export function misfits(value: unknown, schema: Schema, path: KeyPath = []): Misfit[] {
  const found = valueKeywords
    .filter((keyword) => keyword in schema && !judges[keyword](value, schema[keyword] as never))
    .map((keyword): Misfit => ({ path, keyword, schema, value }));
  if (found[0]?.keyword === 'type') return found.slice(0, 1);
  if (Array.isArray(value)) {
    const { items = {} } = schema as { readonly items?: Schema };
    return [...found, ...value.flatMap((item, at) => misfits(item, items, [...path, at]))];
  }
  return isMapping(value) ? [...found, ...ofKeys(value, schema, path)] : found;
}

interface MappingSchema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: { readonly pattern: string };
  readonly additionalProperties?: Schema | false;
}

function ofKeys(value: Mapping, schema: Schema, path: KeyPath): Misfit[] {
  const { properties = {}, required = [], ...others } = schema as MappingSchema;
  const { propertyNames, additionalProperties = {} } = others;
  const misfit = (keyword: KeyKeyword, key: string): Misfit => {
    return { path, keyword, schema, value, key };
  };
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  const own = Object.keys(value).flatMap((key): Misfit[] => {
    const named = propertyNames === undefined || matches(key, propertyNames.pattern);
    const asked = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    const within =
      asked === false || asked === undefined
        ? [misfit('additionalProperties', key)]
        : misfits(value[key], asked, [...path, key]);
    return named ? within : [misfit('propertyNames', key), ...within];
  });
  return [...missing.map((key) => misfit('required', key)), ...own];
}

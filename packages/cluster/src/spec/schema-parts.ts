/** Building blocks of the schema. No `anyOf`: the keywords of a JSON Schema speak of one type each, so a value that may be text or a mapping keeps exact errors. */
import { defaultOf } from './defaults.ts';
import { patterns } from './units.ts';

export type Schema = { readonly [keyword: string]: unknown };

function withDefault(key: string | undefined): Schema {
  if (key === undefined) return {};
  const { value, why } = defaultOf(key);
  const isWords = typeof value === 'string' && /[ \u2019]/.test(value) && !/ x \d/.test(value);
  return isWords ? { $comment: `default: ${value} (${why})` } : { default: value, $comment: why };
}

export function text(description: string, key?: string): Schema {
  return { description, type: 'string', minLength: 1, expects: 'text', ...withDefault(key) };
}

export function flag(description: string, key: string): Schema {
  return { description, type: 'boolean', expects: 'true or false', ...withDefault(key) };
}

export function integer(
  description: string,
  { minimum, maximum }: { minimum: number; maximum: number },
  key?: string,
): Schema {
  const expects = `a whole number from ${minimum} to ${maximum}`;
  return { description, type: 'integer', minimum, maximum, expects, ...withDefault(key) };
}

export function choice(description: string, words: readonly string[], key?: string): Schema {
  const expects = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return { description, type: 'string', enum: words, expects, ...withDefault(key) };
}

export function duration(description: string, key: string): Schema {
  const expects = 'a duration such as 500ms, 1s, 2m or 3h';
  return { description, type: 'string', pattern: patterns.duration, expects, ...withDefault(key) };
}

export function percent(description: string, key: string): Schema {
  const expects = 'a share such as 50%';
  return { description, type: 'string', pattern: patterns.percent, expects, ...withDefault(key) };
}

/** A mapping with the keys that are listed and no others. */
export function mapping(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  const expects = `a mapping with ${Object.keys(properties).join(', ')}`;
  return { description, type: 'object', properties, additionalProperties: false, expects };
}

/** A mapping from names to values of one kind. */
export function keyed(description: string, value: Schema): Schema {
  return {
    description,
    type: 'object',
    propertyNames: { pattern: patterns.name },
    additionalProperties: value,
    expects: 'a mapping from names to settings',
  };
}

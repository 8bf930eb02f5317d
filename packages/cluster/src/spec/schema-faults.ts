/** Holds a tree against the schema: every fault becomes a finding, and what is faulty is cut out so that the rest can be read. */
import type { ErrorObject } from 'ajv';
import { didYouMean, nearest } from './did-you-mean.ts';
import { validate } from './generated/schema-validator.ts';
import type { Fault, Place, Report } from './report.ts';
import type { Schema } from './schema.ts';
import type { KeyPath } from './source-tree.ts';
import { shown } from './words.ts';

/** Reports what is not as the schema says, and cuts it out of `root` (in place). */
export function checkSchema(root: unknown, report: Report): void {
  if (validate(root)) return;
  const cut: KeyPath[] = [];
  const faults = (validate.errors ?? []).flatMap((error) => {
    const fault = faultOf(error, root);
    return fault ? [{ fault, at: error.instancePath }] : [];
  });
  // A key that was mistyped is not missing besides.
  const told = new Set(
    faults.flatMap(({ fault, at }) => (fault.meant ? [`${at} ${fault.meant}`] : [])),
  );
  for (const { fault, at } of faults) {
    const name = `${at} ${fault.key ?? ''}`;
    if (told.has(name)) continue;
    told.add(name);
    const { code, place, message, fix } = fault;
    report.error(code, place, { message, ...(fix ? { fix } : {}) });
    if (fault.cut) cut.push(fault.cut);
  }
  for (const path of cut) cutOut(root, path);
}

interface SchemaFault extends Fault {
  readonly code: string;
  readonly place: Place;
  /** The key at fault, where it is a key and not a value. */
  readonly key?: string;
  /** The known key that an unknown one was likely to be. */
  readonly meant?: string;
  /** What must not be read. */
  readonly cut?: KeyPath;
}

function faultOf(error: ErrorObject, root: unknown): SchemaFault | undefined {
  const path = pathOf(error.instancePath, root);
  if (error.propertyName !== undefined && error.keyword !== 'propertyNames') return undefined;
  if (error.keyword === 'additionalProperties') {
    return unknownKey(path, String(error.params.additionalProperty), error);
  }
  if (error.keyword === 'required') {
    return missingKey(path, String(error.params.missingProperty), error);
  }
  if (error.keyword === 'propertyNames') return badName(path, String(error.params.propertyName));
  if (error.keyword === 'enum') return unknownWord(path, error);
  return badValue(path, error);
}

function unknownKey(path: KeyPath, key: string, error: ErrorObject): SchemaFault {
  const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
  const guess = nearest(key, known);
  return {
    code: 'TRI-C011',
    key,
    ...(guess ? { meant: guess } : {}),
    cut: [...path, key],
    place: { path: [...path, key], part: 'key' },
    message: `unknown key "${shown(key)}"${didYouMean(guess)}`,
    fix: guess ? `write \`${guess}\`` : `take it out; known here: ${known.join(', ')}`,
  };
}

function missingKey(path: KeyPath, key: string, error: ErrorObject): SchemaFault {
  const schemas = (error.parentSchema?.properties ?? {}) as Record<string, Schema>;
  const expects = schemas[key]?.expects;
  const where = path.length === 0 ? 'the file' : `"${labelOf(path)}"`;
  return {
    code: 'TRI-C015',
    key,
    place: { path, part: 'key' },
    message: `${where} lacks \`${key}\``,
    ...(expects ? { fix: `add \`${key}:\` with ${expects}` } : {}),
  };
}

function badName(path: KeyPath, key: string): SchemaFault {
  const place: Place = { path: [...path, key], part: 'key' };
  return {
    code: 'TRI-C016',
    key,
    cut: [...path, key],
    place,
    message: `"${shown(key)}" is no name`,
  };
}

function unknownWord(path: KeyPath, error: ErrorObject): SchemaFault {
  const words = (error.schema as unknown[]).map(String);
  const given = String(error.data);
  const guess = typeof error.data === 'string' ? nearest(given, words) : undefined;
  return {
    code: 'TRI-C014',
    cut: path,
    place: { path },
    message: `"${labelOf(path)}" cannot be "${shown(given)}"${didYouMean(guess)}`,
    fix: `write ${guess ? `\`${guess}\`` : expectsOf(error)}`,
  };
}

function badValue(path: KeyPath, error: ErrorObject): SchemaFault {
  const { data } = error;
  const isEmpty = data === null || data === undefined;
  const found = isEmpty ? 'nothing' : shownValue(data);
  return {
    code: 'TRI-C013',
    cut: path,
    place: { path, part: isEmpty ? 'key' : 'value' },
    message: `"${labelOf(path)}" takes ${expectsOf(error)}; found ${found}`,
    ...exampleFix(path, error.parentSchema ?? {}),
  };
}

/** The default or the only value, to paste. */
function exampleFix(path: KeyPath, schema: Schema): { fix?: string } {
  const example = schema.const ?? schema.default;
  const key = path.at(-1);
  if (example === undefined || typeof key !== 'string') return {};
  return { fix: `write for example \`${key}: ${String(example)}\`` };
}

function expectsOf(error: ErrorObject): string {
  return String(error.parentSchema?.expects ?? error.message ?? 'something else');
}

/** The nearest key above a value, with its number where it is one of a list. */
function labelOf(path: KeyPath): string {
  const at = path.findLastIndex((key) => typeof key === 'string');
  if (at < 0) return 'the file';
  const rest = path.slice(at + 1).map((index) => `[${index}]`);
  return shown(String(path[at])) + rest.join('');
}

function shownValue(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `"${shown(value)}"` : shown(String(value));
}

/** JSON pointer (RFC 6901) → path; numbers only where the parent is a list. */
function pathOf(pointer: string, root: unknown): KeyPath {
  if (pointer === '') return [];
  const path: (string | number)[] = [];
  let value = root;
  for (const raw of pointer.slice(1).split('/')) {
    const word = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const key = Array.isArray(value) ? Number(word) : word;
    path.push(key);
    value = (value as Record<string | number, unknown> | undefined)?.[key];
  }
  return path;
}

function cutOut(root: unknown, path: KeyPath): void {
  let value = root;
  for (const key of path.slice(0, -1)) {
    if (typeof value !== 'object' || value === null) return;
    value = (value as Record<string | number, unknown>)[key];
  }
  const last = path.at(-1);
  if (last === undefined || typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, last)) (value as Record<string | number, unknown>)[last] = undefined;
}

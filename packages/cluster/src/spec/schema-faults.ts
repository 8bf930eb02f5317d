/** Holds a tree against the schema: every fault becomes a finding, and what is faulty is cut out so that the rest can be read. */
import { didYouMean, nearest } from './did-you-mean.ts';
import type { Fault, Place, Report } from './report.ts';
import { type Schema, specSchema } from './schema.ts';
import { type Misfit, misfits } from './schema-check.ts';
import type { KeyPath } from './source-tree.ts';
import { shown } from './words.ts';

/** Reports what is not as the schema says, and cuts it out of `root` (in place). */
export function checkSchema(root: unknown, report: Report): void {
  const cut: KeyPath[] = [];
  const told = new Set<string>();
  for (const misfit of misfits(root, specSchema)) {
    const subject = JSON.stringify([misfit.path, misfit.key]);
    if (told.has(subject)) continue;
    told.add(subject);
    const { code, place, message, fix, cut: faulty } = faultOf(misfit);
    report.error(code, place, { message, ...(fix ? { fix } : {}) });
    if (faulty) cut.push(faulty);
  }
  for (const path of cut) cutOut(root, path);
}

interface SchemaFault extends Fault {
  readonly code: string;
  readonly place: Place;
  /** What must not be read. */
  readonly cut?: KeyPath;
}

function faultOf(misfit: Misfit): SchemaFault {
  const { path, keyword, key = '' } = misfit;
  if (keyword === 'additionalProperties') return unknownKey(path, key, misfit);
  if (keyword === 'required') return missingKey(path, key, misfit);
  if (keyword === 'propertyNames') return badName(path, key);
  return keyword === 'enum' ? unknownWord(path, misfit) : badValue(path, misfit);
}

function unknownKey(path: KeyPath, key: string, { schema }: Misfit): SchemaFault {
  const known = Object.keys((schema.properties ?? {}) as object);
  const guess = nearest(key, known);
  return {
    code: 'TRI-C011',
    cut: [...path, key],
    place: { path: [...path, key], part: 'key' },
    message: `unknown key "${shown(key)}"${didYouMean(guess)}`,
    fix: guess ? `write \`${guess}\`` : `take it out; known here: ${known.join(', ')}`,
  };
}

function missingKey(path: KeyPath, key: string, { schema }: Misfit): SchemaFault {
  const schemas = (schema.properties ?? {}) as Record<string, Schema>;
  const expects = schemas[key]?.expects;
  const where = path.length === 0 ? 'the file' : `"${labelOf(path)}"`;
  return {
    code: 'TRI-C015',
    place: { path, part: 'key' },
    message: `${where} lacks \`${key}\``,
    ...(expects ? { fix: `add \`${key}:\` with ${expects}` } : {}),
  };
}

function badName(path: KeyPath, key: string): SchemaFault {
  const place: Place = { path: [...path, key], part: 'key' };
  return {
    code: 'TRI-C016',
    cut: [...path, key],
    place,
    message: `"${shown(key)}" is no name`,
  };
}

function unknownWord(path: KeyPath, { schema, value }: Misfit): SchemaFault {
  const words = (schema.enum as unknown[]).map(String);
  const given = String(value);
  const guess = typeof value === 'string' ? nearest(given, words) : undefined;
  return {
    code: 'TRI-C014',
    cut: path,
    place: { path },
    message: `"${labelOf(path)}" cannot be "${shown(given)}"${didYouMean(guess)}`,
    fix: `write ${guess ? `\`${guess}\`` : expectsOf(schema)}`,
  };
}

function badValue(path: KeyPath, { schema, value }: Misfit): SchemaFault {
  const isEmpty = value === null || value === undefined;
  const found = isEmpty ? 'nothing' : shownValue(value);
  return {
    code: 'TRI-C013',
    cut: path,
    place: { path, part: isEmpty ? 'key' : 'value' },
    message: `"${labelOf(path)}" takes ${expectsOf(schema)}; found ${found}`,
    ...exampleFix(path, schema),
  };
}

/** The default or the only value, to paste. */
function exampleFix(path: KeyPath, schema: Schema): { fix?: string } {
  const example = schema.const ?? schema.default;
  const key = path.at(-1);
  if (example === undefined || typeof key !== 'string') return {};
  return { fix: `write for example \`${key}: ${String(example)}\`` };
}

function expectsOf({ expects }: Schema): string {
  return String(expects ?? 'something else');
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

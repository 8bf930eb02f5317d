/** Which line of the file, or which default, set a value. */
import { type Default, defaults } from './defaults.ts';
import type { Report } from './report.ts';
import { isGiven, type KeyPath, type SourceTree } from './source-tree.ts';

export interface Provenance {
  /** As written in the file, or the default. */
  readonly value: unknown;
  readonly from: 'default' | { readonly file: string; readonly line: number };
  /** Why the default is what it is. */
  readonly why?: string;
}

/** Every value of the cluster by its key path (`pools.web.check.every`): those of the file in its order, then the defaults that hold. */
export function effective(tree: SourceTree, report: Report): ReadonlyMap<string, Provenance> {
  const found = new Map<string, Provenance>();
  const secrets = new Set(
    report
      .findings()
      .flatMap(({ code, span }) =>
        code === 'TRI-C021' && span ? [`${span.line}:${span.column}`] : [],
      ),
  );
  collect(tree.root, [], (path, value) => {
    const { file, line, column } = report.span({ path });
    const isSecret = secrets.has(`${line}:${column}`);
    found.set(path.join('.'), { value: isSecret ? '(hidden)' : value, from: { file, line } });
  });
  for (const [pattern, { value, why }] of Object.entries(defaults) as [string, Default][]) {
    for (const path of expanded(tree.root, pattern.split('.'))) {
      if (!isGiven(tree, path)) found.set(path.join('.'), { value, from: 'default', why });
    }
  }
  return found;
}

function collect(
  value: unknown,
  path: KeyPath,
  add: (path: KeyPath, value: unknown) => void,
): void {
  if (typeof value !== 'object' || value === null) {
    if (value !== undefined) add(path, value);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    collect(child, [...path, Array.isArray(value) ? Number(key) : key], add);
  }
}

/** The paths that a pattern stands for in this file: `*` is every name that is there. Where there is no l7, or no limit, it has no defaults. */
function expanded(root: unknown, pattern: readonly string[]): KeyPath[] {
  const [first, ...rest] = pattern;
  if (first === undefined) return [[]];
  const isMapping = typeof root === 'object' && root !== null && !Array.isArray(root);
  const children = (isMapping ? root : {}) as Record<string, unknown>;
  if ((first === 'l7' || first === 'limit') && children[first] === undefined) return [];
  const names = first === '*' ? Object.keys(children) : [first];
  return names.flatMap((name) => expanded(children[name], rest).map((path) => [name, ...path]));
}

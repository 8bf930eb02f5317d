/** The values of a YAML file as plain data, and where each key and value stands. */

export type KeyPath = readonly (string | number)[];

/** Start and end offsets of the children of one mapping or list. */
export interface Offsets {
  /** Keys of a mapping in the order of the file; undefined for a list. */
  readonly keys: string[] | undefined;
  /** Four numbers a child: key start, key end, value start, value end. A list repeats the value's. */
  readonly at: number[];
  /** Place of each key in `keys`, made when it is first asked for. */
  indexes?: ReadonlyMap<string, number>;
}

export interface SourceTree {
  readonly root: unknown;
  readonly rootStart: number;
  readonly rootEnd: number;
  /** By the very object or array; a value that an alias repeats has the place of its anchor. */
  readonly offsets: ReadonlyMap<object, Offsets>;
}

/** [start, end] of the key or value at a path, or of the deepest parent that is there. */
export function rangeAt(
  tree: SourceTree,
  path: KeyPath,
  part: 'key' | 'value',
): readonly [number, number] {
  let value = tree.root;
  let range: readonly [number, number] = [tree.rootStart, tree.rootStart + 1];
  for (const [depth, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return range;
    const offsets = tree.offsets.get(value);
    const index = typeof key === 'number' ? key : indexOf(offsets, key);
    const [keyStart, keyEnd, start, end] = offsets?.at.slice(4 * index, 4 * index + 4) ?? [];
    if (index < 0 || start === undefined || end === undefined) return range;
    const wantsKey = part === 'key' || depth < path.length - 1;
    range = wantsKey ? [keyStart ?? start, keyEnd ?? end] : [start, end];
    value = (value as Record<string | number, unknown>)[key];
  }
  return range;
}

function indexOf(offsets: Offsets | undefined, key: string): number {
  if (!offsets?.keys) return -1;
  offsets.indexes ??= new Map(offsets.keys.map((each, index) => [each, index]));
  return offsets.indexes.get(key) ?? -1;
}

/** True where the file itself says something at `path`. */
export function isGiven(tree: SourceTree, path: KeyPath): boolean {
  let value = tree.root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

/** Judges source files by `rules.ts`. Each function returns its faults as sentences; none means all is well. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { cycles } from './cycles.ts';
import {
  besideItself,
  driverPackages,
  fileLines,
  libraryFolders,
  longFiles,
  packageArrows,
  pureNodeImports,
  purePackage,
  testLibraries,
  wiringFile,
} from './rules.ts';
import type { Import, SourceFile } from './source-file.ts';

const scope = '@tricade/';

/** `packages/feed/src/x.ts` → `feed`; undefined for a file outside every package. */
export function packageOf(path: string): string | undefined {
  const [, name] = /^(?:packages\/|infra\/(?=lab\/))([^/]+)\//.exec(path) ?? [];
  return name;
}

/** Tests, and what a package offers to tests: they may use Node, a test library, and what only a test combines. */
export function isForTests(path: string): boolean {
  return /\.test\.ts$|\/src\/testing\/|\/testdata\//.test(path) || path.startsWith('test/');
}

/** Arrows 1 and 2: which package imports which; every package stands in the table. */
export function arrowFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const from = packageOf(file.path);
    if (!from) return [];
    const allowed = packageArrows[from];
    if (!allowed) return [`${file.path}: package ${from} is not in packageArrows`];
    return importedPackages(file)
      .filter(({ to }) => !allowed.includes(to))
      .map(({ specifier }) => `${file.path}: ${from} may not import ${specifier}`);
  });
}

/** Arrow 3: only the wiring names concrete drivers, and loads them when needed. */
export function wiringFaults(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => packageOf(file.path) === 'cli' && !isForTests(file.path))
    .flatMap((file) =>
      importedPackages(file)
        .filter(({ to }) => driverPackages.includes(to))
        .flatMap(({ specifier, kind }) => {
          if (file.path !== wiringFile)
            return [`${file.path}: names a driver (${specifier}); only ${wiringFile} does`];
          return kind === 'static' ? [`${file.path}: ${specifier} must be loaded by import()`] : [];
        }),
    );
}

/** Arrow 4: packages reach each other by name, and themselves by path; a path names a file that is there. */
export function pathFaults(files: readonly SourceFile[]): string[] {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier }) => {
      const own = packageOf(file.path);
      if (specifier === scope + own || specifier.startsWith(`${scope + own}/`))
        return [`${file.path}: imports its own package by name (${specifier})`];
      if (!specifier.startsWith('.')) return [];
      const target = resolved(file.path, specifier);
      if (own && packageOf(target) !== own)
        return [`${file.path}: leaves its package by path (${specifier})`];
      return known.has(target) || !/\.tsx?$/.test(target)
        ? []
        : [`${file.path}: imports ${specifier}, which is not there`];
    }),
  );
}

/** Arrow 4: no cycle between files, type imports and imports by package name included. `entries`: specifier → file. */
export function cycleFaults(
  files: readonly SourceFile[],
  entries: ReadonlyMap<string, string>,
): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports.flatMap(({ specifier }) => {
        const target = specifier.startsWith('.')
          ? resolved(file.path, specifier)
          : entries.get(specifier);
        return target === undefined ? [] : [target];
      }),
    ]),
  );
  return cycles(edges).map((cycle) => `import cycle: ${cycle.join(' ↔ ')}`);
}

/** Arrow 5: each outside library has one room. */
export function libraryFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap(({ specifier }) => {
      const library = libraryOf(specifier);
      if (library === undefined) return [];
      if (testLibraries.includes(library) && mayTest(file.path)) return [];
      const folder = libraryFolders[library];
      if (folder === undefined)
        return [`${file.path}: library ${library} is not in libraryFolders`];
      return file.path.startsWith(folder)
        ? []
        : [`${file.path}: ${library} belongs to ${folder} alone`];
    }),
  );
}

/** Arrow 1: the pure package takes nothing from Node but what is listed, and reads no clock, waits for nothing, rolls no dice. */
export function purityFaults(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => file.path.startsWith(purePackage) && !isForTests(file.path))
    .flatMap((file) => [
      ...file.imports.filter(isImpure).map(({ specifier, names }) => {
        const what = names.length > 0 ? `${names.join(', ')} of ${specifier}` : specifier;
        return `${file.path}: ${what} is not for a pure package`;
      }),
      ...file.impurities.map((what) => `${file.path}: ${what} is not for a pure package`),
    ]);
}

/** The program is one file on a host, so no module of a package reads or starts a file beside itself. */
export function oneFileFaults(
  files: readonly SourceFile[],
  listed: object = besideItself,
): string[] {
  const looking = files
    .filter((file) => file.path.startsWith('packages/') && !isForTests(file.path))
    .filter((file) => file.looksBesideItself)
    .map((file) => file.path);
  return [
    ...looking
      .filter((path) => !(path in listed))
      .map((path) => `${path}: import.meta names a place that one file does not have`),
    ...stale(listed, looking, 'besideItself'),
  ];
}

/** The size of files that somebody writes; entries of the list of long files that nothing needs any more. */
export function sizeFaults(files: readonly SourceFile[], listed: object = longFiles): string[] {
  const { budget, hard } = fileLines;
  const long = files.filter((file) => file.lines > budget && !file.path.includes('/generated/'));
  return [
    ...long
      .filter((file) => file.lines > hard || !(file.path in listed || isForTests(file.path)))
      .map((file) => `${file.path}: ${file.lines} lines (budget ${budget}, at most ${hard})`),
    ...stale(
      listed,
      long.map((file) => file.path),
      'longFiles',
    ),
  ];
}

/** Entries of a list of exceptions that no file needs any more. */
function stale(listed: object, needed: readonly string[], list: string): string[] {
  return Object.keys(listed)
    .filter((path) => !needed.includes(path))
    .map((path) => `${path}: listed in ${list} without need`);
}

function importedPackages(file: SourceFile): (Import & { to: string })[] {
  return file.imports.flatMap((found) => {
    if (!found.specifier.startsWith(scope)) return [];
    const [to = ''] = found.specifier.slice(scope.length).split('/');
    return [{ ...found, to }];
  });
}

function isImpure({ specifier, names }: Import): boolean {
  if (!isBuiltin(specifier)) return false;
  const allowed = pureNodeImports[specifier] ?? [];
  return names.length === 0 || names.some((name) => !allowed.includes(name));
}

/** `@scope/x/y` → `@scope/x`, `x/y` → `x`; undefined for paths, Node's own modules and the project's packages. */
function libraryOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith(scope) || isBuiltin(specifier))
    return undefined;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function mayTest(path: string): boolean {
  return isForTests(path) || /(^|\/)vitest\.config\.ts$/.test(path);
}

function resolved(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

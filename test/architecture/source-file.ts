/** Reads the sources of the checkout: what each file imports, and what it does that a pure file may not. */
import { globSync, readFileSync } from 'node:fs';
import { parseAst } from 'vitest/node';

/** One import, re-export, `import()` or `import('…')` type of a file. */
export interface Import {
  readonly specifier: string;
  readonly kind: 'static' | 'lazy' | 'type';
  /** Imported names; `*` for a whole namespace, none for `import 'x'`. */
  readonly names: readonly string[];
}

export interface SourceFile {
  /** From the root of the checkout, with slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Async functions, clocks, timers, randomness and other reaches outside, in words. */
  readonly impurities: readonly string[];
  /** True where the file asks for its own place (`import.meta.url`, `.dirname`, `.filename`). */
  readonly looksBesideItself: boolean;
}

/** Every source file of the project below `root` (an absolute folder), TypeScript parsed, others by size only. */
export function sourceFiles(root: string): readonly SourceFile[] {
  return globSync(['{packages,infra,demo,test}/**/*.{ts,tsx,sh,c,h}'], {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
  })
    .sort()
    .map((path) => sourceFile(path, readFileSync(`${root}/${path}`, 'utf8')));
}

/** A file from its text. Throws where the text is no TypeScript. */
export function sourceFile(path: string, text: string): SourceFile {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (!/\.tsx?$/.test(path))
    return { path, lines, imports: [], impurities: [], looksBesideItself: false };
  const imports: Import[] = [];
  const impurities = new Set<string>();
  let looksBesideItself = false;
  visit(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node, (node) => {
    const found = importOf(node);
    if (found) imports.push(found);
    const impurity = impurityOf(node);
    if (impurity) impurities.add(impurity);
    looksBesideItself ||= isOwnPlace(node);
  });
  return { path, lines, imports, impurities: [...impurities].sort(), looksBesideItself };
}

/** A node of the ESTree syntax tree, as far as it is looked at here. */
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
  } else if (isNode(value)) {
    see(value);
    for (const child of Object.values(value)) {
      if (typeof child === 'object' && child !== null) visit(child, see);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

const importKinds: Readonly<Record<string, Import['kind']>> = {
  ImportDeclaration: 'static',
  ExportNamedDeclaration: 'static',
  ExportAllDeclaration: 'static',
  ImportExpression: 'lazy',
  TSImportType: 'type',
};

function importOf(node: Node): Import | undefined {
  const kind = importKinds[node.type];
  const specifier = (node.source as { value?: unknown } | null | undefined)?.value;
  if (!kind || typeof specifier !== 'string') return undefined;
  const specifiers = (node.specifiers ?? []) as readonly Node[];
  const typeOnly =
    node.importKind === 'type' ||
    node.exportKind === 'type' ||
    (specifiers.length > 0 &&
      specifiers.every((s) => s.importKind === 'type' || s.exportKind === 'type'));
  const names = node.type === 'ExportAllDeclaration' ? ['*'] : specifiers.map(nameOf);
  return { specifier, kind: typeOnly ? 'type' : kind, names };
}

function nameOf(specifier: Node): string {
  const name = (specifier.imported ?? specifier.local) as { name?: string } | undefined;
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  return specifier.type === 'ImportNamespaceSpecifier' ? '*' : (name?.name ?? '*');
}

const outsideGlobals = new Set([
  'process',
  'Buffer',
  'performance',
  'crypto',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]);

/** What reaches outside in a node: asynchrony, a clock, randomness or a global of the platform. */
function impurityOf(node: Node): string | undefined {
  if (node.async === true) return 'an async function';
  if (node.type === 'AwaitExpression') return 'await';
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const callee = node.callee as Node;
    const noArguments = (node.arguments as readonly unknown[]).length === 0;
    if (callee.name === 'Date' && noArguments) return 'new Date()';
    if (outsideGlobals.has(String(callee.name))) return String(callee.name);
  }
  if (node.type === 'MemberExpression') {
    const object = String((node.object as Node).name);
    const member = `${object}.${String((node.property as Node).name)}`;
    if (member === 'Date.now' || member === 'Math.random') return member;
    if (outsideGlobals.has(object)) return object;
  }
  return undefined;
}

function isOwnPlace(node: Node): boolean {
  if (node.type !== 'MemberExpression' || (node.object as Node).type !== 'MetaProperty')
    return false;
  return ['url', 'dirname', 'filename', 'resolve'].includes(String((node.property as Node).name));
}

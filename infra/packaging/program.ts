/** The program as one file. */
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { netlinkInside, triedOnly } from './native-addons.ts';
import type { PackagedFile } from './packaged-file.ts';

export interface ProgramOptions {
  /** Absolute path of the module to start from; the command line when left out. */
  readonly entry?: string;
  /** Absolute path of the file to make; `dist/tricade.mjs` of the checkout when left out. */
  readonly output?: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Decides what a bundle is made of besides the modules in it: versions of libraries, entries of packages, this program. */
const makers = [
  'pnpm-lock.yaml',
  '{packages/*,infra/lab}/package.json',
  'infra/packaging/*.ts',
  'examples/*.yaml',
];

/** Written beside the bundle: what it was made from. */
interface Record {
  readonly inputs: { readonly [path: string]: string };
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * The program as one ES module that Node 26 runs without node_modules. Built again only when a source, a manifest or the lock file
 * changed since; the same sources give the same bytes on every machine of one architecture. Safe to call from several processes
 * at once. Rejects with esbuild's words where the sources do not build.
 */
export async function buildProgram(options: ProgramOptions = {}): Promise<PackagedFile> {
  const entry = options.entry ?? join(root, 'packages/cli/src/main.ts');
  const path = options.output ?? join(root, 'dist/tricade.mjs');
  const known = await recordOf(path);
  if (known && (await isCurrent(known, path))) {
    return { path, sha256: known.sha256, bytes: known.bytes };
  }
  const { text, modules } = await bundled(entry);
  const sources = modules.filter((file) => !/node_modules\/|^</.test(file));
  const inputs = await digests([...sources, ...globSync(makers, { cwd: root })]);
  const record: Record = { inputs, sha256: sha256(text), bytes: text.length };
  await mkdir(dirname(path), { recursive: true });
  await replace(path, text);
  await replace(recordPath(path), JSON.stringify(record));
  return { path, sha256: record.sha256, bytes: record.bytes };
}

/** What the agent runs in a process of its own (`@tricade/agent/links`). It travels as a text inside the program: hosts get one file, and that process not all of it. */
const linksEntry = join(root, 'packages/agent/src/links/tell-parent.ts');

async function bundled(entry: string): Promise<Bundled> {
  const links = await bundle(linksEntry, { format: 'cjs' });
  const program = await bundle(entry, {
    format: 'esm',
    define: {
      bundledExamples: JSON.stringify(await examples()),
      bundledLinks: JSON.stringify(new TextDecoder().decode(links.text)),
    },
    // CommonJS libraries ask for these at run time.
    banner: {
      js: [
        `import { createRequire as requireFrom } from 'node:module';`,
        'const require = requireFrom(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
      ].join('\n'),
    },
  });
  return { text: program.text, modules: [...new Set([...program.modules, ...links.modules])] };
}

/** A text and the files that it was made from. */
interface Bundled {
  readonly text: Uint8Array;
  readonly modules: readonly string[];
}

async function bundle(entry: string, options: BuildOptions): Promise<Bundled> {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    outfile: 'tricade.mjs',
    platform: 'node',
    target: 'node26',
    conditions: ['source'],
    external: [...triedOnly],
    plugins: [netlinkInside],
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    legalComments: 'eof',
    logLevel: 'silent',
    ...options,
  });
  const [file] = outputFiles ?? [];
  if (!file || !metafile) throw new Error('esbuild made no file');
  return { text: file.contents, modules: Object.keys(metafile.inputs) };
}

/** Texts of examples/*.yaml by name: `tricade init` writes them where there is no checkout. */
async function examples(): Promise<{ [name: string]: string }> {
  const files = globSync('examples/*.yaml', { cwd: root }).sort();
  const texts = files.map(
    async (file) => [basename(file, '.yaml'), await readFile(join(root, file), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(texts));
}

async function isCurrent(record: Record, path: string): Promise<boolean> {
  try {
    const now = await digests(Object.keys(record.inputs));
    const unchanged = Object.entries(record.inputs).every(([file, digest]) => now[file] === digest);
    return unchanged && sha256(await readFile(path)) === record.sha256;
  } catch {
    return false; // a source or the bundle is gone
  }
}

async function recordOf(path: string): Promise<Record | undefined> {
  try {
    return JSON.parse(await readFile(recordPath(path), 'utf8')) as Record;
  } catch {
    return undefined;
  }
}

const recordPath = (path: string): string => `${path}.json`;

async function digests(files: readonly string[]): Promise<{ [path: string]: string }> {
  const all = files.map(async (file) => [file, sha256(await readFile(join(root, file)))] as const);
  return Object.fromEntries(await Promise.all(all));
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Whoever reads the file meanwhile sees the old or the new content, whole. */
async function replace(path: string, content: string | Uint8Array): Promise<void> {
  const next = `${path}.${process.pid}`;
  await writeFile(next, content);
  await rename(next, path);
}

/** The program as one file. */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { builtFile, root } from './built-file.ts';
import { netlinkInside, triedOnly } from './native-addons.ts';
import type { PackagedFile } from './packaged-file.ts';

export interface ProgramOptions {
  /** Absolute path of the module to start from; the command line when left out. */
  readonly entry?: string;
  /** Absolute path of the file to make; `dist/tricade.mjs` of the checkout when left out. */
  readonly output?: string;
}

/** Decides what a bundle is made of besides the modules in it: versions of libraries, entries of packages, this program. */
const makers = [
  'pnpm-lock.yaml',
  '{packages/*,infra/lab}/package.json',
  'infra/packaging/*.ts',
  'examples/*.yaml',
];

/**
 * The program as one ES module that Node 26 runs without node_modules. Built again only when a source, a manifest or the lock file
 * changed since; the same sources give the same bytes on every machine of one architecture. Safe to call from several processes
 * at once. Rejects with esbuild's words where the sources do not build.
 */
export async function buildProgram(options: ProgramOptions = {}): Promise<PackagedFile> {
  const entry = options.entry ?? join(root, 'packages/cli/src/main.ts');
  const path = options.output ?? join(root, 'dist/tricade.mjs');
  return builtFile({
    path,
    async make() {
      const { text, modules } = await bundled(entry);
      const sources = modules.filter((file) => !/node_modules\/|^</.test(file));
      return { content: text, inputs: [...sources, ...globSync(makers, { cwd: root })] };
    },
  });
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

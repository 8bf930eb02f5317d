/**
 * What is built from packages/l4-tier/bpf: BPF objects (`NAME.bpf.c`), C programs for tests (`NAME.c`), and the helper that loads objects on hosts
 * (`helper/`), into dist/bpf.
 * `node infra/packaging/bpf-objects.ts` builds all of them and says what it made. Needs the packages of infra/setup/packages/build.txt.
 */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { builtFile, root } from './built-file.ts';
import type { PackagedFile } from './packaged-file.ts';

const run = promisify(execFile);
const sources = 'packages/l4-tier/bpf';

/** Debian's name of the machine: clang knows no headers of it when its target is BPF. */
const multiarch = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;

const warnings = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter'];

/** mcpu v3: 32-bit registers and atomics, kernel 5.12 and newer. Line information (BTF) is kept, other debug information stripped. */
const objectFlags = [
  ...['-O2', '-g', '-target', 'bpf', '-mcpu=v3', ...warnings],
  `-I/usr/include/${multiarch[process.arch as keyof typeof multiarch] ?? process.arch}`,
];

/** Static, so that a host needs no libbpf. */
const programFlags = ['-O2', '-static', ...warnings, `-I${sources}`];
const programLibraries = ['-lbpf', '-lelf', '-lz'];

/** dist/bpf/NAME.o of `NAME.bpf.c`; `source` relative to packages/l4-tier/bpf. Rejects with clang's words. */
export function buildObject(source: string): Promise<PackagedFile> {
  const name = basename(source, '.bpf.c');
  return compiled(`${name}.o`, (output) => compileObject(root, source, output));
}

/** Writes the object of a checkout's source to `output`. Where the checkout lies leaves no trace in it: the same sources give the same bytes. */
export async function compileObject(
  checkout: string,
  source: string,
  output: string,
): Promise<void> {
  const nowhere = `-ffile-prefix-map=${checkout.replace(/\/$/, '')}=.`;
  const file = `${sources}/${source}`;
  await run('clang', [...objectFlags, nowhere, '-c', file, '-o', output], { cwd: checkout });
  await run('llvm-strip', ['-g', output]);
}

/** dist/bpf/NAME of `NAME.c`, linked with libbpf; `source` relative to packages/l4-tier/bpf. Rejects with gcc's words. */
export function buildProgramOfC(source: string): Promise<PackagedFile> {
  return compiled(basename(source, '.c'), async (output) => {
    const file = `${sources}/${source}`;
    await run('gcc', [...programFlags, file, '-o', output, ...programLibraries], { cwd: root });
  });
}

/** dist/bpf/tricade-bpf: the privileged helper of hosts. Rejects with gcc's words. */
export function buildHelper(): Promise<PackagedFile> {
  return compiled('tricade-bpf', async (output) => {
    const files = globSync(`${sources}/helper/*.c`, { cwd: root }).sort();
    const flags = [...programFlags, '-s', '-D_GNU_SOURCE'];
    await run('gcc', [...flags, ...files, '-o', output, ...programLibraries], { cwd: root });
  });
}

function compiled(name: string, compile: (output: string) => Promise<void>): Promise<PackagedFile> {
  return builtFile({
    path: join(root, 'dist/bpf', name),
    executable: !name.endsWith('.o'),
    async make() {
      const inputs = globSync([`${sources}/**/*.{c,h}`, 'infra/packaging/bpf-objects.ts'], {
        cwd: root,
      });
      const folder = await mkdtemp(join(tmpdir(), 'tricade-bpf-'));
      try {
        await compile(join(folder, name));
        return { content: await readFile(join(folder, name)), inputs };
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  });
}

/** Every object and program, as `name → file`; those for tests (`testing/`) too. */
export async function buildAll(): Promise<ReadonlyMap<string, PackagedFile>> {
  const found = globSync('{,testing/}*.c', { cwd: join(root, sources) }).sort();
  const made = found.map((source) =>
    source.endsWith('.bpf.c') ? buildObject(source) : buildProgramOfC(source),
  );
  return new Map(
    (await Promise.all([...made, buildHelper()])).map((file) => [basename(file.path), file]),
  );
}

/** What hosts are given: the helper, and an object for directors. */
export async function bpfFiles(): Promise<
  Readonly<Record<'helper' | 'director' | 'proxy', PackagedFile>>
> {
  const [helper, director, proxy] = await Promise.all([
    buildHelper(),
    buildObject('director.bpf.c'),
    buildObject('proxy.bpf.c'),
  ]);
  return { helper, director, proxy };
}

if (import.meta.main) {
  for (const [name, file] of await buildAll()) {
    console.log(`${name}  ${file.path}  ${file.bytes} bytes  sha256 ${file.sha256}`);
  }
}

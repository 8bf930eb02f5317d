/**
 * What a host needs to run Tricade: the program as one file, the runtime as another, and what a BPF data plane is made of.
 * `node infra/packaging/bundle.ts` builds them and says what it made: dist/tricade.mjs with dist/bpf beside it is a release.
 */
import { bpfFiles } from './bpf-objects.ts';
import { buildProgram } from './program.ts';
import { runtimeFile } from './runtime.ts';

export { bpfFiles } from './bpf-objects.ts';
export type { PackagedFile } from './packaged-file.ts';
export { buildProgram, type ProgramOptions } from './program.ts';
export { runtimeFile, runtimePackages } from './runtime.ts';

if (import.meta.main) {
  for (const [what, file] of [
    ['program', await buildProgram()],
    ['runtime', runtimeFile()],
    ...Object.entries(await bpfFiles()),
  ] as const) {
    console.log(`${what}  ${file.path}  ${file.bytes} bytes  sha256 ${file.sha256}`);
  }
}

/**
 * What a host needs to run Tricade: the program as one file and the runtime as another.
 * `node infra/packaging/bundle.ts` builds them and says what it made.
 */
import { buildProgram } from './program.ts';
import { runtimeFile } from './runtime.ts';

export type { PackagedFile } from './packaged-file.ts';
export { buildProgram, type ProgramOptions } from './program.ts';
export { runtimeFile, runtimePackages } from './runtime.ts';

if (import.meta.main) {
  for (const [what, file] of [
    ['program', await buildProgram()],
    ['runtime', runtimeFile()],
  ] as const) {
    console.log(`${what}  ${file.path}  ${file.bytes} bytes  sha256 ${file.sha256}`);
  }
}

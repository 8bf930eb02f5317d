/** The example files by name: from the checkout, or out of the bundled program. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Put in by the bundler (infra/packaging/program.ts). */
declare const bundledExamples: Readonly<Record<string, string>> | undefined;

const folder = join(import.meta.dirname, '../../../examples');

/** Name without `.yaml` → text. */
export function examples(): Readonly<Record<string, string>> {
  if (typeof bundledExamples !== 'undefined') return bundledExamples;
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(
    names.sort().map((name) => [name.slice(0, -5), readFileSync(join(folder, name), 'utf8')]),
  );
}

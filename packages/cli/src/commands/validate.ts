import type { ExitCode } from '../edge.ts';
import { readClusterFile } from '../files.ts';
import { type Format, print } from '../view/print.ts';

/** `tricade validate`: every fault with its place, effect and fix; the count is the last line. */
export async function validate(
  file: string,
  options: { readonly output: Format },
): Promise<ExitCode> {
  const startedMs = performance.now();
  const { text, findings, cluster } = await readClusterFile(file);
  const { formatFinding } = await import('@tricade/cluster/spec');
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  await print(
    options.output,
    { file, valid: cluster !== undefined, errors, warnings, findings },
    () => [
      ...findings.flatMap((finding) => [...formatFinding(finding, text, findings), '']),
      `${count(errors, 'error')}, ${count(warnings, 'warning')} in 1 file (${Math.round(performance.now() - startedMs)} ms)${cluster === undefined ? '' : `      next: tricade plan ${file}`}`,
    ],
  );
  return cluster === undefined ? 1 : 0;
}

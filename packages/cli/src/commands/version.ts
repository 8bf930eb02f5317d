import type { ExitCode } from '../edge.ts';
import { outputVersion } from '../program/outputs.ts';
import { type Format, print } from '../view/print.ts';

/** Version of the program; the same number as in the root's package.json, by test. */
export const programVersion = '0.1.0';

/** `tricade version`. */
export async function version(options: { readonly output: Format }): Promise<ExitCode> {
  const facts = {
    tricade: programVersion,
    output: outputVersion,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
  await print(options.output, facts, () => [
    `tricade ${facts.tricade} (node ${facts.node}, ${facts.platform})`,
  ]);
  return 0;
}

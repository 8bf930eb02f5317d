import type { ExitCode } from '../edge.ts';

/** `tricade schema`. */
export async function schema(): Promise<ExitCode> {
  const { specSchema } = await import('@tricade/cluster/spec');
  process.stdout.write(`${JSON.stringify(specSchema, null, 2)}\n`);
  return 0;
}

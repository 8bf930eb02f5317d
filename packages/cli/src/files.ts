/** Cluster files as commands read them: every fault printed, or a Cluster. */
import { readFileSync } from 'node:fs';
import { type Cluster, type Finding, TricadeError } from '@tricade/cluster';
import type { Provenance } from '@tricade/cluster/spec';
import { catalog } from './wire.ts';

export interface ReadFile {
  readonly text: string;
  readonly file: string;
  readonly cluster: Cluster | undefined;
  readonly findings: readonly Finding[];
  readonly effective: () => ReadonlyMap<string, Provenance>;
}

/** Reads and judges a cluster file. Throws TRI-U002 where it cannot be read; faults are values. */
export async function readClusterFile(file: string): Promise<ReadFile> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TricadeError('TRI-U002', `cannot read ${file}`, {
      cause,
      hint: 'tricade init writes an example',
    });
  }
  const { validateSpec } = await import('@tricade/cluster/spec');
  const result = validateSpec(text, file, await catalog());
  return {
    text,
    file,
    cluster: result.cluster,
    findings: result.findings,
    effective: () => result.effective(),
  };
}

/** The cluster of a file without errors. Throws TRI-U001, whose message lists every fault. */
export async function loadCluster(file: string): Promise<Cluster> {
  const read = await readClusterFile(file);
  if (read.cluster !== undefined) return read.cluster;
  const { formatFinding } = await import('@tricade/cluster/spec');
  const errors = read.findings.filter((finding) => finding.severity === 'error');
  const lines = errors.flatMap((finding) => formatFinding(finding, read.text, read.findings));
  throw new TricadeError(
    'TRI-U001',
    `${file} has ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}\n${lines.join('\n')}`,
    { hint: `tricade validate ${file}` },
  );
}

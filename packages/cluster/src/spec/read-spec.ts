import type { Catalog } from '../driver.ts';
import type { Cluster } from '../model/intent.ts';
import type { Finding } from '../model/plan.ts';
import { readCluster } from './read-cluster.ts';
import { Report } from './report.ts';
import { checkSchema } from './schema-faults.ts';
import { SourceText } from './source-text.ts';
import type { SpecFile } from './spec-file.ts';
import { yamlTree } from './yaml-tree.ts';

export interface SpecResult {
  /** Set where there is no error (warnings may be there). */
  readonly cluster?: Cluster;
  /** All faults, in the order of the file. */
  readonly findings: readonly Finding[];
}

/** Text of a cluster file → Cluster with every default filled in, or every fault at once. `file` names it in spans. Never throws for any text. */
export function readSpec(text: string, file: string, _catalog?: Catalog): SpecResult {
  const report = new Report(new SourceText(file, text));
  const tree = yamlTree(text, report);
  if (!tree) return { findings: report.findings() };
  report.tree = tree;
  checkSchema(tree.root, report);
  const draft = readCluster((tree.root ?? {}) as SpecFile, report);
  const findings = report.findings();
  return report.hasErrors ? { findings } : { cluster: draft.cluster, findings };
}

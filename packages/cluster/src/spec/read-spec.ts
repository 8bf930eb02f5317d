import type { Catalog } from '../driver.ts';
import type { Cluster } from '../model/intent.ts';
import type { Finding } from '../model/plan.ts';
import { checkTopology, type Locate } from '../topology.ts';
import { checkCapabilities } from './capabilities.ts';
import { checkAddresses } from './cross-addresses.ts';
import { checkNames, checkTiers } from './cross-names.ts';
import { checkServices } from './cross-services.ts';
import { effective, type Provenance } from './effective.ts';
import { checkText } from './limits.ts';
import { warnOfNoEffect } from './no-effect.ts';
import { plainTree } from './plain-yaml.ts';
import { type Draft, readCluster } from './read-cluster.ts';
import { checkTunnel } from './read-tunnel.ts';
import { Report } from './report.ts';
import { checkSchema } from './schema-faults.ts';
import { SourceText } from './source-text.ts';
import type { SourceTree } from './source-tree.ts';
import type { SpecFile } from './spec-file.ts';
import { yamlTree } from './yaml-tree.ts';

export interface SpecResult {
  /** Set where there is no error (warnings may be there). */
  readonly cluster?: Cluster;
  /** All faults, in the order of the file; at most 100, then one that says how many more there are. */
  readonly findings: readonly Finding[];
}

export interface ReadSpec extends SpecResult {
  /** Key path → value, and the line or default that set it; made anew by every call. Empty where the text is no YAML. */
  effective(): ReadonlyMap<string, Provenance>;
  /** Place of a key or value, or of the nearest one above it that is there. */
  readonly locate: Locate;
}

/**
 * Text of a cluster file → Cluster with every default filled in, or every fault at once. `file` names it in spans; with a catalog, what
 * drivers cannot do is a fault too. Never throws, whatever the text.
 */
export function readSpec(text: string, file: string, catalog?: Catalog): ReadSpec {
  const { report, tree, draft } = read(text, file, catalog);
  return result(report, { tree, cluster: report.hasErrors ? undefined : draft?.cluster });
}

/**
 * `readSpec` and, where networks and nodes could be read, `checkTopology`: what `tricade validate` tells. The cluster is left out where
 * anything is an error.
 */
export function validateSpec(text: string, file: string, catalog?: Catalog): ReadSpec {
  const { report, tree, draft } = read(text, file, catalog);
  if (draft && tree && isJudgeable(report)) {
    const locate: Locate = (path, part) => report.span({ path, part: part ?? 'value' });
    report.take(checkTopology(draft.cluster, catalog, locate));
  }
  return result(report, { tree, cluster: report.hasErrors ? undefined : draft?.cluster });
}

interface Read {
  readonly report: Report;
  readonly tree: SourceTree | undefined;
  readonly draft: Draft | undefined;
}

function read(text: string, file: string, catalog: Catalog | undefined): Read {
  const report = new Report(new SourceText(file, text));
  const tree = checkText(text, report) ? (plainTree(text) ?? yamlTree(text, report)) : undefined;
  if (!tree) return { report, tree, draft: undefined };
  report.tree = tree;
  if (tree.root === null) {
    report.error('TRI-C007', { start: 0, end: 1 }, 'the file is empty');
    return { report, tree, draft: undefined };
  }
  checkSchema(tree.root, report);
  if (typeof tree.root !== 'object' || tree.root === null || Array.isArray(tree.root)) {
    return { report, tree, draft: undefined };
  }
  const draft = readCluster(tree.root as SpecFile, report);
  checkNames(draft);
  checkTiers(draft);
  checkAddresses(draft);
  checkServices(draft);
  checkTunnel(draft.cluster, draft.reading);
  warnOfNoEffect(draft);
  if (catalog) checkCapabilities(draft, catalog);
  return { report, tree, draft };
}

/** Codes that leave networks, nodes and services whole: topology can be judged beside them. */
const harmless = new Set([
  'TRI-C011',
  'TRI-C021',
  'TRI-C038',
  'TRI-C039',
  'TRI-C040',
  'TRI-C042',
  'TRI-C045',
  'TRI-C051',
  'TRI-C053',
]);

function isJudgeable(report: Report): boolean {
  return report
    .findings()
    .every(({ code, severity }) => severity === 'warning' || harmless.has(code));
}

function result(
  report: Report,
  { tree, cluster }: { tree: SourceTree | undefined; cluster: Cluster | undefined },
): ReadSpec {
  return {
    ...(cluster ? { cluster } : {}),
    findings: report.findings(),
    effective: () => (tree ? effective(tree, report) : new Map()),
    locate: (path, part) => report.span({ path, part: part ?? 'value' }),
  };
}

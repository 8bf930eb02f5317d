import { type Inventory, type Plan, plan, type Wanted } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { intend, Session } from '../rollout.ts';
import { planLines } from '../view/plan.ts';
import { type Format, print } from '../view/print.ts';
import { enterLab } from '../wire.ts';

interface PlanOptions {
  readonly detailedExitcode?: boolean;
  readonly all?: boolean;
  readonly output: Format;
}

/** `tricade plan`: what the next wave would change, and what waits. Changes nothing. */
export async function planCommand(file: string, options: PlanOptions): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const session = await Session.open(cluster, file);
  try {
    const { wanted, inventory } = await intend(session);
    const snapshot = await session.snapshot();
    const { bundleDigest } = await import('@tricade/host');
    const found = plan({
      wanted,
      nodes: cluster.nodes,
      inventory,
      policy: cluster.rollout,
      digest: bundleDigest,
      ...(snapshot === undefined ? {} : { snapshot }),
    });
    const files = await fileChanges(found, wanted, session);
    await print(options.output, { ...found, files }, () =>
      planLines(found, { files, wanted, inventory, file, all: options.all === true }),
    );
    const changes = found.wave.length > 0;
    return options.detailedExitcode === true && changes
      ? (2 as ExitCode)
      : found.wave.length === 0 && unreachableOnly(found, inventory)
        ? 3
        : 0;
  } finally {
    await session.close();
  }
}

function unreachableOnly(found: Plan, inventory: Inventory): boolean {
  return (
    found.waits.length > 0 &&
    found.waits.every(({ node }) => {
      const seen = inventory[node];
      return seen === undefined || 'unreachable' in seen;
    })
  );
}

/** Per node, the text files that differ, as they are there now. */
export interface FileChange {
  readonly node: string;
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** Reads what is there on each node of the wave; files whose bytes are the same, secrets and blobs are left out. */
async function fileChanges(
  found: Plan,
  wanted: readonly Wanted[],
  session: Session,
): Promise<readonly FileChange[]> {
  const perNode = await Promise.all(
    found.wave.map(async ({ node, changes }) => {
      const paths = new Set(changes.map((change) => change.path));
      const artifacts = (wanted.find((each) => each.node === node)?.bundles ?? [])
        .flatMap((bundle) => bundle.files)
        .filter((file) => paths.has(file.path));
      const host = session.hostOf(node);
      return Promise.all(
        artifacts.flatMap((artifact) => {
          const { content } = artifact;
          if (!('text' in content)) return [];
          return [
            host.read(artifact.path).then((bytes) => ({
              node,
              path: artifact.path,
              before: bytes && new TextDecoder().decode(bytes),
              after: content.text,
            })),
          ];
        }),
      );
    }),
  );
  return perNode.flat().filter((change) => change.before !== change.after);
}

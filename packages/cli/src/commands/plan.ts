import type { Plan, Wanted } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { groundOf, writePlan } from '../plan-files.ts';
import { intend, planOf, Session } from '../rollout.ts';
import { onlyUnreachable, planLines, shownPlan } from '../view/plan.ts';
import { type Format, print, say } from '../view/print.ts';
import { enterLab } from '../wire.ts';

interface PlanOptions {
  readonly detailedExitcode?: boolean;
  readonly all?: boolean;
  readonly out?: string;
  readonly output: Format;
}

/** `tricade plan`: what the next wave would change, and what waits; `--out` writes it down. Changes nothing. */
export async function planCommand(file: string, options: PlanOptions): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const session = await Session.open(cluster, file);
  try {
    const intended = await intend(session);
    const { wanted, inventory } = intended;
    const found = await planOf(session, intended);
    const files = await fileChanges(found, wanted, session);
    const { out } = options;
    if (out !== undefined) {
      await writePlan(out, session, await groundOf(session, intended, found));
      say(`wrote ${out}`);
    }
    await print(options.output, { ...shownPlan(found), files }, (wide) =>
      planLines(found, {
        files,
        wanted,
        inventory,
        file: out ?? file,
        all: options.all === true || wide,
        wide,
      }),
    );
    if (found.wave.length > 0) return options.detailedExitcode === true ? 2 : 0;
    return onlyUnreachable(found, inventory) ? 3 : 0;
  } finally {
    await session.close();
  }
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

import { managedNodes } from '@tricade/cluster';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { offlineGeneration } from '../offline.ts';
import { payload } from '../payload.ts';
import { unknownName } from '../unknown-name.ts';
import { type Format, print } from '../view/print.ts';
import { wantedOf } from '../wire.ts';

/** `tricade render FILE [NODE]`: the artifacts as they would be installed; secrets and blobs by reference. */
export async function render(
  file: string,
  node: string | undefined,
  options: { readonly output: Format },
): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  const names = managedNodes(cluster).map((each) => each.name);
  if (node !== undefined && !names.includes(node)) throw unknownName('managed node', node, names);
  const wanted = await wantedOf(
    { cluster, generation: await offlineGeneration(cluster), payload: await payload(cluster) },
    node,
  );
  await print(options.output, wanted, () =>
    wanted.flatMap((each) =>
      each.bundles.flatMap((bundle) => [
        `# ${each.node}: ${bundle.role} (packages: ${bundle.packages.join(' ') || 'none'}; units: ${bundle.units.join(' ') || 'none'})`,
        ...Object.entries(bundle.sysctls).map(([key, value]) => `# sysctl ${key} = ${value}`),
        ...bundle.files.flatMap((artifact) => [
          `# --- ${artifact.path} (${artifact.mode.toString(8).padStart(4, '0')})`,
          'text' in artifact.content
            ? artifact.content.text.trimEnd()
            : 'secret' in artifact.content
              ? `(secret ${artifact.content.secret})`
              : `(blob ${artifact.content.blob.sha256}, ${artifact.content.blob.bytes} bytes)`,
        ]),
        '',
      ]),
    ),
  );
  return 0;
}

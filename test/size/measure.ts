/** One process that validates, renders one node and plans a cluster of 10,000 services, and prints what that took as JSON. */

import { catalog, offlineGeneration, wantedOf } from '@tricade/cli';
import { plan } from '@tricade/cluster';
import { validateSpec } from '@tricade/cluster/spec';
import { largeFile } from './large-file.ts';
import { referenceMs, referenceWork } from './reference-work.ts';

/** Processor time of the thread that computes, not the clock: other work on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** How much slower than the machine of the bounds this one is; never less than 1. */
const stretch = Math.max(1, referenceWork() / referenceMs);
const count = 10_000;
const text = largeFile(count);
const tookMs: Record<string, number> = {};
let lastMs = cpuMs();
function lap(name: string): void {
  const nowMs = cpuMs();
  tookMs[name] = Math.round(nowMs - lastMs);
  lastMs = nowMs;
}

const { cluster, findings } = validateSpec(text, 'large.yaml', await catalog());
if (cluster === undefined) throw new Error(findings[0]?.message);
lap('validate');
const blob = { sha256: '0'.repeat(64), bytes: 1 };
const generation = await offlineGeneration(cluster);
const intent = { cluster, generation, payload: { program: blob, runtime: blob } };
lap('generation');
const one = await wantedOf(intent, 'p1');
lap('render');
const wanted = await wantedOf(intent);
const facts = { name: '', os: 'Debian 12', kernel: '6.1', hardware: {}, devices: {}, packages: {} };
const { wave } = plan({
  wanted,
  nodes: cluster.nodes,
  inventory: Object.fromEntries(
    wanted.map(({ node }) => [node, { facts, generation: undefined, roles: {} }]),
  ),
  policy: cluster.rollout,
  digest: () => 'other',
});
lap('plan');
const files = one.flatMap(({ bundles }) => bundles.flatMap((bundle) => bundle.files));
const bytes = files.reduce(
  (sum, { content }) => sum + ('text' in content ? content.text.length : 0),
  0,
);
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  JSON.stringify({
    services: cluster.services.length,
    wave: wave.length,
    bytes,
    tookMs,
    peakMb,
    stretch,
  }),
);

import {
  type Cluster,
  type Host,
  type Intent,
  managedNodes,
  type Name,
  type Observed,
  roleStates,
} from '@tricade/cluster';
import { machineFaults } from '@tricade/lab';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { offlineGeneration } from '../offline.ts';
import { payload } from '../payload.ts';
import { Session } from '../rollout.ts';
import { type DoctorRow, doctorLines, hostRows, type ReadHost } from '../view/doctor.ts';
import { type Format, notSilent, print, say } from '../view/print.ts';
import { driversOf, enterLab, wantedOf } from '../wire.ts';

/** `tricade doctor`: ok, warn, fail and the fix, of this machine and, with a file, of its hosts. Exit 1 where anything fails, 3 where that is all out of reach. */
export async function doctor(
  file: string | undefined,
  options: { readonly output: Format },
): Promise<ExitCode> {
  const rows = file === undefined ? machineRows() : await clusterRows(file);
  await print(options.output, rows, () => doctorLines(rows));
  const failed = rows.filter((row) => row.state === 'fail');
  if (failed.length === 0) return 0;
  return failed.every((row) => row.unreachable) ? 3 : 1;
}

function machineRows(): readonly DoctorRow[] {
  const subject = 'lab';
  const fact = 'namespaces, overlays, cgroups and programs are there';
  const faults = machineFaults();
  if (faults.length === 0) return [{ subject, state: 'ok', fact, fix: '' }];
  return faults.map(({ fault, fix }) => ({ subject, state: 'fail', fact: fault, fix }));
}

/** Reads every host: reachable, Debian, its packages, its interfaces, its roles. Changes nothing. */
async function clusterRows(file: string): Promise<readonly DoctorRow[]> {
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const session = await Session.open(cluster, file);
  try {
    return await rowsOf(cluster, session);
  } finally {
    await session.close();
  }
}

async function rowsOf(cluster: Cluster, session: Session): Promise<readonly DoctorRow[]> {
  const { observe } = await import('@tricade/rollout');
  const host = await import('@tricade/host');
  const nodes = managedNodes(cluster);
  const names = nodes.map((node) => node.name);
  const asking = `asking ${names.length} nodes`;
  say(asking);
  const inventory = await notSilent(
    () => `still ${asking}`,
    () => observe(names, session.hostOf),
  );
  const intent = {
    cluster,
    generation: await offlineGeneration(cluster),
    payload: await payload(cluster),
  };
  const wanted = new Map((await wantedOf(intent)).map((each) => [each.node, each.bundles]));
  const rows = await Promise.all(
    nodes.map(async (node): Promise<readonly DoctorRow[]> => {
      const found = inventory[node.name];
      if (found === undefined || 'unreachable' in found) {
        const fact = found?.unreachable.text ?? 'not read';
        const fix = 'mend SSH to it';
        return [{ subject: node.name, state: 'fail', fact, fix, unreachable: true }];
      }
      const packages = (wanted.get(node.name) ?? []).flatMap((bundle) => bundle.packages);
      const facts = await host.facts(session.hostOf(node.name), packages);
      const asked = await askedOf(session.hostOf(node.name), intent, node.name);
      return hostRows({
        node,
        ...asked,
        found,
        facts,
        packages,
        file: session.file,
        networks: cluster.networks,
      });
    }),
  );
  return rows.flat();
}

/** What the drivers of a node's data plane read back; nothing of a role that cannot be asked. */
async function askedOf(
  host: Host,
  intent: Intent,
  name: Name,
): Promise<Pick<ReadHost, 'drops' | 'observed'>> {
  const states = roleStates(intent, name);
  const drivers = await driversOf(intent.cluster);
  const observed: Record<string, Observed> = {};
  for (const role of ['director', 'receiver'] as const) {
    if (states[role] === undefined) continue;
    const seen = await drivers[role].observe(host, states[role]).catch(() => undefined);
    if (seen !== undefined) observed[role] = seen;
  }
  if (states.director === undefined) return { observed };
  const sample = await drivers.director.sample(host, states.director).catch(() => undefined);
  return { observed, ...(sample?.drops === undefined ? {} : { drops: sample.drops }) };
}

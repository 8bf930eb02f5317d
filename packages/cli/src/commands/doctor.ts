import { managedNodes } from '@tricade/cluster';
import { machineFaults } from '@tricade/lab';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { offlineGeneration } from '../offline.ts';
import { Session } from '../rollout.ts';
import { type Format, print } from '../view/print.ts';
import { type Tone, tableLines } from '../view/table.ts';
import { enterLab, payload, wantedOf } from '../wire.ts';

interface Row {
  readonly subject: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly fact: string;
  readonly fix: string;
}

const tones: Readonly<Record<Row['state'], Tone>> = { ok: 'good', warn: 'warn', fail: 'bad' };

/** `tricade doctor`: ok, warn, fail and the fix, of this machine and, with a file, of its hosts. Exit 1 where anything fails. */
export async function doctor(
  file: string | undefined,
  options: { readonly output: Format },
): Promise<ExitCode> {
  const rows = file === undefined ? machineRows() : await hostRows(file);
  const failed = rows.filter((row) => row.state === 'fail').length;
  await print(options.output, rows, () => [
    ...tableLines(
      ['WHAT', 'STATE', 'FACT', 'FIX'],
      rows.map((row) => [
        row.subject,
        { text: row.state, tone: tones[row.state] },
        row.fact,
        row.fix,
      ]),
    ),
    failed === 0 ? 'READY' : `NOT READY  ${failed} to mend`,
  ]);
  return failed === 0 ? 0 : 1;
}

function machineRows(): readonly Row[] {
  const faults = machineFaults();
  if (faults.length === 0)
    return [
      {
        subject: 'lab',
        state: 'ok',
        fact: 'namespaces, overlays, cgroups and programs are there',
        fix: '',
      },
    ];
  return faults.map((fault) => ({
    subject: 'lab',
    state: 'fail',
    fact: fault.fault,
    fix: fault.fix,
  }));
}

/** Reads every host: reachable, Debian, its packages, its interfaces, its roles. Changes nothing. */
async function hostRows(file: string): Promise<readonly Row[]> {
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const session = await Session.open(cluster, file);
  try {
    const { observe } = await import('@tricade/rollout');
    const { facts } = await import('@tricade/host');
    const inventory = await observe(
      managedNodes(cluster).map((node) => node.name),
      session.hostOf,
    );
    const wanted = await wantedOf({
      cluster,
      generation: await offlineGeneration(cluster),
      payload: await payload(),
    });
    const rows = await Promise.all(
      managedNodes(cluster).map(async (node): Promise<readonly Row[]> => {
        const found = inventory[node.name];
        if (found === undefined || 'unreachable' in found)
          return [
            {
              subject: node.name,
              state: 'fail',
              fact: found?.unreachable.text ?? 'not read',
              fix: 'mend SSH to it',
            },
          ];
        const packages =
          wanted
            .find((each) => each.node === node.name)
            ?.bundles.flatMap((bundle) => bundle.packages) ?? [];
        const known = await facts(session.hostOf(node.name), packages);
        const missing = packages.filter(
          (name) => known.packages[name] === '' || known.packages[name] === undefined,
        );
        const absent = node.legs
          .filter((leg) => known.devices[leg.device] === undefined)
          .map((leg) => leg.device);
        const off = node.legs
          .filter(
            (leg) =>
              known.devices[leg.device] !== undefined &&
              !leg.addresses.every((address) =>
                known.devices[leg.device]?.addresses.some((each) => each.startsWith(`${address}/`)),
              ),
          )
          .map((leg) => leg.device);
        const stopped = Object.entries(found.roles)
          .filter(([, seen]) => !seen.running)
          .map(([role, seen]) => `${role}: ${seen.notes.join(', ')}`);
        return [
          {
            subject: node.name,
            state: 'ok',
            fact: `${known.os}, kernel ${known.kernel}, ${found.generation === undefined ? 'nothing installed' : `generation ${found.generation.number}`}`,
            fix: '',
          },
          ...missing.map(
            (name): Row => ({
              subject: node.name,
              state: 'warn',
              fact: `package ${name} is missing`,
              fix: 'apply installs it',
            }),
          ),
          ...absent.map(
            (device): Row => ({
              subject: node.name,
              state: 'fail',
              fact: `it has no interface ${device}`,
              fix: `name the right one: ${device}: { address, device }`,
            }),
          ),
          ...off.map(
            (device): Row => ({
              subject: node.name,
              state: 'fail',
              fact: `${device} lacks an address of the file`,
              fix: 'configure it, or mend the file',
            }),
          ),
          ...stopped.map(
            (fact): Row => ({
              subject: node.name,
              state: 'fail',
              fact,
              fix: `tricade apply ${file}`,
            }),
          ),
        ];
      }),
    );
    return rows.flat();
  } finally {
    await session.close();
  }
}

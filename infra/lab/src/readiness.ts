/** Waits until hosts can be used. */
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import { cgroupFolders, processesIn } from './cgroups.ts';
import { runCommand } from './command.ts';
import { enterNetwork } from './exec.ts';
import { type LabHost, type LabTopology, managementAddress } from './model.ts';
import { consolePath } from './paths.ts';
import type { LabSetup } from './state.ts';

export interface ReadinessOptions {
  readonly timeoutMs: number;
  /** Called for each host that answers. */
  readonly onReady?: (host: string) => void;
}

interface Waiting {
  readonly host: string;
  /** `address:port` that have not answered yet. */
  readonly targets: Set<string>;
}

/**
 * Resolves when sshd of every host, and its origin server where it has one, answers on the management network. Throws TRI-L012 with the
 * tail of the console of the first host that did not in time, or of one that went off meanwhile (as soon as that shows).
 */
export async function waitReady(
  setup: LabSetup,
  hosts: readonly LabHost[],
  options: ReadinessOptions,
): Promise<void> {
  const { topology, guest } = setup;
  const all = hosts.map(
    (host): Waiting => ({ host: host.name, targets: targetsOf(topology, host) }),
  );
  const onLine = (line: string): void => {
    for (const { host, targets } of all) {
      if (targets.delete(line) && targets.size === 0) options.onReady?.(host);
    }
  };
  const enter = [...enterNetwork(topology.name), 'setpriv', '--pdeathsig', 'KILL', setup.node];
  const wanted = all.flatMap(({ targets }) => [...targets]);
  const argv = [...enter, readyProgram(guest), String(options.timeoutMs), ...wanted];
  const watch = watchHosts(topology.name, hosts);
  try {
    const done = runCommand(argv, { timeoutMs: options.timeoutMs + 5_000, onLine });
    done.catch(() => {}); // where the watch ends first, nobody waits for it any more
    const { code, stderr } = await Promise.race([done, watch.failed]);
    if (code !== 0) throw unready(topology.name, all, stderr);
  } finally {
    watch.stop();
  }
}

/** The program that waits for ports, in the guest folder. Throws TRI-L006 where there is none. */
function readyProgram(guest: string): string {
  const path = join(guest, `ready${extname(import.meta.filename)}`);
  if (existsSync(path)) return path;
  throw new TricadeError('TRI-L006', `${path} is not there`, { hint: 'labs run from a checkout' });
}

function targetsOf(topology: LabTopology, host: LabHost): Set<string> {
  const address = managementAddress(topology.hosts.findIndex(({ name }) => name === host.name));
  return new Set([22, ...(host.origin?.ports ?? [])].map((port) => `${address}:${port}`));
}

/** Rejects as soon as nothing runs of one of the hosts any more. */
function watchHosts(
  lab: string,
  hosts: readonly LabHost[],
): { readonly failed: Promise<never>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const off = hosts.find(
        ({ name }) => cgroupFolders(lab, name).flatMap(processesIn).length === 0,
      );
      if (off) reject(silent(`${off.name} went off while it booted`, off.name, lab));
    }, 200);
  });
  failed.catch(() => {});
  return { failed, stop: () => clearInterval(timer) };
}

function unready(lab: string, all: readonly Waiting[], stderr: string): TricadeError {
  const late = all.filter(({ targets }) => targets.size > 0);
  const first = late[0]?.host ?? '';
  const what = late.map(({ host, targets }) => `${host} (${[...targets].join(', ')})`).join(', ');
  const said = stderr.trim() && `: ${stderr.trim()}`;
  return silent(`no answer in time from ${what}${said}`, first, lab);
}

function silent(what: string, host: string, lab: string): TricadeError {
  const tail = hostConsole(lab, host);
  return new TricadeError('TRI-L012', tail === '' ? what : `${what}; its console:\n${tail}`, {
    node: host,
    hint: 'allow more time on a slow machine',
  });
}

/** Last lines of a host's console; '' where there are none. */
export function hostConsole(lab: string, host: string): string {
  try {
    return readFileSync(consolePath(lab, host), 'utf8').trim().split('\n').slice(-12).join('\n');
  } catch {
    return '';
  }
}

import { mkdirSync } from 'node:fs';
import { clock, TricadeError } from '@tricade/cluster';
import {
  describeFrame,
  type LabFault,
  labCapture,
  labDown,
  labFault,
  labSpawn,
  labStatus,
  labUp,
  topologyOf,
} from '@tricade/lab';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { payload } from '../payload.ts';
import { unknownName } from '../unknown-name.ts';
import { type Format, print, say } from '../view/print.ts';
import { durationMs, wholeNumber } from '../view/quantity.ts';
import { tableLines } from '../view/table.ts';

/** `tricade lab up`. */
export async function up(
  file: string,
  options: { readonly timeout: string; readonly cold?: boolean },
): Promise<ExitCode> {
  const topology = topologyOf(await loadCluster(file));
  const { runtime, pathOf } = await payload();
  // The runtime lies in the hosts' store as after any first rollout: only the program travels.
  const binds =
    options.cold === true
      ? []
      : [{ source: pathOf(runtime.sha256), target: `/opt/tricade/store/${runtime.sha256}` }];
  const { tookMs } = await labUp(topology, {
    timeoutMs: durationMs(options.timeout),
    binds,
    onProgress: say,
  });
  say(
    `lab ${topology.name}: ${topology.hosts.length} hosts answer SSH after ${(tookMs / 1_000).toFixed(1)} s      next: tricade apply ${file} --yes`,
  );
  return 0;
}

/** `tricade lab down`: also where the file is broken in all but its name. */
export async function down(file: string): Promise<ExitCode> {
  const { name } = await loadCluster(file);
  const { tookMs } = await labDown(name);
  say(`lab ${name} is down (${(tookMs / 1_000).toFixed(1)} s)`);
  return 0;
}

/** `tricade lab status`: exit 1 where a host is off or the lab is not up. */
export async function labState(
  file: string,
  options: { readonly output: Format },
): Promise<ExitCode> {
  const { name } = await loadCluster(file);
  const found = await labStatus(name);
  await print(options.output, found, (wide) => [
    ...tableLines(
      ['HOST', 'KIND', 'POWER', 'SSH AT', 'UNPLUGGED', ...(wide ? ['NETWORKS'] : [])],
      found.hosts.map((host) => [
        host.host,
        host.kind,
        host.paused ? 'paused' : host.on ? 'on' : 'off',
        host.address,
        host.legs
          .filter((leg) => !leg.plugged)
          .map((leg) => leg.network)
          .join(' ') || '-',
        ...(wide ? [host.legs.map((leg) => leg.network).join(' ')] : []),
      ]),
    ),
    `lab ${name} is ${found.phase}${found.phase === 'up' ? '' : `      next: tricade lab up ${file}`}`,
  ]);
  return found.phase === 'up' && found.hosts.every((host) => host.on) ? 0 : 1;
}

/** `tricade lab exec`: with this terminal; the command's own exit code. */
export async function exec(file: string, host: string, argv: readonly string[]): Promise<ExitCode> {
  const { name } = await loadCluster(file);
  const child = labSpawn(name, host, argv, 'inherit');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve((code ?? 1) as ExitCode));
  });
}

const faults = ['off', 'on', 'cut', 'join', 'kill', 'pause', 'resume'];

export async function fault(
  file: string,
  asked: { readonly kind: string; readonly host: string; readonly what: string | undefined },
): Promise<ExitCode> {
  const { name } = await loadCluster(file);
  const { kind, host, what } = asked;
  if (!faults.includes(kind)) throw unknownName('fault', kind, faults);
  if (['cut', 'join', 'kill'].includes(kind) && what === undefined)
    throw new TricadeError(
      'TRI-U007',
      `${kind} needs ${kind === 'kill' ? 'a unit' : 'a network'}`,
      {
        hint: `tricade lab fault ${file} ${kind} ${host} ${kind === 'kill' ? 'tricade-proxy' : 'edge'}`,
      },
    );
  const dealt = {
    kind,
    host,
    ...(kind === 'kill'
      ? { unit: what }
      : kind === 'cut' || kind === 'join'
        ? { network: what }
        : {}),
  } as LabFault;
  const atMs = await labFault(name, dealt);
  say(`${kind} ${host}${what === undefined ? '' : ` ${what}`} at ${clock(atMs)}`);
  return 0;
}

interface CaptureOptions {
  readonly host?: readonly string[];
  readonly filter: string;
  readonly seconds: string;
  readonly write: string;
  readonly output: Format;
}

export async function capture(file: string, options: CaptureOptions): Promise<ExitCode> {
  const { name } = await loadCluster(file);
  mkdirSync(options.write, { recursive: true });
  const { frames, files } = await labCapture(name, {
    ...(options.host === undefined ? {} : { hosts: options.host }),
    filter: options.filter,
    folder: options.write,
    seconds: wholeNumber(options.seconds, '--seconds'),
    direction: 'sent',
  });
  await print(options.output, { files, frames }, () => [
    ...tableLines(
      ['AT', 'SENT BY', 'NETWORK', 'PACKET'],
      frames.map((frame) => [
        new Date(frame.atMs).toISOString().slice(11, 23),
        frame.host,
        frame.network,
        describeFrame(frame),
      ]),
    ),
    `${frames.length} frames, ${files.length} pcap files in ${options.write}`,
  ]);
  return 0;
}

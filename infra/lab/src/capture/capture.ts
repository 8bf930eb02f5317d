/**
 * Packets of a lab as they are on the wire: captured on the switch side of each cable, where also is seen what a host sends by XDP (its own
 * taps do not) and exactly once what it sends at all.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TricadeError } from '@tricade/cluster';
import { makeCgroups } from '../cgroups.ts';
import { enterNetwork, inCgroup } from '../exec.ts';
import { managementNetwork } from '../model.ts';
import { labPaths } from '../paths.ts';
import { initCgroup, readTopology, requireHost } from '../state.ts';
import { networksOf, portOf } from '../wiring.ts';
import { type Frame, parseFrame } from './frame.ts';
import { parsePcap } from './pcap.ts';

export interface LabCaptureOptions {
  /** All legs of these hosts, but the management's. Default: all hosts. */
  readonly hosts?: readonly string[];
  /** Just these legs, instead of `hosts`. */
  readonly interfaces?: readonly { readonly host: string; readonly network: string }[];
  /** pcap-filter(7); default all. */
  readonly filter?: string;
  /** What a host sends, what it is sent, or both. With `sent` of all hosts each frame is there once. Default `both`. */
  readonly direction?: 'sent' | 'received' | 'both';
  /** Ends after so long. */
  readonly seconds?: number;
  /** Existing folder for the pcap files; default one that goes with the lab. */
  readonly folder?: string;
  /** Called when everything is being recorded; the capture ends when it settles. Its rejection is passed on. */
  readonly until?: () => Promise<unknown>;
}

/** One frame at one end of a cable. */
export interface CapturedFrame extends Frame {
  readonly atMs: number;
  readonly host: string;
  readonly network: string;
  /** Seen from the host. */
  readonly direction: 'sent' | 'received';
  /** Length on the wire. */
  readonly lengthBytes: number;
}

export interface LabCapture {
  /** Where the files are. */
  readonly folder: string;
  readonly files: readonly CaptureFile[];
  /** All frames in order of time. */
  readonly frames: readonly CapturedFrame[];
}

export interface CaptureFile {
  readonly host: string;
  readonly network: string;
  readonly direction: 'sent' | 'received';
  readonly path: string;
}

interface Recorder {
  readonly file: CaptureFile;
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

/** Records packets until `until` settles or `seconds` are over. Throws TRI-L002, TRI-L004, and TRI-L011 where tcpdump(1) refuses (its words are in the message). */
export async function labCapture(lab: string, options: LabCaptureOptions): Promise<LabCapture> {
  const files = filesOf(lab, options);
  const folder = resolve(options.folder ?? (await ownFolder(lab)));
  const recorders = files.map((file) =>
    record(lab, { ...file, path: join(folder, file.path) }, options.filter ?? ''),
  );
  try {
    await Promise.all(recorders.map(listening));
    await Promise.race([during(options), anyEnded(recorders)]);
    await settled(recorders.map(({ file }) => file.path));
  } finally {
    for (const { child } of recorders) child.kill('SIGINT');
    await Promise.all(recorders.map(({ ended }) => ended));
  }
  const written = recorders.map(({ file }) => file);
  const frames = written.flatMap(framesOf).sort((a, b) => a.atMs - b.atMs);
  return { folder, files: written, frames };
}

async function ownFolder(lab: string): Promise<string> {
  const root = join(labPaths(lab).root, 'captures');
  await mkdir(root, { recursive: true, mode: 0o700 });
  return mkdtemp(join(root, 'c-'));
}

/** Files with bare names, one per leg and direction. */
function filesOf(lab: string, options: LabCaptureOptions): CaptureFile[] {
  const hosts = options.hosts ?? readTopology(lab).hosts.map(({ name }) => name);
  const all = hosts.flatMap((host) => {
    const networks = networksOf(requireHost(lab, host));
    return networks.map((network) => ({ host, network }));
  });
  const legs = options.interfaces ?? all.filter(({ network }) => network !== managementNetwork);
  const { direction = 'both' } = options;
  const directions = direction === 'both' ? (['sent', 'received'] as const) : [direction];
  return legs.flatMap(({ host, network }) => {
    if (!networksOf(requireHost(lab, host)).includes(network))
      throw new TricadeError('TRI-L004', `${host} has no leg on ${network}`, { node: host });
    return directions.map((way) => ({
      host,
      network,
      direction: way,
      path: `${host}.${network}.${way}.pcap`,
    }));
  });
}

/** In the lab's cgroup, so that `labDown` finds it; and it ends with this process. What comes in on the switch is what the host sends. */
function record(lab: string, file: CaptureFile, filter: string): Recorder {
  const port = portOf(readTopology(lab), file.host, file.network);
  const tcpdump = [
    ...['tcpdump', '-i', port, '-Q', file.direction === 'sent' ? 'in' : 'out'],
    ...['-n', '-s', '0', '-U', '--immediate-mode', '--time-stamp-precision=nano'],
    ...['-Z', 'root', '-w', file.path, '--', filter],
  ];
  const cgroups = makeCgroups(lab, `${initCgroup}/capture`);
  const [command = '', ...argv] = [...inCgroup(cgroups), ...enterNetwork(lab), ...tcpdump];
  const child = spawn(command, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
    child.on('error', () => resolve(null));
  });
  return { file, child, said: () => text, ended };
}

/** tcpdump says so once its socket is bound and the filter in place. */
async function listening(recorder: Recorder): Promise<void> {
  const deadline = performance.now() + 10_000;
  let over = false;
  void recorder.ended.then(() => {
    over = true;
  });
  while (!recorder.said().includes('listening on')) {
    if (over || performance.now() > deadline) throw refused(recorder);
    await delay(5);
  }
}

/** Rejects when one of them ends by itself: the filter was bad, or the host went off and its cable with it. */
function anyEnded(recorders: readonly Recorder[]): Promise<never> {
  const all = recorders.map(async (recorder) => {
    await recorder.ended;
    throw refused(recorder);
  });
  const first = Promise.race(all);
  first.catch(() => {});
  return first;
}

function refused({ file, said }: Recorder): TricadeError {
  return new TricadeError('TRI-L011', `tcpdump on ${file.host}/${file.network}: ${said().trim()}`, {
    node: file.host,
    hint: 'check the filter (pcap-filter(7)), and that the host is on',
  });
}

async function during({ seconds, until }: LabCaptureOptions): Promise<void> {
  if (until) await until();
  else await delay((seconds ?? 5) * 1000);
}

/** The last frames may still be on their way from the kernel to the files: waits until these have not grown for 60 ms, at most 1 s. */
async function settled(paths: readonly string[]): Promise<void> {
  const sizes = (): string => paths.map((path) => statSync(path).size).join();
  let [before, quiet] = ['', 0];
  for (let attempt = 0; attempt < 50 && quiet < 3; attempt++) {
    const now = sizes();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
    await delay(20);
  }
}

function framesOf({ host, network, direction, path }: CaptureFile): CapturedFrame[] {
  return parsePcap(readFileSync(path)).flatMap(({ atMs, lengthBytes, frame }) => {
    const parsed = parseFrame(frame);
    return parsed ? [{ atMs, host, network, direction, lengthBytes, ...parsed }] : [];
  });
}

/** A lab comes up. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import { baseLayer, machineRoot } from './base-layer.ts';
import { makeCgroups } from './cgroups.ts';
import { checkTopology } from './check-topology.ts';
import { labDown } from './down.ts';
import { inLab } from './exec.ts';
import { hostLayer } from './host-layer.ts';
import { hostKeyName, keyPair, makeKeys, operator } from './keys.ts';
import { lockLab } from './lock.ts';
import { checkMachine } from './machine.ts';
import type { LabHost, LabTopology } from './model.ts';
import { insideLab, startNamespaces } from './namespaces.ts';
import { passProgram } from './pass-program.ts';
import { hostPaths, labPaths } from './paths.ts';
import { hostConsole, waitReady } from './readiness.ts';
import { startScript, superviseScript, wireScript } from './start-script.ts';
import { type Bind, isReady, type LabSetup, labInit, requireInit, writeSetup } from './state.ts';
import { writeTree } from './tree.ts';
import { bridgeBatch } from './wiring.ts';

export interface LabUpOptions {
  /** True: the lab dies with the process that started it. */
  readonly tied?: boolean;
  /** Root of a read-only layer under every host (files that hosts have from the start), or undefined. */
  readonly layer?: string;
  /** More of this machine that every host sees, read-only: a program and a runtime that a rollout need not copy then. */
  readonly binds?: readonly Bind[];
  /** Default true: directors, proxies and servers can send by XDP. It costs segmentation offload on their cables. See `cableBatch`. */
  readonly xdpPeers?: boolean;
  /** Node binary for origin servers and load; default the one that runs this. */
  readonly node?: string;
  /** Folder with the programs of `guest/`; default the one beside this file. */
  readonly guest?: string;
  /** Until all hosts answer. Default 30,000. */
  readonly timeoutMs?: number;
  readonly onProgress?: (text: string) => void;
}

/**
 * Brings a lab up and waits until every host answers SSH. What an earlier, killed run of that name left is cleaned first. Throws TRI-L001
 * where it is up already, TRI-L006 and TRI-L007 before anything is done, TRI-L008; TRI-L003 and TRI-L012 where it fails, and then it is down again.
 */
export async function labUp(
  topology: LabTopology,
  options: LabUpOptions = {},
): Promise<{ readonly tookMs: number }> {
  const started = performance.now();
  const lab = topology.name;
  checkTopology(topology);
  checkMachine();
  const unlock = await lockLab(lab);
  try {
    if (labInit(lab) !== undefined && isReady(lab))
      throw new TricadeError('TRI-L001', `lab ${lab} is up already`, {
        hint: 'use it, or: tricade lab down FILE',
      });
    await labDown(lab);
    try {
      await build(setupOf(topology, options), options);
    } catch (error) {
      await labDown(lab);
      throw error;
    }
  } finally {
    unlock();
  }
  return { tookMs: performance.now() - started };
}

function setupOf(topology: LabTopology, options: LabUpOptions): LabSetup {
  const { layer } = options;
  return {
    topology,
    startedAtMs: Date.now(),
    node: options.node ?? process.execPath,
    guest: options.guest ?? join(import.meta.dirname, 'guest'),
    binds: options.binds ?? [],
    xdpPeers: options.xdpPeers ?? true,
    ...(layer && { layer }),
  };
}

async function build(setup: LabSetup, options: LabUpOptions): Promise<void> {
  const { topology } = setup;
  const paths = labPaths(topology.name);
  const { length } = topology.hosts;
  const report = options.onProgress ?? (() => {});
  mkdirSync(paths.root, { recursive: true, mode: 0o700 });
  mkdirSync(paths.console, { mode: 0o700 });
  writeSetup(setup);
  const [init] = await Promise.all([
    startNamespaces(topology.name, options.tied ?? false),
    makeKeys(topology),
  ]);
  report('namespaces');
  writeLayers(setup, init);
  await must(['ip', '-batch', '-'], bridgeBatch(topology));
  await Promise.all(topology.hosts.map((host) => startHost(topology.name, host)));
  report(`${length} hosts booting`);
  let answered = 0;
  await waitReady(setup, topology.hosts, {
    timeoutMs: options.timeoutMs ?? 30_000,
    onReady: (host) => report(`${host} answers (${++answered} of ${length})`),
  });
  writeFileSync(paths.ready, '');

  async function must(argv: readonly string[], input: string): Promise<void> {
    const { code, stderr } = await inLab(topology.name, argv, { input });
    if (code !== 0) throw new TricadeError('TRI-L003', `no networks: ${stderr.trim()}`);
  }
}

/** All files of all hosts, from outside, through the lab's root. */
function writeLayers(setup: LabSetup, init: number): void {
  const { topology } = setup;
  const lab = topology.name;
  const { publicKey } = keyPair(lab, operator);
  writeTree(insideLab(init, labPaths(lab).base), baseLayer(machineRoot(), publicKey));
  writeFileSync(insideLab(init, labPaths(lab).passProgram), passProgram());
  for (const host of topology.hosts) {
    const paths = hostPaths(lab, host.name);
    for (const folder of [paths.upper, paths.work, paths.root, paths.bpf])
      mkdirSync(insideLab(init, folder), { recursive: true, mode: 0o755 });
    const own = hostLayer(lab, host, keyPair(lab, hostKeyName(host.name)));
    writeTree(insideLab(init, paths.upper), own);
    const script = (path: string, content: string): void =>
      writeFileSync(insideLab(init, path), content);
    script(paths.wire, wireScript(setup, host));
    script(paths.start, startScript(setup, host, makeCgroups(lab, host.name)));
    script(paths.supervise, superviseScript(setup, host));
  }
}

/** Wires a host and begins its boot. Throws TRI-L003 with what the system said. */
export async function startHost(lab: string, host: LabHost): Promise<void> {
  requireInit(lab);
  makeCgroups(lab, host.name);
  const { code, stderr } = await inLab(lab, ['sh', hostPaths(lab, host.name).start]);
  if (code === 0) return;
  const said = `${stderr.trim()}\n${hostConsole(lab, host.name)}`.trim();
  throw new TricadeError('TRI-L003', `host ${host.name} could not be started: ${said}`, {
    node: host.name,
    hint: 'tricade doctor names what this machine lacks',
  });
}

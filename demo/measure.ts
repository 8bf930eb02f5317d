/** One trial: load, deed, figures, and everything as it was before. Demo and fault tests measure with this and nothing else. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, type ClusterNode, nodesOf } from '@tricade/cluster';
import { labAccess, labCapture, labFault } from '@tricade/lab';
import { chance, daily, type Effort } from './effort.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type LoadOptions, startLoad } from './load.ts';
import type { Deed, Trial } from './trials.ts';
import { type Ran, tricade } from './tricade.ts';

/** A cluster that runs in the lab of its name. */
export interface Stage {
  readonly cluster: Cluster;
  /** Its cluster file. */
  readonly file: string;
  /** Default `daily`. */
  readonly effort?: Effort;
}

/** Traffic before the deed, s. */
const warmS = 1;
/** UDP port of GUE (draft-ietf-intarea-gue). */
const guePort = 6080;
/** A load that nobody ends does so itself. */
const mostS = 120;

/** The machine of its tier that a trial is about. */
export function targetOf({ cluster, effort = daily }: Stage, trial: Trial): ClusterNode {
  const nodes = nodesOf(cluster, trial.tier);
  const target = nodes[Math.floor(chance(effort, trial.name) * nodes.length)];
  if (target === undefined) throw new RangeError(`${cluster.name} has no ${trial.tier}`);
  return target;
}

/** The load that the effort of a stage asks for; it ends by itself after so many seconds. */
export function loadOf({ cluster, effort = daily }: Stage, seconds: number = mostS): LoadOptions {
  const { long, perSecond } = effort;
  return { url: urlOf(cluster), seconds, long, perSecond };
}

/** Runs a trial on a healthy cluster and leaves a healthy cluster. */
export async function measure(stage: Stage, trial: Trial): Promise<Figures> {
  const target = targetOf(stage, trial);
  if (trial.first !== undefined) await deal(stage, trial.first, target);
  try {
    return await underLoad(stage, trial, (at) => deal(at, trial.deed, target));
  } finally {
    await mend(stage, trial.deed, target);
  }
}

/** Load and capture around any deed; `deed` tells the wall clock (ms) at which it took effect. */
export async function underLoad(
  stage: Stage,
  trial: Trial,
  deed: (stage: Stage) => Promise<number>,
): Promise<Figures> {
  const { cluster, effort = daily } = stage;
  const target = targetOf(stage, trial);
  // Up to a second later: probes, BFD and the load have other phases then.
  const untilDeedS = warmS + chance(effort, `${trial.name}, when`);
  const load = startLoad(cluster.name, loadOf(stage));
  try {
    await load.ready;
    let atMs = 0;
    const { frames } = await labCapture(cluster.name, {
      ...(await sightOf(cluster, target)),
      direction: 'sent',
      until: async () => {
        await delay(untilDeedS * 1_000);
        atMs = await deed(stage);
        await delay(trial.watchS * effort.watch * 1_000);
        await load.end();
      },
    });
    const report = await load.report;
    return figuresOf({ trial, target: target.name, atMs, report, frames });
  } finally {
    load.stop();
  }
}

/** The client's address of the first service that speaks HTTP. */
function urlOf(cluster: Cluster): string {
  const service = cluster.services.find((each) => each.l7 !== undefined) ?? cluster.services[0];
  const [vip = ''] = (service?.vips[0] ?? '').split('/');
  const port = service?.ports.find((each) => each.protocol !== 'udp')?.port ?? 80;
  return `http://${vip.includes(':') ? `[${vip}]` : vip}:${port}/`;
}

/** Who sends to a machine of a tier, and what of it counts: clients' TCP, in a tunnel or not, without BGP between router and director. */
async function sightOf(
  cluster: Cluster,
  target: ClusterNode,
): Promise<{ readonly hosts: readonly string[]; readonly filter: string }> {
  const before = {
    l4: 'routers',
    l7: 'l4',
    servers: 'l7',
    routers: undefined,
    monitor: 'l7',
  } as const;
  const { hosts } = await labAccess(cluster.name);
  const macs = Object.values(hosts[target.name]?.macs ?? {});
  const to = macs.map((mac) => `ether dst ${mac}`).join(' or ');
  const tier = before[target.tier];
  return {
    hosts: tier === undefined ? ['client'] : nodesOf(cluster, tier).map((node) => node.name),
    filter: `(${to}) and (tcp or proto 4 or proto 41 or udp port ${guePort}) and not port 179`,
  };
}

/** What latches are set on: a server is a member of its pools. */
function latchTarget({ cluster }: Stage, node: ClusterNode): string {
  const pool = cluster.pools.find((each) =>
    each.servers.some((server) => server.name === node.name),
  );
  return node.tier === 'servers' && pool !== undefined ? `${pool.name}/${node.name}` : node.name;
}

async function deal(stage: Stage, deed: Deed, node: ClusterNode): Promise<number> {
  const { cluster, file } = stage;
  if (deed === 'off') return labFault(cluster.name, { kind: 'off', host: node.name });
  const target = latchTarget(stage, node);
  const words = deed === 'drain' ? ['--no-wait', '--why', 'trial'] : [];
  const ran = await must(tricade([deed, file, target, ...words], { lab: cluster.name }));
  return ran.answeredAtMs ?? Date.now();
}

async function mend(stage: Stage, deed: Deed, node: ClusterNode): Promise<void> {
  if (deed === 'off') await labFault(stage.cluster.name, { kind: 'on', host: node.name });
  if (deed === 'drain') await deal(stage, 'undrain', node);
  await healthy(stage);
}

/** Waits until the cluster calls itself healthy; throws with its words where it does not in time. */
export async function healthy(stage: Stage, timeout = '20s'): Promise<Ran> {
  const argv = ['status', stage.file, '--wait', 'healthy', '--timeout', timeout];
  return must(tricade(argv, { lab: stage.cluster.name }));
}

/** What a command did; a failure of it is an error with its last words. */
export async function must(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  if (ran.code === 0) return ran;
  const words = [...ran.said.map((line) => line.text), ran.stdout].join('\n').trim();
  throw new Error(words === '' ? `exit ${ran.code}` : words);
}

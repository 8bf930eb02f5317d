/** What plan and apply share: the intent with its generation, the hosts, the monitor's part. */
import { randomBytes, randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as sleepMs } from 'node:timers/promises';
import {
  type Cluster,
  type DrainProgress,
  type Generation,
  type Host,
  type Inventory,
  managedNodes,
  type Name,
  nodeNamed,
  nodesOf,
  type Plan,
  plan,
  roleStates,
  type Snapshot,
  type Wanted,
} from '@tricade/cluster';
import type { ChangeLock, Clock, Latches } from '@tricade/rollout';
import { MonitorClient } from './monitor-client.ts';
import { payload } from './payload.ts';
import { notSilent, say } from './view/print.ts';
import { type Hosts, hostsOf, wantedOf } from './wire.ts';

/** One operator's session with a cluster: connections are opened once and closed at the end. */
export class Session {
  readonly cluster: Cluster;
  readonly file: string;
  readonly hosts: Hosts;
  readonly api: MonitorClient;
  readonly #open = new Map<Name, Host>();

  private constructor(cluster: Cluster, file: string, hosts: Hosts) {
    this.cluster = cluster;
    this.file = file;
    this.hosts = hosts;
    this.api = new MonitorClient(cluster, { ...hosts, open: (node) => this.hostOf(node.name) });
  }

  static async open(cluster: Cluster, file: string): Promise<Session> {
    return new Session(cluster, file, await hostsOf(cluster, file));
  }

  /** The same host each time, so that its connection is used again. */
  readonly hostOf = (name: Name): Host => {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const host = this.hosts.open(nodeNamed(this.cluster, name));
    this.#open.set(name, host);
    return host;
  };

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((host) => host.close().catch(() => {})));
    this.#open.clear();
  }

  /** As `snapshot`, without asking where no monitor is installed: a first rollout waits for nobody. */
  async snapshotIfInstalled(inventory: Inventory): Promise<Snapshot | undefined> {
    const installed = nodesOf(this.cluster, 'monitor').some(({ name }) => {
      const found = inventory[name];
      return found !== undefined && 'roles' in found && found.generation !== undefined;
    });
    return installed ? this.snapshot() : undefined;
  }

  /** What is live, undefined where no monitor answers. */
  snapshot(): Promise<Snapshot | undefined> {
    return this.api.state().then(
      ({ snapshot }) => snapshot,
      () => undefined,
    );
  }
}

export interface Intended {
  readonly generation: Generation;
  readonly wanted: readonly Wanted[];
  readonly inventory: Inventory;
  readonly pathOf: (sha256: string) => string;
}

/** `1 node`, `7 nodes`. */
function nodesText(count: number): string {
  return `${count} node${count === 1 ? '' : 's'}`;
}

/** Observes all nodes, numbers the generation and renders every bundle. Changes nothing. */
export async function intend(session: Session): Promise<Intended> {
  const { nextGeneration, observe } = await import('@tricade/rollout');
  const { intentDigestText } = await import('@tricade/cluster/spec');
  const { cluster } = session;
  const names = managedNodes(cluster).map((node) => node.name);
  const asking = `asking ${nodesText(names.length)}`;
  say(asking);
  const [inventory, files] = await notSilent(
    () => `still ${asking}`,
    () => Promise.all([observe(names, session.hostOf), payload(cluster)]),
  );
  const generation = nextGeneration({
    cluster,
    intentText: intentDigestText(cluster),
    inventory,
    random: randomBytes,
  });
  const wanted = await wantedOf({ cluster, generation, payload: files });
  return { generation, wanted, inventory, pathOf: files.pathOf };
}

/** The next wave, from what was observed and what is live. Pure but for asking the monitor. */
export async function planOf(session: Session, intended: Intended): Promise<Plan> {
  const { bundleDigest } = await import('@tricade/host');
  const snapshot = await session.snapshotIfInstalled(intended.inventory);
  const { nodes, rollout } = session.cluster;
  return plan({
    wanted: intended.wanted,
    nodes,
    inventory: intended.inventory,
    policy: rollout,
    digest: bundleDigest,
    ...(snapshot === undefined ? {} : { snapshot }),
  });
}

/** Secrets of this rollout, from the monitors' own or made new. */
export async function secretsOf(
  session: Session,
  generation: Generation,
): Promise<import('@tricade/host').SecretSource> {
  const { clusterSecret, secretSource } = await import('@tricade/rollout');
  const { cluster } = session;
  const monitors = nodesOf(cluster, 'monitor');
  const secret = await clusterSecret(
    monitors.map((node) => ({ node: node.name, host: session.hostOf(node.name) })),
    randomBytes,
  );
  const redisUsers =
    monitors
      .map((node) => roleStates({ cluster, generation }, node.name).redis)
      .find((state) => state !== undefined)?.users ?? [];
  return secretSource({
    cluster,
    secret,
    redisUsers,
    folder: dirname(session.file),
    env: process.env,
  });
}

export const clock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    sleepMs(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

/** Latches of a rollout, through the monitor. */
export function latchesOf(api: MonitorClient, holder: string): Latches {
  return {
    latch: async (node, why) => {
      await api.change('POST', '/latches', { target: node, kind: 'drain', by: holder, why });
    },
    progress: async (node) => (await api.ask('GET', `/drains/${node}`)).body as DrainProgress,
    release: async (node) => {
      const { snapshot } = await api.state();
      if (snapshot.feed.latches[node]?.by === holder)
        await api.change('DELETE', `/latches/${node}`);
    },
  };
}

const renewMs = 5_000;

/** The change lock, held through the monitor and renewed until released. */
export function lockOf(api: MonitorClient, holder: string): ChangeLock {
  return {
    take: async (what) => {
      const asked = { holder, what, token: randomUUID() };
      const refusedBy = await takeLock(api, asked);
      if (refusedBy !== undefined) return { held: false, by: refusedBy };
      const lost = new AbortController();
      const timer = setInterval(() => {
        void api.ask('POST', '/lock', asked).then(
          // Whichever monitor answers: the lock is the token's.
          ({ status }) => {
            if (status === 409) lost.abort();
          },
          () => undefined,
        );
      }, renewMs);
      return {
        held: true,
        lost: lost.signal,
        release: async () => {
          clearInterval(timer);
          await api.ask('DELETE', `/lock/${asked.token}`).catch(() => undefined);
        },
      };
    },
  };
}

/** A lock whose holder is gone runs out by itself within 15 s: so long it is asked for. */
const lockPatienceMs = 17_000;
const lockRetryMs = 500;

/** Undefined once the lock is held; else who holds it. */
async function takeLock(
  api: MonitorClient,
  asked: { readonly holder: string; readonly what: string; readonly token: string },
): Promise<string | undefined> {
  const deadline = performance.now() + lockPatienceMs;
  for (let told = ''; ; ) {
    const { status, body } = await api.ask('POST', '/lock', asked);
    if (status < 400) return undefined;
    const refusal = body as { readonly holder?: string; readonly detail?: string };
    const by = refusal.holder ?? refusal.detail ?? 'somebody';
    if (refusal.holder === undefined || performance.now() > deadline) return by;
    if (told !== by) say(`  waiting for the change lock: ${by} holds it`);
    told = by;
    await sleepMs(lockRetryMs);
  }
}

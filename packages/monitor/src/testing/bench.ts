/** Monitors, agents and targets of a small cluster, over one store, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cluster,
  type ClusterNode,
  type Generation,
  healthPort,
  type Latch,
} from '@tricade/cluster';
import { type Feed, MemoryHub } from '@tricade/feed';
import { Monitor } from '../monitor.ts';
import type { MonitorOptions } from '../options.ts';
import { startAgents } from './agents.ts';
import { type ClusterSizes, smallCluster } from './cluster.ts';
import { type Line, line } from './line.ts';

/** A server that answers `status` to every request, until it is closed or told otherwise. */
export interface Target {
  status: number;
  asked: number;
  /** Hears of each request as it comes. */
  onAsked?: () => void;
  close(): Promise<void>;
}

export class Bench {
  readonly cluster: Cluster;
  readonly generation: Generation;
  readonly hub: MemoryHub = new MemoryHub();
  readonly lines: Map<string, Line> = new Map();
  readonly #directories = new Map<string, string>();
  readonly #ends: (() => Promise<unknown>)[] = [];
  /** Where clients come from; default the hub. */
  open: (name: string) => Feed | Promise<Feed>;

  constructor(sizes: ClusterSizes = {}) {
    ({ cluster: this.cluster, generation: this.generation } = smallCluster(sizes));
    this.open = (name) => {
      const own = line(this.hub, this.cluster.name);
      this.lines.set(name, own);
      return own.feed;
    };
  }

  /** A running monitor; one of the same name finds the disk of the one before. */
  async monitor(
    name: string,
    more: Partial<MonitorOptions> = {},
  ): Promise<Monitor & { readonly feed: Feed }> {
    const directory = this.#directories.get(name) ?? (await mkdtemp(join(tmpdir(), 'monitor-')));
    this.#directories.set(name, directory);
    const feed = await this.open(name);
    const monitor = new Monitor({
      name,
      cluster: this.cluster,
      generation: this.generation,
      feed,
      directory,
      nowMs: Date.now,
      random: Math.random,
      ...more,
    });
    await monitor.start();
    this.#ends.push(async () => {
      await monitor.stop();
      await feed.close();
    });
    return Object.assign(monitor, { feed });
  }

  directoryOf(name: string): string | undefined {
    return this.#directories.get(name);
  }

  agents(without: readonly string[] = []): ReturnType<typeof startAgents> {
    const { cluster, generation, hub } = this;
    const open = (): Feed => hub.open(cluster.name);
    const agents = startAgents({ cluster, generation, open }, without);
    this.#ends.push(agents.stop);
    return agents;
  }

  /** What the probes ask: proxies' health on HTTP, directors and routers on TCP. */
  async targets(): Promise<ReadonlyMap<string, Target>> {
    const targets = new Map<string, Target>();
    for (const node of this.cluster.nodes) {
      if (node.tier === 'servers' || node.tier === 'monitor') continue;
      const target = node.tier === 'l7' ? await httpTarget(node) : await tcpTarget(node);
      targets.set(node.name, target);
      this.#ends.push(target.close);
    }
    return targets;
  }

  later(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
    for (const directory of this.#directories.values())
      await rm(directory, { recursive: true, force: true });
  }
}

function httpTarget(node: ClusterNode): Promise<Target> {
  const server: Server = createServer((_, response) => {
    target.asked++;
    target.onAsked?.();
    response.writeHead(target.status).end();
  });
  const target: Target = { status: 200, asked: 0, close: () => closed(server) };
  return listening(server, { host: addressOf(node), port: healthPort }, target);
}

function tcpTarget(node: ClusterNode): Promise<Target> {
  const server = createTcp((socket) => {
    target.asked++;
    socket.on('error', () => undefined).resume();
  });
  const target: Target = { status: 0, asked: 0, close: () => closed(server) };
  return listening(server, { host: addressOf(node), port: node.management.port }, target);
}

function addressOf(node: ClusterNode): string {
  return node.legs[0]?.addresses[0] ?? '';
}

function listening(
  server: ReturnType<typeof createTcp>,
  at: { readonly host: string; readonly port: number },
  target: Target,
): Promise<Target> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => resolve(target));
  });
}

function closed(server: ReturnType<typeof createTcp>): Promise<void> {
  return new Promise((resolve) => {
    if ('closeAllConnections' in server) (server as Server).closeAllConnections();
    server.close(() => resolve());
  });
}

export function drainLatch(target: string, more: Partial<Latch> = {}): Latch {
  return {
    target,
    kind: 'drain',
    by: 'ana',
    why: 'new disk',
    sinceMs: Date.now(),
    revision: 0,
    ...more,
  };
}

/** Agents as the feed sees them, without the machines under them: they take tables over, ack, announce with leave, and forward to who announces. */
import {
  type Cluster,
  type FeedState,
  type Generation,
  type NodeReport,
  nodesOf,
  routerLive,
  type Sample,
  speakerLive,
} from '@tricade/cluster';
import type { Feed, Watch } from '@tricade/feed';

export interface AgentsOptions {
  readonly cluster: Cluster;
  readonly generation: Generation;
  /** A line of its own for each node. */
  readonly open: () => Feed;
}

const reportEveryMs = 100;

/** One node's agent. */
export class Agent {
  readonly #options: AgentsOptions;
  readonly #name: string;
  readonly #feed: Feed;
  readonly #world: World;
  readonly #timer: NodeJS.Timeout;
  #watch: Watch | undefined;
  #held: FeedState | undefined;
  /** It hears, but applies and reports nothing. */
  stuck = false;
  /** Wall clock of the node. */
  nowMs: () => number = Date.now;
  ownedSockets = 0;

  constructor(name: string, options: AgentsOptions, world: World) {
    this.#name = name;
    this.#options = options;
    this.#feed = options.open();
    this.#world = world;
    this.#timer = setInterval(() => this.#report(), reportEveryMs);
    this.start();
  }

  /** What it applied last. */
  get held(): FeedState | undefined {
    return this.#held;
  }

  get announces(): readonly string[] {
    return this.#world.announced.get(this.#name) ?? [];
  }

  start(): void {
    this.#watch ??= this.#feed.watch(({ feed, state }) => {
      if (feed === 'live' && state !== undefined && !this.stuck) this.#apply(state);
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#watch?.close();
    await this.#feed.close();
  }

  #apply(feed: FeedState): void {
    this.#held = feed;
    if (this.#world.isDirector(this.#name)) {
      const { cluster, generation } = this.#options;
      const input = { cluster, generation, feed, origin: 'feed', nowMs: this.nowMs() } as const;
      const { announcements } = speakerLive(input, this.#name, feed.tables);
      const up = Object.entries(announcements).filter(([, how]) => how === 'up');
      this.#world.announced.set(
        this.#name,
        up.map(([prefix]) => prefix),
      );
    }
    this.#report();
  }

  #report(): void {
    if (this.stuck) return;
    const state = this.#held;
    const director = this.#world.isDirector(this.#name);
    const tables = director ? (state?.tables ?? {}) : {};
    const steps = Object.entries(tables).map(
      ([group, { step, digest }]) => [group, { step, digest }] as const,
    );
    const atMs = this.nowMs();
    const report: NodeReport = {
      node: this.#name,
      version: {
        generation: this.#options.generation.number,
        epoch: state?.epoch ?? 0,
        revision: state?.revision ?? 0,
      },
      steps: Object.fromEntries(steps),
      wantsToReceive: director && steps.length > 0,
      announcing: this.announces,
      appliedAtMs: atMs,
      atMs,
      sample: this.#sample(atMs),
    };
    void this.#feed.report(report, tables);
  }

  #sample(atMs: number): Sample {
    const tier = this.#options.cluster.nodes.find((node) => node.name === this.#name)?.tier;
    if (tier === 'l7') return { atMs, ownedSockets: this.ownedSockets };
    if (tier === 'routers') return { atMs, nextHops: this.#world.nextHops(this.#held) };
    return { atMs };
  }
}

/** What the nodes see of one another: who announces what. */
class World {
  readonly announced: Map<string, readonly string[]> = new Map();
  readonly #options: AgentsOptions;

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  isDirector(name: string): boolean {
    return nodesOf(this.#options.cluster, 'l4').some((node) => node.name === name);
  }

  /** A router's FIB: who announces, but for those fenced by the state that the router holds. */
  nextHops(feed: FeedState | undefined): Readonly<Record<string, readonly string[]>> {
    const { cluster, generation } = this.#options;
    const fenced = new Set(
      feed === undefined
        ? []
        : routerLive({ cluster, generation, feed, origin: 'feed', nowMs: 0 }).fenced,
    );
    const hops: Record<string, string[]> = { '198.51.100.1/32': [] };
    for (const director of nodesOf(cluster, 'l4')) {
      const address = director.legs[0]?.addresses[0] ?? '';
      for (const prefix of this.announced.get(director.name) ?? [])
        if (!fenced.has(address)) hops[prefix]?.push(address);
    }
    return hops;
  }
}

/** Agents of all routers, directors and proxies but those `without`. */
export function startAgents(
  options: AgentsOptions,
  without: readonly string[] = [],
): {
  readonly of: (name: string) => Agent;
  readonly add: (name: string) => Agent;
  readonly stop: () => Promise<void>;
} {
  const world = new World(options);
  const agents = new Map<string, Agent>();
  const add = (name: string): Agent => {
    const agent = new Agent(name, options, world);
    agents.set(name, agent);
    return agent;
  };
  for (const { name, tier } of options.cluster.nodes)
    if (['routers', 'l4', 'l7'].includes(tier) && !without.includes(name)) add(name);
  return {
    add,
    of: (name) => {
      const agent = agents.get(name);
      if (agent === undefined) throw new Error(`no agent runs on ${name}`);
      return agent;
    },
    stop: async () => void (await Promise.all([...agents.values()].map((agent) => agent.stop()))),
  };
}

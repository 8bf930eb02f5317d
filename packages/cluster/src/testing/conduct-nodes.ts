/** The nodes of the small world: each hears the feed late or not at all, routers' FIBs lag, reports are written before they arrive. */
import type { MemberId, Name } from '../model/intent.ts';
import type { FeedState, Table } from '../model/live.ts';
import type { NodeReport } from '../model/seen.ts';
import { packRowSet } from '../table/pack.ts';
import type { SmallCluster } from './conduct-cluster.ts';

interface NodeState {
  /** What it last heard of the feed; undefined: booted without having heard anything. */
  heard: FeedState | undefined;
  appliedAtMs: number;
  alive: boolean;
  /** Cut off from the feed: hears nothing, and its reports do not arrive. */
  cutOff: boolean;
  /** Taken, but not arrived yet. */
  report: NodeReport | undefined;
}

export class Nodes {
  readonly #small: SmallCluster;
  readonly #nowMs: () => number;
  readonly #nodes = new Map<Name, NodeState>();
  /** Per router: directors in its FIB. */
  readonly #fibs = new Map<Name, ReadonlySet<Name>>();
  /** Directors that the cluster file names no more: routers cannot fence whom they do not know. */
  readonly #deleted = new Set<Name>();
  /** Told of each FIB that changed. */
  onFib: (router: Name) => void = () => undefined;

  constructor(small: SmallCluster, nowMs: () => number) {
    this.#small = small;
    this.#nowMs = nowMs;
    for (const { name } of small.cluster.nodes) this.#nodes.set(name, newborn(0));
    for (const router of small.routers) this.#fibs.set(router, new Set());
  }

  isAlive(name: Name): boolean {
    return this.#node(name).alive;
  }

  kill(name: Name): void {
    const node = this.#node(name);
    node.alive = false;
    node.report = undefined;
  }

  boot(name: Name): void {
    if (!this.isAlive(name)) this.#nodes.set(name, newborn(this.#nowMs()));
  }

  delete(name: Name): void {
    this.#deleted.add(name);
  }

  isDeleted(name: Name): boolean {
    return this.#deleted.has(name);
  }

  cutOff(name: Name, cutOff: boolean): void {
    this.#node(name).cutOff = cutOff;
  }

  isCutOff(name: Name): boolean {
    return this.#node(name).cutOff;
  }

  /** The node takes a state over; a router takes fenced next hops out of its FIB with it. */
  hear(name: Name, feed: FeedState): void {
    const node = this.#node(name);
    if (!node.alive || node.cutOff || node.heard === feed) return;
    node.heard = feed;
    node.appliedAtMs = this.#nowMs();
    const fib = this.#fibs.get(name);
    if (fib === undefined) return;
    this.#route(
      name,
      [...fib].filter((director) => !this.#isFenced(name, director)),
    );
  }

  /** Routing converges on one router: those who announce and are not fenced. */
  converge(router: Name): void {
    const announcing = this.#small.directors.filter(
      (name) => this.announces(name) && !this.#isFenced(router, name),
    );
    this.#route(router, announcing);
  }

  /** Directors that a router forwards to. */
  fibOf(router: Name): ReadonlySet<Name> {
    return this.#fibs.get(router) ?? new Set();
  }

  /** The table of a director that lives and that some router still forwards to. */
  reachable(director: Name): Table | undefined {
    const node = this.#node(director);
    const forwarded = [...this.#fibs.values()].some((fib) => fib.has(director));
    return node.alive && forwarded ? node.heard?.tables.l7 : undefined;
  }

  announces(director: Name): boolean {
    const { alive, heard } = this.#node(director);
    const leave = heard?.receiving[director];
    return (
      alive &&
      heard !== undefined &&
      leave !== undefined &&
      Object.entries(leave.steps).every(([group, step]) => (heard.tables[group]?.step ?? 0) >= step)
    );
  }

  /** The node writes its report; it has not arrived yet. `rows`: in which it owns flows. */
  measure(name: Name, rows: readonly number[]): void {
    const node = this.#node(name);
    const { heard } = node;
    if (!node.alive || heard === undefined) return;
    const isDirector = this.#small.directors.includes(name);
    const atMs = this.#nowMs();
    node.report = {
      node: name,
      version: { generation: 1, epoch: heard.epoch, revision: heard.revision },
      steps: isDirector ? stepsOf(heard) : {},
      wantsToReceive: isDirector,
      announcing: isDirector && this.announces(name) ? ['198.51.100.1/32'] : [],
      appliedAtMs: node.appliedAtMs,
      atMs,
      sample: { atMs, ...this.#owned(name, rows), ...this.#nextHops(name) },
    };
  }

  /** Written, but not arrived yet. */
  reportOf(name: Name): NodeReport | undefined {
    return this.#node(name).report;
  }

  #owned(name: Name, rows: readonly number[]): Partial<NodeReport['sample']> {
    if (idOf(this.#small, name) === undefined) return {};
    const ownedRows = { l7: packRowSet([...new Set(rows)].sort((a, b) => a - b)) };
    return { ownedSockets: rows.length, ownedRows };
  }

  #nextHops(name: Name): Partial<NodeReport['sample']> {
    const fib = this.#fibs.get(name);
    if (fib === undefined) return {};
    const { nodes } = this.#small.cluster;
    const addressOf = (director: Name): string =>
      nodes.find((node) => node.name === director)?.legs[0]?.addresses[0] ?? '';
    return { nextHops: { '198.51.100.1/32': [...fib].map(addressOf) } };
  }

  #route(router: Name, directors: readonly Name[]): void {
    const before = this.fibOf(router);
    this.#fibs.set(router, new Set(directors));
    const same = before.size === directors.length && directors.every((name) => before.has(name));
    if (!same) this.onFib(router);
  }

  #isFenced(router: Name, director: Name): boolean {
    const receiving = this.#node(router).heard?.receiving ?? {};
    if (this.#deleted.has(director)) return false;
    return Object.keys(receiving).length > 0 && receiving[director] === undefined;
  }

  #node(name: Name): NodeState {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }
}

function newborn(nowMs: number): NodeState {
  return { heard: undefined, appliedAtMs: nowMs, alive: true, cutOff: false, report: undefined };
}

function stepsOf({ tables }: FeedState): NodeReport['steps'] {
  return Object.fromEntries(
    Object.values(tables).map(({ group, step, digest }) => [group, { step, digest }]),
  );
}

/** Id of a proxy; undefined for other nodes. */
export function idOf({ generation }: SmallCluster, name: Name): MemberId | undefined {
  return generation.ids[`l7/${name}`];
}

/**
 * A world for model checking the conductor: one store, a leader that forgets, nodes that hear and report late or not at all, routers whose
 * FIBs lag, flows that arrive anywhere. Time passes only by `wait`. Everything that is not the conductor is as unhelpful as it may be.
 */

import { type ConductorMemory, type ConductorView, emptyMemory } from '../conduct/view.ts';
import { conduct } from '../conduct.ts';
import type { Latch, MemberId, Name } from '../model/intent.ts';
import type { FeedState, MemberHealth, Table, TableStep } from '../model/live.ts';
import type { NodeReport } from '../model/seen.ts';
import { reason } from '../reason.ts';
import { packRowSet } from '../table/pack.ts';
import { applyStep } from '../table/step.ts';
import { currentOf, previousOf } from '../table/word.ts';
import { type Sizes, type SmallCluster, smallCluster } from './conduct-cluster.ts';

/** Times of the real conductor, shrunk. Reports older than `lostAfterMs` never arrive: well below `clearAfterMs`, as in the field. */
export const times = {
  ackTimeoutMs: 200,
  clearAfterMs: 1000,
  forgetAfterMs: 1e9,
  reportFreshMs: 600,
  birthGraceMs: 300,
  lostAfterMs: 400,
} as const;

interface Flow {
  readonly row: number;
  readonly owner: MemberId;
}

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

/** What a mutant conductor does otherwise: the checks must be able to fail. */
export interface Mutation {
  readonly view?: (view: ConductorView) => ConductorView;
  readonly step?: (step: TableStep, table: Table) => TableStep;
}

export class World {
  readonly small: SmallCluster;
  readonly #mutation: Mutation;
  #nowMs = 0;
  #feed: FeedState = { epoch: 1, revision: 1, health: {}, latches: {}, tables: {}, receiving: {} };
  #memory: ConductorMemory = emptyMemory;
  readonly #nodes = new Map<Name, NodeState>();
  /** Per router: directors in its FIB. */
  readonly #fibs = new Map<Name, ReadonlySet<Name>>();
  readonly #reports: Record<Name, NodeReport> = {};
  readonly #seenAtMs: Record<Name, number> = {};
  #flows: Flow[] = [];
  /** Every step written, in order. */
  readonly steps: TableStep[] = [];
  /** Step up to which a row was changed without arming, per row. */
  readonly #unarmed: number[] = [];

  constructor(sizes: Sizes, mutation: Mutation = {}) {
    this.small = smallCluster(sizes);
    this.#mutation = mutation;
    for (const { name } of this.small.cluster.nodes) {
      this.#nodes.set(name, {
        heard: undefined,
        appliedAtMs: 0,
        alive: true,
        cutOff: false,
        report: undefined,
      });
    }
    for (const router of this.small.routers) this.#fibs.set(router, new Set());
  }

  get feed(): FeedState {
    return this.#feed;
  }

  get flows(): readonly Flow[] {
    return this.#flows;
  }

  wait(ms: number): void {
    this.#nowMs += ms;
  }

  view(): ConductorView {
    const { cluster, generation, groups } = this.small;
    const view: ConductorView = {
      cluster,
      generation,
      groups,
      feed: this.#feed,
      reports: { ...this.#reports },
      seenAtMs: { ...this.#seenAtMs },
      nowMs: this.#nowMs,
      wallMs: this.#nowMs,
      settings: times,
    };
    return this.#mutation.view?.(view) ?? view;
  }

  /** One turn of the leader; `crashes`: it forgets all and writes nothing. Returns whether anything was written. */
  lead(crashes = false): boolean {
    const next = conduct(this.view(), this.#memory);
    if (crashes) {
      this.#memory = emptyMemory;
      this.#write({ epoch: this.#feed.epoch + 1 });
      return true;
    }
    this.#memory = next.memory;
    if (next.steps.length === 0 && Object.keys(next.receiving).length === 0) return false;
    const tables: Record<string, Table> = { ...this.#feed.tables };
    for (const made of next.steps) {
      const before = tables[made.group];
      const step = before === undefined ? made : (this.#mutation.step?.(made, before) ?? made);
      const table = applyStep(before, step);
      if ('refused' in table) throw new Error(table.refused.text);
      tables[made.group] = table;
      this.steps.push(step);
      if (made.kind === 'down' || made.kind === 'dead') {
        for (const row of step.rowIndexes) this.#unarmed[row] = step.step;
      }
    }
    const receiving = { ...this.#feed.receiving };
    for (const [name, leave] of Object.entries(next.receiving)) {
      if (leave === null) delete receiving[name];
      else receiving[name] = leave;
    }
    this.#write({ tables, receiving });
    return true;
  }

  /** What the conductor waits for now. */
  waits(): readonly string[] {
    return conduct(this.view(), this.#memory).waits.map(
      ({ subject, why }) => `${subject} ${why.word}: ${why.text}`,
    );
  }

  latch(target: string, kind: Latch['kind'] | undefined): void {
    const latches: Record<string, Latch> = { ...this.#feed.latches };
    delete latches[target];
    if (kind !== undefined)
      latches[target] = { target, kind, by: 'test', why: 'test', sinceMs: 0, revision: 0 };
    this.#write({ latches });
  }

  /** The monitor's verdict; a dead proxy is dead indeed. */
  judge(member: string, verdict: 'up' | 'down' | 'dead'): void {
    const health: MemberHealth = {
      health: verdict === 'up' ? 'up' : 'down',
      dead: verdict === 'dead',
      cause: reason('test', 'test'),
      sinceMs: 0,
      revision: 0,
    };
    this.#write({ health: { ...this.#feed.health, [member]: health } });
  }

  kill(name: Name): void {
    const node = this.#node(name);
    node.alive = false;
    node.report = undefined;
    const id = this.#idOf(name);
    this.#flows = this.#flows.filter((flow) => flow.owner !== id);
  }

  /** A node comes back having heard nothing. */
  boot(name: Name): void {
    const node = this.#node(name);
    if (!node.alive)
      this.#nodes.set(name, {
        heard: undefined,
        appliedAtMs: this.#nowMs,
        alive: true,
        cutOff: false,
        report: undefined,
      });
  }

  /** The network between a node and the feed fails or heals. */
  cutOff(name: Name, cutOff: boolean): void {
    this.#node(name).cutOff = cutOff;
  }

  isAlive(name: Name): boolean {
    return this.#node(name).alive;
  }

  /** The node takes the feed's present state over; a router takes fenced next hops out of its FIB with it. */
  hear(name: Name): void {
    const node = this.#node(name);
    if (!node.alive || node.cutOff || node.heard === this.#feed) return;
    node.heard = this.#feed;
    node.appliedAtMs = this.#nowMs;
    const fib = this.#fibs.get(name);
    if (fib !== undefined)
      this.#fibs.set(name, new Set([...fib].filter((director) => !this.#isFenced(name, director))));
  }

  /** Routing converges on one router: those who announce and are not fenced. */
  converge(router: Name): void {
    const announcing = this.small.directors.filter(
      (name) => this.#announces(name) && !this.#isFenced(router, name),
    );
    this.#fibs.set(router, new Set(announcing));
  }

  /** The node writes its report; it has not arrived yet. */
  measure(name: Name): void {
    const node = this.#node(name);
    const { heard } = node;
    if (!node.alive || heard === undefined) return;
    const isDirector = this.small.directors.includes(name);
    const id = this.#idOf(name);
    const rows = [
      ...new Set(this.#flows.filter((flow) => flow.owner === id).map((flow) => flow.row)),
    ];
    const addressOf = (director: Name): string => this.#addressOf(director);
    const fib = this.#fibs.get(name);
    node.report = {
      node: name,
      version: { generation: 1, epoch: heard.epoch, revision: heard.revision },
      steps: isDirector
        ? Object.fromEntries(
            Object.values(heard.tables).map(({ group, step, digest }) => [group, { step, digest }]),
          )
        : {},
      wantsToReceive: isDirector,
      announcing: isDirector && this.#announces(name) ? ['198.51.100.1/32'] : [],
      appliedAtMs: node.appliedAtMs,
      atMs: this.#nowMs,
      sample: {
        atMs: this.#nowMs,
        ...(id === undefined
          ? {}
          : {
              ownedSockets: rows.length,
              ownedRows: { l7: packRowSet(rows.sort((a, b) => a - b)) },
            }),
        ...(fib === undefined ? {} : { nextHops: { '198.51.100.1/32': [...fib].map(addressOf) } }),
      },
    };
  }

  /** The newest report arrives, unless it is lost. */
  arrive(name: Name): void {
    const { report, cutOff } = this.#node(name);
    if (report === undefined || cutOff || this.#nowMs - report.atMs > times.lostAfterMs) return;
    this.#reports[name] = report;
    this.#seenAtMs[name] = this.#nowMs;
  }

  /** A client's SYN reaches a director by way of a router. */
  open(director: Name, row: number): void {
    const table = this.#reachable(director);
    if (table === undefined) return;
    const owner = currentOf(table.rows[row] as number);
    const proxy = this.small.groups[0]?.reals.find((real) => real.id === owner)?.name;
    if (proxy === undefined || !this.isAlive(proxy)) return;
    const flow = { row, owner };
    // Unarmed steps promise nothing until all directors have them: neither to flows of a newcomer, nor to those of a dead one that came back.
    const skewed = this.#tablesInUse().some((other) => other.step < (this.#unarmed[row] ?? 0));
    const newest = this.#feed.tables.l7?.rows[row] ?? 0;
    if (skewed && (this.#lostAt(flow) !== undefined || !names(newest, owner))) return;
    this.#flows.push(flow);
  }

  close(index: number): void {
    this.#flows.splice(index, 1);
  }

  closeAll(): void {
    this.#flows = [];
  }

  /** A flow that a router could send to a director which does not name its owner; undefined: the invariant holds. */
  broken(): string | undefined {
    for (const flow of this.#flows) {
      const lost = this.#lostAt(flow);
      if (lost !== undefined) return lost;
    }
    return undefined;
  }

  #lostAt({ row, owner }: Flow): string | undefined {
    for (const director of this.small.directors) {
      const table = this.#reachable(director);
      if (table === undefined) continue;
      const word = table.rows[row] as number;
      if (names(word, owner)) continue;
      return `row ${row}: ${director} at step ${table.step} has {${currentOf(word)},${previousOf(word)}}, the owner is ${owner}`;
    }
    return undefined;
  }

  /** The table of a director that lives and that some router still forwards to. */
  #reachable(director: Name): Table | undefined {
    const node = this.#node(director);
    const forwarded = [...this.#fibs.values()].some((fib) => fib.has(director));
    return node.alive && forwarded ? node.heard?.tables.l7 : undefined;
  }

  #tablesInUse(): readonly Table[] {
    return this.small.directors
      .map((name) => this.#reachable(name))
      .filter((table) => table !== undefined);
  }

  #announces(director: Name): boolean {
    const { alive, heard } = this.#node(director);
    const leave = heard?.receiving[director];
    return (
      alive &&
      heard !== undefined &&
      leave !== undefined &&
      Object.entries(leave.steps).every(([group, step]) => (heard.tables[group]?.step ?? 0) >= step)
    );
  }

  #isFenced(router: Name, director: Name): boolean {
    const receiving = this.#node(router).heard?.receiving ?? {};
    return Object.keys(receiving).length > 0 && receiving[director] === undefined;
  }

  #write(change: Partial<FeedState>): void {
    this.#feed = { ...this.#feed, ...change, revision: this.#feed.revision + 1 };
  }

  #node(name: Name): NodeState {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  #idOf(name: Name): MemberId | undefined {
    return this.small.generation.ids[`l7/${name}`];
  }

  #addressOf(name: Name): string {
    return this.small.cluster.nodes.find((node) => node.name === name)?.legs[0]?.addresses[0] ?? '';
  }
}

function names(word: number, id: MemberId): boolean {
  return currentOf(word) === id || previousOf(word) === id;
}

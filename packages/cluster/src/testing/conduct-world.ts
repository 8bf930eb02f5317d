/**
 * A world for model checking the conductor: one store, a leader that forgets, nodes that hear and report late or not at all, routers whose
 * FIBs lag, flows that arrive anywhere. Time passes only by `wait`. Everything that is not the conductor is as unhelpful as it may be.
 */

import {
  type ConductorMemory,
  type ConductorSettings,
  type ConductorView,
  emptyMemory,
} from '../conduct/view.ts';
import { conduct } from '../conduct.ts';
import type { Latch, Name } from '../model/intent.ts';
import type { FeedState, MemberHealth, Receiving, Table, TableStep } from '../model/live.ts';
import type { NodeReport } from '../model/seen.ts';
import { reason } from '../reason.ts';
import { applyStep } from '../table/step.ts';
import { type Sizes, type SmallCluster, smallCluster } from './conduct-cluster.ts';
import { type Flow, Flows } from './conduct-flows.ts';
import { idOf, Nodes } from './conduct-nodes.ts';

/** Times of the real conductor, shrunk. Reports older than `lostAfterMs` never arrive: well below `clearAfterMs`, as in the field. */
export const times = {
  ackTimeoutMs: 200,
  clearAfterMs: 1000,
  forgetAfterMs: 1e9,
  reportFreshMs: 600,
  birthGraceMs: 300,
  lostAfterMs: 400,
} as const;

/** What a mutant conductor does otherwise: the checks must be able to fail. */
export interface Mutation {
  readonly view?: (view: ConductorView) => ConductorView;
  readonly step?: (step: TableStep, table: Table) => TableStep;
}

export interface WorldOptions extends Mutation {
  /** Directors remember flows of the table's group. */
  readonly flowMemory?: boolean;
  readonly settings?: Partial<ConductorSettings>;
}

export class World {
  readonly small: SmallCluster;
  readonly #options: WorldOptions;
  #nowMs = 0;
  #feed: FeedState = { epoch: 1, revision: 1, health: {}, latches: {}, tables: {}, receiving: {} };
  #memory: ConductorMemory = emptyMemory;
  readonly #nodes: Nodes;
  readonly #flows: Flows;
  readonly #reports: Record<Name, NodeReport> = {};
  readonly #seenAtMs: Record<Name, number> = {};
  /** Every step written, in order. */
  readonly steps: TableStep[] = [];

  constructor(sizes: Sizes, options: WorldOptions = {}) {
    this.small = smallCluster(sizes);
    this.#options = options;
    this.#nodes = new Nodes(this.small, () => this.#nowMs);
    this.#flows = new Flows(this.small, this.#nodes);
  }

  get feed(): FeedState {
    return this.#feed;
  }

  get flows(): readonly Flow[] {
    return this.#flows.all;
  }

  wait(ms: number): void {
    this.#nowMs += ms;
  }

  view(): ConductorView {
    const { cluster, generation, groups } = this.small;
    const { flowMemory = false, settings } = this.#options;
    const view: ConductorView = {
      cluster: { ...cluster, nodes: cluster.nodes.filter(({ name }) => !this.isDeleted(name)) },
      generation,
      groups,
      feed: this.#feed,
      reports: { ...this.#reports },
      seenAtMs: { ...this.#seenAtMs },
      nowMs: this.#nowMs,
      wallMs: this.#nowMs,
      remembered: new Set(flowMemory ? groups.map(({ group }) => group) : []),
      settings: { ...times, ...settings },
    };
    return this.#options.view?.(view) ?? view;
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
    for (const made of next.steps) tables[made.group] = this.#apply(made, tables[made.group]);
    this.#write({ tables, receiving: withChanges(this.#feed.receiving, next.receiving) });
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
    this.#nodes.kill(name);
    const id = idOf(this.small, name);
    if (id !== undefined) this.#flows.closeAll(id);
  }

  /** A node comes back having heard nothing. */
  boot(name: Name): void {
    this.#nodes.boot(name);
  }

  /** A director is deleted from the cluster file; its machine goes on. */
  delete(director: Name): void {
    this.#nodes.delete(director);
  }

  isDeleted(name: Name): boolean {
    return this.#nodes.isDeleted(name);
  }

  /** The network between a node and the feed fails or heals. */
  cutOff(name: Name, cutOff: boolean): void {
    this.#nodes.cutOff(name, cutOff);
  }

  isAlive(name: Name): boolean {
    return this.#nodes.isAlive(name);
  }

  /** The node takes the feed's present state over; a router takes fenced next hops out of its FIB with it. */
  hear(name: Name): void {
    this.#nodes.hear(name, this.#feed);
  }

  /** Routing converges on one router: those who announce and are not fenced. */
  converge(router: Name): void {
    this.#nodes.converge(router);
  }

  /** The node writes its report; it has not arrived yet. */
  measure(name: Name): void {
    const id = idOf(this.small, name);
    this.#nodes.measure(name, id === undefined ? [] : this.#flows.rowsOf(id));
  }

  /** The newest report arrives, unless it is lost. */
  arrive(name: Name): void {
    const report = this.#nodes.reportOf(name);
    if (report === undefined || this.#nodes.isCutOff(name)) return;
    if (this.#nowMs - report.atMs > times.lostAfterMs) return;
    this.#reports[name] = report;
    this.#seenAtMs[name] = this.#nowMs;
  }

  /** A client's SYN reaches a director by way of a router. */
  open(director: Name, row: number): void {
    this.#flows.open(director, row, this.#feed);
  }

  close(index: number): void {
    this.#flows.close(index);
  }

  closeAll(): void {
    this.#flows.closeAll();
  }

  /** A flow that a router could send to a director which does not name its owner; undefined: the invariant holds. */
  broken(): string | undefined {
    return this.#flows.broken();
  }

  /** A flow that a router moved to a director which neither remembered it nor sent it to its owner. */
  misplaced(): string | undefined {
    return this.#flows.misplaced();
  }

  #apply(made: TableStep, before: Table | undefined): Table {
    const step = before === undefined ? made : (this.#options.step?.(made, before) ?? made);
    const table = applyStep(before, step);
    if ('refused' in table) throw new Error(table.refused.text);
    this.steps.push(step);
    if (made.kind === 'down' || made.kind === 'dead')
      this.#flows.unarmed(step.step, step.rowIndexes);
    return table;
  }

  #write(change: Partial<FeedState>): void {
    this.#feed = { ...this.#feed, ...change, revision: this.#feed.revision + 1 };
  }
}

function withChanges(
  before: FeedState['receiving'],
  changes: Readonly<Record<Name, Receiving | null>>,
): FeedState['receiving'] {
  const after = { ...before };
  for (const [name, leave] of Object.entries(changes)) {
    if (leave === null) delete after[name];
    else after[name] = leave;
  }
  return after;
}

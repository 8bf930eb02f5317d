/** Flows of the small world, and whether each is still sent to its owner: by rows alone, or by directors that remember. */
import type { MemberId, Name } from '../model/intent.ts';
import type { FeedState } from '../model/live.ts';
import { currentOf, elderOf, previousOf } from '../table/word.ts';
import type { SmallCluster } from './conduct-cluster.ts';
import type { Nodes } from './conduct-nodes.ts';

export interface Flow {
  readonly row: number;
  readonly owner: MemberId;
  /** Directors that a packet of it went through. */
  readonly knownTo: Set<Name>;
}

export class Flows {
  readonly #small: SmallCluster;
  readonly #nodes: Nodes;
  #all: Flow[] = [];
  #misplaced: string | undefined;
  /** Step up to which a row was changed without arming, per row. */
  readonly #unarmed: number[] = [];

  constructor(small: SmallCluster, nodes: Nodes) {
    this.#small = small;
    this.#nodes = nodes;
    nodes.onFib = (router) => this.#moved(router);
  }

  get all(): readonly Flow[] {
    return this.#all;
  }

  /** Rows in which a proxy owns flows, one entry a flow. */
  rowsOf(owner: MemberId | undefined): readonly number[] {
    return this.#all.filter((flow) => flow.owner === owner).map((flow) => flow.row);
  }

  /** Rows that a step changed without arming them. */
  unarmed(step: number, rows: readonly number[]): void {
    for (const row of rows) this.#unarmed[row] = step;
  }

  /** A client's SYN reaches a director by way of a router. `feed`: the newest tables. */
  open(director: Name, row: number, feed: FeedState): void {
    const table = this.#nodes.reachable(director);
    if (table === undefined) return;
    const owner = currentOf(table.rows[row] as number);
    const proxy = this.#small.groups[0]?.reals.find((real) => real.id === owner)?.name;
    if (proxy === undefined || !this.#nodes.isAlive(proxy)) return;
    const flow = { row, owner, knownTo: new Set([director]) };
    // Unarmed steps promise nothing until all directors have them: neither to flows of a newcomer, nor to those of a dead one that came back.
    const skewed = this.#stepsInUse().some((step) => step < (this.#unarmed[row] ?? 0));
    const newest = feed.tables.l7?.rows[row] ?? 0;
    if (skewed && (this.#lostAt(flow) !== undefined || !names(newest, owner))) return;
    this.#all.push(flow);
  }

  close(index: number): void {
    this.#all.splice(index, 1);
  }

  closeAll(owner?: MemberId): void {
    this.#all = owner === undefined ? [] : this.#all.filter((flow) => flow.owner !== owner);
  }

  /** A flow that a router could send to a director which does not name its owner; undefined: the invariant holds. */
  broken(): string | undefined {
    for (const flow of this.#all) {
      const lost = this.#lostAt(flow);
      if (lost !== undefined) return lost;
    }
    return undefined;
  }

  /** The first flow that a router moved to a director which did not remember it and sent it to another than its owner. */
  misplaced(): string | undefined {
    return this.#misplaced;
  }

  /** A router spreads flows anew: each may come to any director that it forwards to now. */
  #moved(router: Name): void {
    for (const flow of this.#all) {
      for (const director of this.#nodes.fibOf(router)) {
        const table = this.#nodes.reachable(director);
        if (table === undefined || flow.knownTo.has(director)) continue;
        const word = table.rows[flow.row] as number;
        if (elderOf(word) !== flow.owner)
          this.#misplaced ??= `row ${flow.row}: ${director} at step ${table.step} has {${currentOf(word)},${previousOf(word)}} and does not know the flow of ${flow.owner}`;
        flow.knownTo.add(director);
      }
    }
  }

  #lostAt({ row, owner }: Flow): string | undefined {
    for (const director of this.#small.directors) {
      const table = this.#nodes.reachable(director);
      if (table === undefined) continue;
      const word = table.rows[row] as number;
      if (names(word, owner)) continue;
      return `row ${row}: ${director} at step ${table.step} has {${currentOf(word)},${previousOf(word)}}, the owner is ${owner}`;
    }
    return undefined;
  }

  #stepsInUse(): readonly number[] {
    return this.#small.directors.flatMap((name) => this.#nodes.reachable(name)?.step ?? []);
  }
}

function names(word: number, id: MemberId): boolean {
  return currentOf(word) === id || previousOf(word) === id;
}

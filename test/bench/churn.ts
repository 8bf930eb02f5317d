/**
 * B4: connections that break while servers come and go, in the setting of JET (CoNEXT 2020): 468 servers that take connections and a horizon of 70
 * that may join, ten of them change every minute, about 4.7 million connections in all. A simulation over the very functions by which tables change;
 * no packets. Pure but for its duration.
 */
import { armWord, disarmWord, flipWord } from '../../packages/cluster/src/conduct/moves.ts';
import {
  applyStep,
  birthRows,
  birthStep,
  clearedWord,
  currentOf,
  desiredRows,
  isArmed,
  nextStep,
  previousOf,
  type Rewrite,
  reason,
  type Table,
  type TableStep,
  type WeightedMember,
} from '../../packages/cluster/src/index.ts';
import { Connections } from './connections.ts';
import { type Section, table } from './page.ts';

const servers = 468;
const horizon = 70;
const size = 65_536;
const tickS = 0.5;
const seconds = 600;
const updateEveryS = 6;
const connectionsPerS = 7_833;
/** Of connections, one in ten lasts long; mean seconds of both kinds. */
const lifetimes = { short: 10, long: 300, longShare: 0.1 } as const;
const ticks = seconds / tickS;

/** Marsaglia's xorshift32: the same churn for every design. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** What a design does with its table when members change, and where a new connection goes. */
interface Design {
  readonly name: string;
  /** Owner of a new connection that comes through a director. */
  owner(row: number, through: 0 | 1): number;
  /** One tick; returns how many connections it broke. */
  turn(members: readonly WeightedMember[], live: Connections, tick: number): number;
  /** One of two directors is gone: what came through it comes through the other. Returns how many connections that broke. */
  loseDirector(live: Connections, tick: number): number;
}

/** Rows that follow their owners at once. `tracks`: each director remembers the connections that it has seen. */
class AtOnce implements Design {
  readonly name: string;
  readonly #tracks: boolean;
  #rows: Uint32Array;

  constructor(name: string, tracks: boolean, members: readonly WeightedMember[]) {
    this.name = name;
    this.#tracks = tracks;
    this.#rows = birthRows(size, members);
  }

  owner(row: number): number {
    return this.#rows[row] as number;
  }

  turn(members: readonly WeightedMember[], live: Connections, tick: number): number {
    const owners = desiredRows(this.#rows, members);
    let broken = 0;
    for (const [row, owner] of owners.entries()) {
      if (owner === this.#rows[row]) continue;
      if (!this.#tracks) broken += live.lose(row, tick, (has) => has !== owner);
    }
    this.#rows = Uint32Array.from(owners);
    return broken;
  }

  loseDirector(live: Connections, tick: number): number {
    let broken = 0;
    for (const [row, current] of this.#rows.entries())
      broken += live.lose(row, tick, (owner, through) => through === 1 && owner !== current);
    return broken;
  }
}

const why = reason('churn', 'servers come and go');

/** Arm, flip, clear: one director applies a step a tick after the other, and the next step waits for both. */
class InSteps implements Design {
  readonly name = 'arm, flip, clear';
  readonly #tables: [Table, Table];
  #pending: TableStep | undefined;

  constructor(members: readonly WeightedMember[]) {
    const born = applyStep(undefined, birthStep('l7', birthRows(size, members), why)) as Table;
    this.#tables = [born, born];
  }

  owner(row: number, through: 0 | 1): number {
    return currentOf(this.#tables[through].rows[row] as number);
  }

  turn(members: readonly WeightedMember[], live: Connections, tick: number): number {
    const step = this.#pending ?? this.#next(members, live, tick);
    if (step === undefined) return 0;
    const director = this.#pending === undefined ? 0 : 1;
    const table = applyStep(this.#tables[director], step);
    if ('refused' in table) throw new Error(table.refused.text);
    this.#tables[director] = table;
    this.#pending = director === 0 ? step : undefined;
    let broken = 0;
    for (const row of step.rowIndexes) broken += this.#lost(table, row, { live, tick });
    return broken;
  }

  /** Connections of a row whose owner it does not name. */
  #lost(of: Table, row: number, { live, tick }: { live: Connections; tick: number }): number {
    const word = of.rows[row] as number;
    return live.lose(row, tick, (has) => has !== currentOf(word) && has !== previousOf(word));
  }

  #next(
    members: readonly WeightedMember[],
    live: Connections,
    tick: number,
  ): TableStep | undefined {
    const [now] = this.#tables;
    const owners = desiredRows(now.rows, members);
    const ownerOf = (row: number): number => owners[row] as number;
    const isEmpty = (word: number, row: number): boolean =>
      previousOf(word) !== 0 && !isArmed(word) && live.live(row, tick, previousOf(word)) === 0;
    const kinds: readonly (readonly ['arm' | 'flip' | 'clear', Rewrite])[] = [
      ['flip', (word, row) => flipWord(word, ownerOf(row))],
      ['clear', (word, row) => disarmWord(word, ownerOf(row))],
      ['arm', (word, row) => armWord(word, ownerOf(row))],
      ['clear', (word, row) => (isEmpty(word, row) ? clearedWord(word) : word)],
    ];
    for (const [kind, rewrite] of kinds) {
      const step = nextStep(now, { kind, rewrite, why });
      if (step !== undefined) return step;
    }
    return undefined;
  }

  loseDirector(live: Connections, tick: number): number {
    let broken = 0;
    for (let row = 0; row < size; row++) broken += this.#lost(this.#tables[0], row, { live, tick });
    this.#tables[1] = this.#tables[0];
    return broken;
  }
}

interface Course {
  readonly name: string;
  readonly connections: number;
  readonly broken: number;
  readonly brokenByDirector: number;
  /** Live at once, at most. */
  readonly most: number;
}

/** Members after one of them left, or one of the horizon came. */
function churned(members: readonly WeightedMember[], random: () => number): WeightedMember[] {
  const taking = members.filter(({ weight }) => weight > 0);
  const away = members.filter(({ weight }) => weight === 0);
  const leaves = taking.length > servers || (taking.length === servers && random() < 0.5);
  const pool = leaves ? taking : away;
  const chosen = pool[Math.floor(random() * pool.length)];
  return members.map((each) => (each === chosen ? { ...each, weight: 1 - each.weight } : each));
}

/** A course of ten minutes; the second director is lost in the middle. */
function run(make: (members: readonly WeightedMember[]) => Design): Course {
  const random = chance(2_463_534_242);
  let members = Array.from(
    { length: servers + horizon },
    (_, i): WeightedMember => ({
      id: i + 1,
      weight: i < servers ? 1 : 0,
    }),
  );
  const design = make(members);
  const live = new Connections(size, connectionsPerS * seconds);
  const course = { broken: 0, brokenByDirector: 0, most: 0 };
  for (let tick = 0; tick < ticks; tick++) {
    const directors = tick < ticks / 2 ? 2 : 1;
    for (let i = 0; i < Math.floor(connectionsPerS * tickS); i++) {
      const row = Math.floor(random() * size);
      const mean = random() < lifetimes.longShare ? lifetimes.long : lifetimes.short;
      const endTick = tick + (-Math.log(1 - random()) * mean) / tickS;
      const through = random() * directors < 1 ? 0 : 1;
      live.open(row, design.owner(row, through), { endTick, through });
    }
    if (tick === ticks / 2) course.brokenByDirector = design.loseDirector(live, tick);
    if (tick % (updateEveryS / tickS) === 0) members = churned(members, random);
    course.broken += design.turn(members, live, tick);
    if (tick % (60 / tickS) === 0) course.most = Math.max(course.most, everyone(live, tick));
  }
  return { name: design.name, connections: live.count, ...course };
}

function everyone(live: Connections, tick: number): number {
  let count = 0;
  for (let row = 0; row < size; row++) count += live.live(row, tick);
  return count;
}

/** Least memory of a remembered connection: addresses, ports, protocol, server. */
const trackedBytes = 16;

/** Takes about half a minute. */
export function churnSection(): Section {
  const courses = [
    run((members) => new AtOnce('by hash alone', false, members)),
    run((members) => new AtOnce('full tracking', true, members)),
    run((members) => new InSteps(members)),
  ];
  const rows = courses.map((course) => {
    const memory = course.name === 'full tracking' ? course.most * trackedBytes : size * 4;
    const counts = [course.connections, course.broken, course.brokenByDirector];
    const kib = `${Math.round(memory / 1024).toLocaleString('en')} KiB`;
    return [course.name, ...counts.map((count) => count.toLocaleString('en')), kib];
  });
  for (const row of rows) console.log(row.join('  '));
  return { title: 'B4: connections broken while servers come and go', text: text(rows) };
}

function text(rows: readonly (readonly string[])[]): string {
  const heads = [
    'design',
    'connections',
    'broken by servers',
    'broken by a lost director',
    'memory of a director',
  ];
  return `The bar is full tracking; beyond it, none broken with a tenth of its memory.

${table(heads, rows)}

- A simulation, without packets, over the functions that make and apply steps (\`cluster/src/table\`, \`cluster/src/conduct/moves.ts\`), in JET's setting (CoNEXT 2020): ${servers} servers and ${horizon} that may join,
  one leaves or joins every ${updateEveryS} s for ${seconds} s; ${connectionsPerS.toLocaleString('en')} new connections a second, one in ten of ${lifetimes.long} s, the others of ${lifetimes.short} s, on average; ${size.toLocaleString('en')} rows. The same random numbers for all.
- Who leaves drains: it keeps its connections. Two directors, the second one a step behind; it is lost in the middle, and its connections come through the first.
- Broken: a live connection whose owner a director's row does not name (of the second candidate's place in packets, and of the sockets that decide, [zero-break](../design/0013-the-socket-check.md) tells), or that
  a director has not seen and would send elsewhere. Tracking takes ${trackedBytes} bytes a live connection at the least, and never forgets a live one here: real tables do, under floods.`;
}

/** A director that is late with a flip and with nothing else: its agent stands still from its ack of the step before until all others have the flip. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Snapshot } from '@tricade/cluster';
import { pauseAgent, resumeAgent } from './agents.ts';
import { seen } from './monitor.ts';

/** The proxies' table: all services of the file share it. */
const group = 'l7';
/** For each step; less than the age at which a director's reports count no more and it would lose its leave to receive. */
const withinMs = 3_000;

export interface LateFlip {
  readonly lab: string;
  /** The agent of one of these two is the late one: of the first where the flip is the next step, of the second where the rows are armed before. */
  readonly directors: readonly [string, string];
  /** From the other directors' acks of the flip on. */
  readonly forMs: number;
}

export interface Late {
  /** Undefined where no flip came, or not in time. */
  readonly director: string | undefined;
  /** When its agent goes on. */
  readonly over: Promise<void>;
}

/** Does `change` and resolves once all directors but one have flipped. All agents run again once `over` is. Rejects as `change` does. */
export async function flipLate(
  { lab, directors, forMs }: LateFlip,
  change: () => Promise<void>,
): Promise<Late> {
  const agents = new Agents(lab);
  try {
    // Of a step under way the first one's ack would be missing, and none would follow it.
    const before = await until(lab, (now) => (allHave(now, stepOf(now)) ? stepOf(now) : undefined));
    if (before === undefined) {
      await change();
      return { director: undefined, over: Promise.resolve() };
    }
    await agents.pause(directors[0]);
    const [director] = await Promise.all([lateOne(agents, directors, before), change()]);
    const over =
      director === undefined ? agents.resume() : delay(forMs).then(() => agents.resume());
    return { director, over };
  } catch (error) {
    await agents.resume();
    throw error;
  }
}

/** Agents of directors that stand still. */
class Agents {
  readonly lab: string;
  readonly #still = new Set<string>();

  constructor(lab: string) {
    this.lab = lab;
  }

  async pause(host: string): Promise<void> {
    this.#still.add(host);
    await pauseAgent(this.lab, host);
  }

  /** This one stands still from now on, and then all others go on. */
  async pauseInstead(host: string): Promise<void> {
    const others = [...this.#still];
    await this.pause(host);
    await this.#resume(others);
  }

  /** All go on. */
  resume(): Promise<void> {
    return this.#resume([...this.#still]);
  }

  async #resume(hosts: readonly string[]): Promise<void> {
    for (const host of hosts) this.#still.delete(host);
    await Promise.all(hosts.map((host) => resumeAgent(this.lab, host)));
  }
}

/** Who alone has not flipped. `before`: the table's step before the change; the first one's agent stands still already. */
async function lateOne(
  agents: Agents,
  [first, second]: LateFlip['directors'],
  before: number,
): Promise<string | undefined> {
  const { lab } = agents;
  const next = await until(lab, (now) => kindOf(now, before + 1));
  if (next === 'flip') return haveFlipped(lab, first, before + 1);
  if (next !== 'arm' || !(await until(lab, (now) => hasAcked(now, second, before + 1)))) return;
  // The arm waits for the first one's ack still: no flip can be on its way to the second one.
  await agents.pauseInstead(second);
  if ((await until(lab, (now) => kindOf(now, before + 2))) !== 'flip') return;
  return haveFlipped(lab, second, before + 2);
}

/** Waits for the acks of all others that have leave to receive. */
function haveFlipped(lab: string, late: string, step: number): Promise<string | undefined> {
  return until(lab, (now) => (allHave(now, step, late) ? late : undefined));
}

/** Acked by all that have leave to receive, but for one. */
function allHave(now: Snapshot, step: number, late?: string): boolean {
  const others = Object.keys(now.feed.receiving).filter((director) => director !== late);
  return others.every((director) => hasAcked(now, director, step));
}

/** Asks until something comes of it; undefined: not in time. */
async function until<T>(lab: string, find: (now: Snapshot) => T | undefined) {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const found = find(await seen(lab));
    if (found !== undefined) return found;
  }
  return undefined;
}

const stepOf = ({ feed }: Snapshot): number => feed.tables[group]?.step ?? 0;

/** Of a step that the conductor has made; undefined: it is still to come. */
function kindOf({ events }: Snapshot, step: number): string | undefined {
  const kinds = events.flatMap(({ kind, subject, text }) => {
    const made = kind === 'table' && subject === group ? /: (\w+) \(step (\d+)\)/.exec(text) : null;
    return made !== null && Number(made[2]) === step ? [made[1]] : [];
  });
  return kinds[0];
}

function hasAcked({ reports }: Snapshot, director: string, step: number): true | undefined {
  return (reports[director]?.steps[group]?.step ?? 0) >= step ? true : undefined;
}

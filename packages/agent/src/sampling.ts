/** Samples of all roles of a node, joined into one. */
import {
  type Host,
  type RoleName,
  type RoleStates,
  ratesBetween,
  type Sample,
} from '@tricade/cluster';
import type { AgentDrivers } from './steering.ts';

export interface Sampled {
  readonly sample: Sample;
  /** Roles whose driver could not be asked; their fields are left out rather than stale. */
  readonly failed: readonly RoleName[];
}

/** The neighbour table is read with every third sample only: MACs that are waited for come as news, and failures may be some seconds old. */
const baseEvery = 3;
/** Rates are told over at least so long: what comes in within milliseconds is none. Samples that follow one another faster tell the same rates. */
const leastSpanMs = 1_000;

export class Sampler {
  readonly #host: Host;
  readonly #drivers: AgentDrivers;
  readonly #states: RoleStates;
  #round = 0;
  #base: Partial<Sample> = {};
  #last: { readonly sample: Sample; readonly monoMs: number } | undefined;
  #rates: Sample['rates'];

  constructor(host: Host, drivers: AgentDrivers, states: RoleStates) {
    this.#host = host;
    this.#drivers = drivers;
    this.#states = states;
  }

  /** Asks every driver at once. `atMs` is when the asking began: everything in it was read later, but for the neighbours. */
  async sample(atMs: number, monoMs: number = performance.now()): Promise<Sampled> {
    const failed: RoleName[] = [];
    const readsBase = this.#round++ % baseEvery === 0;
    const roles = (Object.keys(this.#drivers) as RoleName[]).filter((role) =>
      role === 'base' ? readsBase : this.#states[role] !== undefined,
    );
    const samples = await Promise.all(
      roles.map(async (role): Promise<Partial<Sample>> => {
        try {
          const found = await this.#drivers[role]?.sample(this.#host, this.#states[role]);
          if (role === 'base') this.#base = found ?? {};
          return role === 'base' ? {} : (found ?? {});
        } catch {
          failed.push(role);
          if (role === 'base') this.#base = {};
          return {};
        }
      }),
    );
    return {
      sample: this.#withRates([this.#base, ...samples].reduce<Sample>(joined, { atMs }), monoMs),
      failed,
    };
  }

  /** How fast the sums grew. */
  #withRates(sample: Sample, monoMs: number): Sample {
    const last = this.#last;
    if (sample.traffic === undefined) return sample;
    if (last === undefined || monoMs - last.monoMs >= leastSpanMs) {
      this.#last = { sample, monoMs };
      this.#rates = last && ratesBetween(last.sample, sample, monoMs - last.monoMs);
    }
    return this.#rates === undefined ? sample : { ...sample, rates: this.#rates };
  }
}

/** Fields of two samples; records that both have are merged. */
function joined(one: Sample, other: Partial<Sample>): Sample {
  const both: Record<string, unknown> = { ...one };
  for (const [field, value] of Object.entries(other)) {
    if (field === 'atMs' || value === undefined) continue;
    const has = both[field];
    const records = isRecord(has) && isRecord(value);
    both[field] = records ? { ...has, ...value } : larger(has, value);
  }
  return both as unknown as Sample;
}

/** Two counts of the same thing: a node is empty where nobody sees anything. */
function larger(one: unknown, other: unknown): unknown {
  return typeof one === 'number' && typeof other === 'number' ? Math.max(one, other) : other;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

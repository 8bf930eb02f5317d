/** Samples of all roles of a node, joined into one. */
import type { Host, RoleName, RoleStates, Sample } from '@tricade/cluster';
import type { AgentDrivers } from './steering.ts';

export interface Sampled {
  readonly sample: Sample;
  /** Roles whose driver could not be asked; their fields are left out rather than stale. */
  readonly failed: readonly RoleName[];
}

/** Asks every driver at once. `atMs` is when the asking began: everything in it was read later. */
export async function sampleAll(
  host: Host,
  drivers: AgentDrivers,
  options: { readonly states: RoleStates; readonly nowMs: number },
): Promise<Sampled> {
  const { states, nowMs } = options;
  const roles = (Object.keys(drivers) as RoleName[]).filter(
    (role) => role === 'base' || states[role] !== undefined,
  );
  const failed: RoleName[] = [];
  const samples = await Promise.all(
    roles.map(async (role): Promise<Partial<Sample>> => {
      try {
        return (await drivers[role]?.sample(host, states[role])) ?? {};
      } catch {
        failed.push(role);
        return {};
      }
    }),
  );
  return { sample: samples.reduce<Sample>(joined, { atMs: nowMs }), failed };
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

/** Numbers what is to be installed: under the change lock, from what all nodes hold. Pure. */
import { createHash } from 'node:crypto';
import type { Cluster, Found, Generation, Inventory } from '@tricade/cluster';
import { TricadeError, tableMembers, tablesAtBirth } from '@tricade/cluster';

export interface GenerationInput {
  readonly cluster: Cluster;
  /** Canonical text of the intent (`intentDigestText`): equal texts, equal intents. */
  readonly intentText: string;
  readonly inventory: Inventory;
  /** So many random bytes; asked only when a cluster is born. */
  readonly random: (bytes: number) => Uint8Array;
}

/** Highest id of a member: 15 bits of a row's word. */
const highestId = 32_767;

/**
 * The same number as the highest seen where the intent is the same, else the next one. Ids of all generations seen are kept, members without one get
 * the next free; the key of the flow hash and the sizes of tables are kept, or made. Two contents under the highest number (a rollout broke off, another began elsewhere) take a
 * new one. Throws TRI-R003 when ids run out.
 */
export function nextGeneration(input: GenerationInput): Generation {
  const digest = createHash('sha256').update(input.intentText).digest('hex');
  const seen = Object.values(input.inventory).flatMap((found) => generationOf(found) ?? []);
  const highest = seen.reduce((most, { number }) => Math.max(most, number), 0);
  const last = seen.filter(({ number }) => number === highest);
  const same = last.length > 0 && last.every((generation) => generation.digest === digest);
  return {
    number: same ? highest : highest + 1,
    digest,
    ids: idsOf(input.cluster, seen),
    hashKey: last[0]?.hashKey ?? Buffer.from(input.random(16)).toString('hex'),
    tableRows: tableRowsOf(input.cluster, seen),
  };
}

function generationOf(found: Found): Generation | undefined {
  return 'unreachable' in found ? undefined : found.generation;
}

/** Rows of tables as they were born; the highest generation speaks last. Tables that are gone are kept: one of the same name is the same again. */
function tableRowsOf(cluster: Cluster, seen: readonly Generation[]): Record<string, number> {
  const ordered = [...seen].sort((a, b) => a.number - b.number);
  const born = ordered.map(({ tableRows }) => tableRows ?? {});
  return Object.assign({}, tablesAtBirth(cluster), ...born) as Record<string, number>;
}

function idsOf(cluster: Cluster, seen: readonly Generation[]): Record<string, number> {
  const ids: Record<string, number> = {};
  // The highest generation speaks last: its ids are the ones that tables list.
  for (const generation of [...seen].sort((a, b) => a.number - b.number)) {
    Object.assign(ids, generation.ids);
  }
  let last = seen
    .flatMap((generation) => Object.values(generation.ids))
    .reduce((a, b) => Math.max(a, b), 0);
  for (const member of tableMembers(cluster)) {
    if (ids[member] !== undefined) continue;
    last += 1;
    ids[member] = last;
  }
  if (last <= highestId) return ids;
  throw new TricadeError('TRI-R003', `${cluster.name} needs the id ${last}`, {
    hint: `ids end at ${highestId}`,
  });
}

import type { Cluster } from '../model/intent.ts';

/**
 * The intent as canonical JSON: keys sorted by code unit, no spaces (as RFC 8785 for the values that occur), without the lines of the file that
 * services come from. Equal texts mean equal intents; the generation's digest is the SHA-256 of it.
 */
export function intentDigestText(cluster: Cluster): string {
  const services = cluster.services.map(({ source: _, ...service }) => service);
  return canonical({ ...cluster, services });
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

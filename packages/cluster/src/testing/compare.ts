import type { Version } from '../model/live.ts';

/** What differs between two records, as sentences. */
export function same(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  when: string,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key} differs ${when}`);
}

export function versionOf(revision: number): Version {
  return { generation: 1, epoch: 1, revision };
}

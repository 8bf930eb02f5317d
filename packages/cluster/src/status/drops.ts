/** What directors drop, in words. */
import type { Name } from '../model/intent.ts';
import type { NodeReport, Sample } from '../model/seen.ts';

/** `120 denied, 3 limited`, the most first; empty where nothing was dropped. */
export function dropsText(drops: Sample['drops']): string {
  return Object.entries(drops ?? {})
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

/** A note for each director that dropped anything since its data plane was set up. */
export function dropNotes(reports: Readonly<Record<Name, NodeReport>>): readonly string[] {
  return Object.values(reports).flatMap(({ node, sample }) => {
    const text = dropsText(sample.drops);
    return text === '' ? [] : [`${node} dropped packets: ${text}`];
  });
}

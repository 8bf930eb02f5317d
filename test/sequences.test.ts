/** Random sequences of test/faults: what a seed may choose. */
import { expect, test } from 'vitest';
import { type Deed, sequenceOf, undoing } from './faults/sequence.ts';

const seeds = Array.from({ length: 500 }, (_, at) => at + 1);
const tiers = { l: ['l4a', 'l4b', 'l4c'], p: ['p1', 'p2', 'p3'], w: ['w1', 'w2', 'w3'] } as const;

/** Nodes that are drained or off after each deed. */
function awayAfter(deeds: readonly Deed[]): readonly ReadonlySet<string>[] {
  const away = new Set<string>();
  return deeds.map(({ kind, of }) => {
    if (kind === 'drain' || kind === 'off') away.add(of);
    if (kind === 'undrain' || kind === 'on') away.delete(of);
    return new Set(away);
  });
}

const deedsOf = (seed: number): readonly Deed[] => sequenceOf(seed).map(({ deed }) => deed);

test('a seed always means the same sequence, and another seed another one', () => {
  expect(sequenceOf(7)).toEqual(sequenceOf(7));
  expect(new Set(seeds.map((seed) => JSON.stringify(sequenceOf(seed)))).size).toBe(seeds.length);
});

test('each has a drain of a proxy, a late agent and a rehash in it', () => {
  for (const seed of seeds) {
    const deeds = deedsOf(seed);
    expect(deeds.some(({ kind, of }) => kind === 'drain' && of.startsWith('p'))).toBe(true);
    expect(deeds.some(({ kind }) => kind === 'skew')).toBe(true);
    expect(deeds.some(({ kind }) => kind === 'rehash')).toBe(true);
  }
});

test('one machine of each tier is in service at any time', () => {
  for (const seed of seeds)
    for (const away of awayAfter(deedsOf(seed)))
      for (const tier of Object.values(tiers))
        expect(
          tier.some((node) => !away.has(node)),
          `seed ${seed}`,
        ).toBe(true);
});

test('the idle router alone is cut off', () => {
  for (const seed of seeds) {
    let upstream = 'r1';
    for (const { kind, of } of deedsOf(seed)) {
      if (kind === 'cut') expect(of, `seed ${seed}`).not.toBe(upstream);
      if (kind === 'upstream') upstream = of;
    }
  }
});

test('what undoes a sequence leaves nobody away', () => {
  for (const seed of seeds) {
    const undo = undoing(sequenceOf(seed));
    expect([...(awayAfter([...deedsOf(seed), ...undo]).at(-1) ?? [])]).toEqual([]);
    for (const { kind, of } of undo)
      if (kind === 'undrain' || kind === 'on')
        expect(deedsOf(seed)).toContainEqual({ kind: kind === 'on' ? 'off' : 'drain', of });
  }
});

test('every kind of change comes up', () => {
  const kinds = new Set(seeds.flatMap((seed) => deedsOf(seed).map(({ kind }) => kind)));
  for (const kind of ['drain', 'undrain', 'off', 'on', 'skew', 'cut', 'upstream', 'rehash', 'add'])
    expect(kinds).toContain(kind);
});

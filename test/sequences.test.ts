/** Random sequences of test/faults: what a seed may choose. */
import { expect, test } from 'vitest';
import { type Deed, sequenceOf, undoing } from './faults/sequence.ts';

const seeds = Array.from({ length: 500 }, (_, at) => at + 1);
const tiers = { l: ['l4a', 'l4b', 'l4c'], p: ['p1', 'p2', 'p3'], w: ['w1', 'w2', 'w3'] } as const;

/** What it does to whom. */
function doneBy(deed: Deed): { readonly kind: string; readonly of: string } {
  return deed.kind === 'late flip' ? { kind: deed.verb, of: deed.proxy } : deed;
}

/** Nodes that are drained or off after each deed. */
function awayAfter(deeds: readonly Deed[]): readonly ReadonlySet<string>[] {
  const away = new Set<string>();
  return deeds.map(doneBy).map(({ kind, of }) => {
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

test('each begins with a drain of a proxy that one director is late with, and a rehash', () => {
  for (const seed of seeds)
    expect(deedsOf(seed)).toMatchObject([
      { kind: 'late flip', verb: 'drain', proxy: expect.stringMatching(/^p/) },
      { kind: 'rehash' },
      ...Array(6).fill({}),
    ]);
});

test('two directors in service are there to be late', () => {
  for (const seed of seeds) {
    const away = awayAfter(deedsOf(seed));
    for (const [at, deed] of deedsOf(seed).entries()) {
      if (deed.kind !== 'late flip') continue;
      expect(deed.of).not.toBe(deed.or);
      for (const each of [deed.of, deed.or])
        expect(away[at - 1]?.has(each) ?? false, `seed ${seed}`).toBe(false);
    }
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
        expect(deedsOf(seed).map(doneBy)).toContainEqual(
          expect.objectContaining({ kind: kind === 'on' ? 'off' : 'drain', of }),
        );
  }
});

test('every kind of change comes up', () => {
  const kinds = new Set(seeds.flatMap((seed) => deedsOf(seed).map(({ kind }) => kind)));
  const all = 'drain undrain off on skew cut upstream rehash add'.split(' ');
  for (const kind of [...all, 'late flip']) expect(kinds).toContain(kind);
});

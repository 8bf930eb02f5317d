import { expect, test } from 'vitest';
import { dropsIn } from './drops.ts';

/** As `nft -j list counters` writes a table's. */
const listed = (counters: Readonly<Record<string, number>>) =>
  JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      ...Object.entries(counters).map(([name, packets]) => ({
        counter: {
          family: 'inet',
          name,
          table: 'tricade',
          handle: 1,
          packets,
          bytes: 60 * packets,
        },
      })),
    ],
  });

test.for([
  ['a table that is not there', '', {}],
  ['nothing', listed({ denied: 0, limited: 0 }), {}],
  ['a guard', listed({ denied: 6, limited: 2 }), { denied: 6, limited: 2 }],
  [
    'both tables',
    `${listed({ no_real: 1, unserved: 2, fragments: 3 })}\n${listed({ nat_no_real: 4, nat_unserved: 5, nat_stray: 6 })}`,
    { 'no-real': 5, 'no-port': 7, 'fragment-lost': 3, stray: 6 },
  ],
  ['counters of others', listed({ ours: 7 }), {}],
] as const)('%s', ([, text, want]) => expect(dropsIn(text)).toEqual(want));

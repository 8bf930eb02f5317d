import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cycles } from './architecture/cycles.ts';
import {
  arrowFaults,
  cycleFaults,
  libraryFaults,
  oneFileFaults,
  pathFaults,
  purityFaults,
  sizeFaults,
  wiringFaults,
} from './architecture/faults.ts';
import { sourceFile, sourceFiles } from './architecture/source-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = sourceFiles(root);

/** `@tricade/feed/testing` → the file behind it, from the `source` condition of each package's exports. */
function packageEntries(): Map<string, string> {
  const entries = new Map<string, string>();
  for (const manifest of globSync('{packages/*,infra/lab}/package.json', { cwd: root })) {
    const { name, exports } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as {
      name: string;
      exports: Record<string, { source: string }>;
    };
    for (const [entry, { source }] of Object.entries(exports)) {
      entries.set(join(name, entry), join(dirname(manifest), source));
    }
  }
  return entries;
}

describe('the house', () => {
  test('has sources to judge', () => expect(files.length).toBeGreaterThan(20));
  test('packages import what the arrows allow', () => expect(arrowFaults(files)).toEqual([]));
  test('only the wiring names drivers', () => expect(wiringFaults(files)).toEqual([]));
  test('packages import each other by name', () => expect(pathFaults(files)).toEqual([]));
  test('no import cycle', () => expect(cycleFaults(files, packageEntries())).toEqual([]));
  test('each library has one room', () => expect(libraryFaults(files)).toEqual([]));
  test('the model and every decision are pure', () => expect(purityFaults(files)).toEqual([]));
  test('the program fits into one file', () => expect(oneFileFaults(files)).toEqual([]));
  test('files stay small', () => expect(sizeFaults(files)).toEqual([]));
});

/** A file with a fault for each rule, so that a rule that sees nothing shows. */
const faulty = [
  [
    'a tier imports another',
    arrowFaults,
    'packages/l4-tier/src/a.ts',
    `import { x } from '@tricade/host';`,
  ],
  [
    'a type import counts',
    arrowFaults,
    'packages/feed/src/a.ts',
    `import type { X } from '@tricade/probe';`,
  ],
  [
    'an import type counts',
    arrowFaults,
    'packages/feed/src/a.ts',
    `export type Y = import('@tricade/probe').X;`,
  ],
  [
    'a re-export counts',
    arrowFaults,
    'packages/monitor/src/a.ts',
    `export * from '@tricade/agent';`,
  ],
  [
    'an import() counts',
    arrowFaults,
    'packages/rollout/src/a.ts',
    `await import('@tricade/l7-tier');`,
  ],
  ['an unknown package', arrowFaults, 'packages/extra/src/a.ts', ''],
  [
    'a command names a driver',
    wiringFaults,
    'packages/cli/src/commands/a.ts',
    `await import('@tricade/l4-tier');`,
  ],
  [
    'the wiring loads at once',
    wiringFaults,
    'packages/cli/src/wire.ts',
    `import { x } from '@tricade/l4-tier';`,
  ],
  [
    'out of the package by path',
    pathFaults,
    'packages/agent/src/a.ts',
    `import { x } from '../../feed/src/b.ts';`,
  ],
  [
    'its own package by name',
    pathFaults,
    'packages/feed/src/a.ts',
    `import { x } from '@tricade/feed/testing';`,
  ],
  [
    'a file that is not there',
    pathFaults,
    'packages/feed/src/a.ts',
    `import { x } from './gone.ts';`,
  ],
  [
    'a library in another room',
    libraryFaults,
    'packages/feed/src/a.ts',
    `import { Redis } from 'ioredis';`,
  ],
  [
    'a library nobody listed',
    libraryFaults,
    'packages/feed/src/a.ts',
    `import x from '@some/thing/deep';`,
  ],
  [
    'a test library in a source',
    libraryFaults,
    'packages/feed/src/a.ts',
    `import { test } from 'vitest';`,
  ],
  [
    'Node in the pure package',
    purityFaults,
    'packages/cluster/src/a.ts',
    `import { createHash } from 'node:crypto';`,
  ],
  [
    'more of node:net than isIP',
    purityFaults,
    'packages/cluster/src/a.ts',
    `import { isIP, connect } from 'node:net';`,
  ],
  ['a clock', purityFaults, 'packages/cluster/src/a.ts', 'export const t = Date.now();'],
  ['a new date', purityFaults, 'packages/cluster/src/a.ts', 'export const t = new Date();'],
  ['dice', purityFaults, 'packages/cluster/src/a.ts', 'export const r = Math.random();'],
  ['waiting', purityFaults, 'packages/cluster/src/a.ts', 'export const f = async () => {};'],
  [
    'a child beside the module',
    oneFileFaults,
    'packages/agent/src/a.ts',
    `fork(new URL('./b.ts', import.meta.url));`,
  ],
  ['a test beyond the limit', sizeFaults, 'packages/feed/src/a.test.ts', '\n'.repeat(501)],
  ['a file beyond the budget', sizeFaults, 'packages/feed/src/a.ts', '\n'.repeat(301)],
] as const;

const fine = [
  [
    'what an arrow allows',
    arrowFaults,
    'packages/agent/src/a.ts',
    `import { x } from '@tricade/feed';`,
  ],
  [
    'the wiring loads when needed',
    wiringFaults,
    'packages/cli/src/wire.ts',
    `await import('@tricade/l4-tier');`,
  ],
  [
    'a library in its room',
    libraryFaults,
    'packages/feed/src/redis/a.ts',
    `import { Redis } from 'ioredis';`,
  ],
  [
    'a test library in a test',
    libraryFaults,
    'packages/feed/src/a.test.ts',
    `import { test } from 'vitest';`,
  ],
  ['isIP', purityFaults, 'packages/cluster/src/a.ts', `import { isIP } from 'node:net';`],
  ['a given date', purityFaults, 'packages/cluster/src/a.ts', 'export const t = new Date(0);'],
  [
    'a test of the pure package',
    purityFaults,
    'packages/cluster/src/a.test.ts',
    `import 'node:fs';`,
  ],
  [
    'an import in a string or comment',
    arrowFaults,
    'packages/feed/src/a.ts',
    `// import '@tricade/cli'\nexport const s = "import '@tricade/cli'";`,
  ],
  ['a test beyond the budget', sizeFaults, 'packages/feed/src/a.test.ts', '\n'.repeat(500)],
  ['a file that is generated', sizeFaults, 'packages/feed/src/generated/a.ts', '\n'.repeat(500)],
  ['a file within the budget', sizeFaults, 'packages/feed/src/a.ts', '\n'.repeat(300)],
] as const;

describe('each rule finds its fault', () => {
  test.for(faulty)('%s', ([, rule, path, text]) => {
    expect(rule([sourceFile(path, text)], {})).toHaveLength(1);
  });
  test.for(fine)('none: %s', ([, rule, path, text]) => {
    expect(rule([sourceFile(path, text)], {})).toEqual([]);
  });

  test('a cycle through a type import and a package name', () => {
    const cyclic = [
      sourceFile('packages/feed/src/index.ts', `export * from './a.ts';`),
      sourceFile('packages/feed/src/a.ts', `import type { X } from '@tricade/feed';`),
      sourceFile('packages/feed/src/b.ts', `import { x } from './a.ts';`),
    ];
    const entries = new Map([['@tricade/feed', 'packages/feed/src/index.ts']]);
    expect(cycleFaults(cyclic, entries)).toEqual([
      'import cycle: packages/feed/src/a.ts ↔ packages/feed/src/index.ts',
    ]);
  });

  test('an exception that nothing needs', () => {
    expect(sizeFaults([], { 'packages/feed/src/a.ts': 'once long' })).toHaveLength(1);
    expect(oneFileFaults([], { 'packages/feed/src/a.ts': 'once looked' })).toHaveLength(1);
  });

  test('a listed file may pass the budget, not the hard limit', () => {
    const path = 'packages/feed/src/a.ts';
    const of = (lines: number) =>
      sizeFaults([sourceFile(path, '\n'.repeat(lines))], { [path]: 'whole' });
    expect(of(500)).toEqual([]);
    expect(of(501)).toHaveLength(1);
  });
});

describe('cycles of a graph', () => {
  const graph = (text: string) =>
    new Map(text.split(' ').map((vertex) => [vertex[0] ?? '', [...vertex.slice(1)]]));
  test.for([
    ['abc b c', []],
    ['ab bc ca', [['a', 'b', 'c']]],
    ['aa b', [['a']]],
    [
      'ab ba cd dc ec',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['abc bd cd da', [['a', 'b', 'c', 'd']]],
  ] as const)('%s', ([text, want]) => expect(cycles(graph(text))).toEqual(want));
});

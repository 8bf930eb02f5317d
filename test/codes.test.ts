import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { CodeTable } from '../packages/cluster/src/error.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Letters that a package's codes begin with, as `CodeTable` documents them. */
const prefixes: Readonly<Record<string, string>> = {
  'packages/cluster': 'CTP',
  'packages/router-config': 'B',
  'packages/l4-tier': 'D',
  'packages/l7-tier': 'H',
  'packages/host': 'S',
  'packages/probe': 'Q',
  'packages/feed': 'F',
  'packages/agent': 'A',
  'packages/monitor': 'M',
  'packages/rollout': 'R',
  'packages/cli': 'U',
  'infra/lab': 'L',
};

const tables = await Promise.all(
  globSync('{packages/*,infra/lab}/src/codes.ts', { cwd: root }).map(async (path) => {
    const { codes } = (await import(join(root, path))) as { codes?: CodeTable };
    return { path, folder: path.replace('/src/codes.ts', ''), codes };
  }),
);

describe('error codes', () => {
  test('every codes.ts exports a table', () => {
    expect(tables.filter(({ codes }) => !codes).map(({ path }) => path)).toEqual([]);
  });

  test('no code is defined twice', () => {
    const all = tables.flatMap(({ codes }) => Object.keys(codes ?? {}));
    expect(all.filter((code, at) => all.indexOf(code) !== at)).toEqual([]);
  });

  test.for(tables)(
    '$path: prefix of its package, and every word filled in',
    ({ folder, codes }) => {
      for (const [code, { title, effect, fix }] of Object.entries(codes ?? {})) {
        expect(code).toMatch(new RegExp(`^TRI-[${prefixes[folder]}]\\d+$`));
        expect(
          [title, effect, fix].every((text) => text.trim().length > 0),
          code,
        ).toBe(true);
      }
    },
  );
});

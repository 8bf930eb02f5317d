/** What `-o json` prints, by the real program, against what docs/reference/commands.md says of it. Commands that need no cluster. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const reference = readFileSync(new URL('../docs/reference/commands.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'tricade-outputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tricade(...argv: readonly string[]): string {
  const ran = spawnSync(process.execPath, ['--conditions=source', program, ...argv], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder },
  });
  return ran.stdout;
}
tricade('init');

/** Keys of a command in the reference; those that are not always there end with `?`. */
function documented(command: string): readonly string[] {
  const part = reference.split(`### tricade ${command} `)[1]?.split('\n### ')[0] ?? '';
  return [...part.matchAll(/^- `([A-Za-z?]+)`: /gm)].map(([, key = '']) => key);
}

const flow = ['--from', '192.0.2.200:40000', '--to', '203.0.113.10:80', '--offline'];
test.for([
  ['validate', ['cluster.yaml']],
  ['config', ['cluster.yaml']],
  ['render', ['cluster.yaml', 'p1']],
  ['modes', []],
  ['trace', ['cluster.yaml', ...flow, '--after', 'drain p1']],
  ['explain', []],
  ['plan', ['cluster.yaml']],
  ['doctor', ['cluster.yaml']],
] as const)('%s', { timeout: 60_000 }, ([command, argv]) => {
  const printed = JSON.parse(tricade(command, ...argv, '-o', 'json')) as object;
  const isMapping = command === 'config' || command === 'explain';
  const value: object = Array.isArray(printed)
    ? printed[0]
    : isMapping
      ? Object.values(printed)[0]
      : printed;
  const told = documented(command);
  const must = told.filter((key) => !key.endsWith('?'));
  expect(told.length).toBeGreaterThan(2);
  expect(Object.keys(value)).toEqual(expect.arrayContaining(must));
  const known = told.map((key) => key.replace('?', ''));
  expect(Object.keys(value).filter((key) => !known.includes(key))).toEqual([]);
});

test('wide is the table with more columns', { timeout: 60_000 }, () => {
  const [table, wide] = ['table', 'wide'].map((format) => tricade('modes', '-o', format));
  expect(table).not.toContain('ALSO CALLED');
  expect(wide).toMatch(/^MODE +LAYER +DRIVERS +WHAT IT IS +NEEDS +ALSO CALLED$/m);
});

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { buildProgram, runtimeFile } from '../infra/packaging/bundle.ts';
import { withoutSymbols } from '../infra/packaging/without-symbols.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tricade-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that uses what a bundle finds hard, built and run where there is no node_modules. */
function program(name: string, text: string) {
  const entry = join(folder, `${name}.ts`);
  writeFileSync(entry, text);
  return { entry, output: join(folder, `${name}.mjs`) };
}
const run = (path: string, node = process.execPath) =>
  execFileSync(node, [path], { cwd: '/', encoding: 'utf8', env: { TMPDIR: folder } });

const libraries = (name: string, owner: string) =>
  JSON.stringify(join(root, 'packages', owner, 'node_modules', name));

describe('the program as one file', () => {
  test('CommonJS and lazy imports work', async () => {
    const { path } = await buildProgram(
      program(
        'hard',
        `const ssh2 = await import(${libraries('ssh2', 'host')});
         const { default: express } = await import(${libraries('express', 'monitor')});
         console.log(typeof ssh2.Client, typeof express());`,
      ),
    );
    expect(run(path)).toBe('function function\n');
  });

  test('the process that follows the links is inside, with its addon, and small', async ({
    annotate,
    expect,
  }) => {
    const module = (path: string) => JSON.stringify(join(root, 'packages', path));
    const { path } = await buildProgram(
      program(
        'links',
        `import { readFileSync } from 'node:fs';
         import { followChild } from ${module('agent/src/links/child.ts')};
         import { linksProgram } from ${module('cli/src/links-program.ts')};
         const pids = () => readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim();
         const end = followChild({
           program: linksProgram(),
           log: (line) => console.error(line),
           tell: (news) => {
             console.log(JSON.stringify({ news, memory: readFileSync('/proc/' + pids() + '/smaps_rollup', 'utf8') }));
             end();
           },
         });`,
      ),
    );
    const [line = ''] = run(path, runtimeFile().path).split('\n');
    const { news, memory } = JSON.parse(line) as { news: unknown; memory: string };
    expect(news).toHaveProperty('table');
    const own = Number(/^Private_Dirty: +(\d+) kB$/m.exec(memory)?.[1]);
    await annotate(`memory of its own: ${own} kB`);
    expect(own).toBeLessThan(20_000);
  });

  test('built again only after a change', async () => {
    const options = program('again', 'console.log(1);');
    const first = await buildProgram(options);
    const text = readFileSync(first.path);
    expect(text.length).toBe(first.bytes);
    writeFileSync(
      `${first.path}.json`,
      readFileSync(`${first.path}.json`, 'utf8').replace('"bytes":', '"bytes":9'),
    );
    expect((await buildProgram(options)).bytes, 'taken from the record').not.toBe(first.bytes);
    writeFileSync(options.entry, 'console.log(2);');
    const second = await buildProgram(options);
    expect([second.sha256 === first.sha256, run(second.path)]).toEqual([false, '2\n']);
    rmSync(second.path);
    expect(await buildProgram(options)).toEqual(second);
  });

  test('sources that do not build: esbuild says why, the last program stays', async () => {
    const options = program('broken', 'console.log(1);');
    const good = await buildProgram(options);
    writeFileSync(options.entry, 'console.log(;');
    await expect(buildProgram(options)).rejects.toThrow(/Unexpected ";"/);
    expect(run(good.path)).toBe('1\n');
  });
});

test('the command line is one file', { timeout: 30_000 }, async () => {
  const { path } = await buildProgram({ output: join(folder, 'tricade.mjs') });
  expect(
    execFileSync(process.execPath, [path, '--help'], { cwd: '/', encoding: 'utf8' }),
  ).toContain('tricade');
  const bytes = readFileSync(path);
  expect(
    bytes.findIndex((byte) => byte > 127),
    'one character beyond ASCII, and the runtime keeps the whole text in twice the memory',
  ).toBe(-1);
});

test('the runtime is the Node of the lock file, without what only debuggers read', () => {
  const { path, sha256, bytes } = runtimeFile();
  expect(execFileSync(path, ['--version'], { encoding: 'utf8' })).toMatch(/^v26\./);
  expect(sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
  expect(bytes).toBeGreaterThan(50_000_000);
  expect(bytes).toBeLessThan(statSync(process.execPath).size);
  expect(runtimeFile(), 'taken from the record').toEqual({ path, sha256, bytes });
  expect(() => withoutSymbols(Buffer.from('#!/bin/sh\n'))).toThrow(RangeError);
});

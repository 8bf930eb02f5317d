/** BPF objects as hosts get them: their digest names what runs, so it must not tell who built them where. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileObject } from '../infra/packaging/bpf-objects.ts';
import { root } from '../infra/packaging/built-file.ts';

const sources = 'packages/l4-tier/bpf';

let elsewhere = '';
beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'tricade-objects-'));
  await cp(join(root, sources), join(elsewhere, sources), { recursive: true });
});
afterAll(() => rm(elsewhere, { recursive: true }));

test.for(['director.bpf.c', 'proxy.bpf.c'])('%s is the same from any checkout', async (source) => {
  const made = [root, elsewhere].map(async (checkout, at) => {
    const output = join(elsewhere, `${source}.${at}.o`);
    await compileObject(checkout, source, output);
    return readFile(output);
  });
  const [here, there] = await Promise.all(made);
  expect(here?.equals(there ?? Buffer.alloc(0))).toBe(true);
  expect(here?.includes(root.replace(/\/$/, ''))).toBe(false);
});

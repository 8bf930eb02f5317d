import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packedBlobs } from './blobs.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blobs-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.for([
  ['one byte', 1],
  ['one member to the byte', 4 << 20],
  ['more members than are made at once', (21 << 20) + 7],
] as const)('packed and unpacked it is the same: %s', async ([, bytes]) => {
  const content = randomBytes(bytes);
  await writeFile(join(folder, `${bytes}`), content);
  const store = packedBlobs((name) => join(folder, name), join(folder, 'cache'));
  const { bytes: packed, stream } = await store.open(`${bytes}`);
  const all = await buffer(stream());
  expect(all.length).toBe(packed);
  expect(gunzipSync(all).equals(content)).toBe(true);
});

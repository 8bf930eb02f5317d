import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localHost } from './local-host.ts';

test('gives a file to its owner, by name and by number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tricade-owner-'));
  const host = localHost();
  const path = join(folder, 'file');
  for (const [owner, uid, gid] of [
    ['nobody:nogroup', 65534, 65534],
    ['0:0', 0, 0],
    ['daemon', 1, 1],
  ] as const) {
    await host.write([{ path, content: 'x', mode: 0o640, owner }]);
    const now = statSync(path);
    expect([now.uid, now.gid, now.mode & 0o7777]).toEqual([uid, gid, 0o640]);
  }
  rmSync(folder, { recursive: true });
});

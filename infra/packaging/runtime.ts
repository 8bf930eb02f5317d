/** The runtime that hosts get beside the program: the Node binary that this project's lock file names. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackagedFile } from './packaged-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = join(root, 'node_modules/node/bin/node');
const record = join(root, 'dist/runtime.json');

/** Debian packages whose libraries the runtime is linked against and that a minimal Debian lacks. */
export const runtimePackages: readonly string[] = ['libatomic1', 'libstdc++6'];

/**
 * The Node binary (150 MB; packed by `gzip -6` 49 MB, which takes 5.5 s here and 0.8 s on the host). Hashing it takes 0.4 s, so the
 * digest is kept in `dist/` for as long as size, time of change and inode of the file stay. Throws where Node is not installed.
 */
export function runtimeFile(): PackagedFile {
  const { size, mtimeMs, ino } = statSync(binary);
  const identity = `${size} ${mtimeMs} ${ino}`;
  const known = recorded();
  if (known?.identity === identity) return { path: binary, sha256: known.sha256, bytes: size };
  const sha256 = createHash('sha256').update(readFileSync(binary)).digest('hex');
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(`${record}.${process.pid}`, JSON.stringify({ identity, sha256 }));
  renameSync(`${record}.${process.pid}`, record);
  return { path: binary, sha256, bytes: size };
}

function recorded(): { identity: string; sha256: string } | undefined {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    return undefined;
  }
}

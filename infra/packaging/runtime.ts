/** The runtime that hosts get beside the program: the Node binary that this project's lock file names. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackagedFile } from './packaged-file.ts';
import { withoutSymbols } from './without-symbols.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = join(root, 'node_modules/node/bin/node');
const dist = join(root, 'dist');
const record = join(dist, 'runtime.json');

/** Debian packages whose libraries the runtime is linked against and that a minimal Debian lacks. */
export const runtimePackages: readonly string[] = ['libatomic1', 'libstdc++6'];

/** Written beside the runtime: what it was made from (size, time of change, inode) and what it is. */
interface Record extends Omit<PackagedFile, 'path'> {
  readonly identity: string;
}

/**
 * The Node binary without its symbols (116 MB of 150), in `dist/`. Made again once size, time of change or inode of Node's own change. Safe to call from
 * several processes at once. Throws where Node is not installed.
 */
export function runtimeFile(): PackagedFile {
  const { size, mtimeMs, ino } = statSync(binary);
  const identity = `${size} ${mtimeMs} ${ino}`;
  const path = join(dist, 'node');
  const known = recorded(path);
  if (known?.identity === identity) return { path, sha256: known.sha256, bytes: known.bytes };
  const content = withoutSymbols(readFileSync(binary));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const made: Record = { identity, sha256, bytes: content.length };
  mkdirSync(dist, { recursive: true });
  replace(path, content);
  replace(record, JSON.stringify(made));
  return { path, sha256, bytes: made.bytes };
}

/** undefined where there is none, or the file is not the one of the record. */
function recorded(path: string): Record | undefined {
  try {
    const known = JSON.parse(readFileSync(record, 'utf8')) as Record;
    return statSync(path).size === known.bytes ? known : undefined;
  } catch {
    return undefined;
  }
}

function replace(path: string, content: string | Uint8Array): void {
  const next = `${path}.${process.pid}`;
  writeFileSync(next, content, { mode: 0o755 });
  renameSync(next, path);
}

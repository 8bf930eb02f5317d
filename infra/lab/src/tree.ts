/** Folders and files as data, written in one go. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TricadeError } from '@tricade/cluster';

export type TreeEntry =
  /** `opaque`: in an overlay, nothing of the layers below shows through. */
  | {
      readonly kind: 'folder';
      readonly path: string;
      readonly mode: number;
      readonly opaque?: boolean;
    }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly mode: number;
      readonly content: string;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** Writes the entries under a folder, in order; missing parents are made, entries that are there are replaced (folders kept). Throws TRI-L003 where setfattr(1) fails. */
export function writeTree(root: string, entries: readonly TreeEntry[]): void {
  for (const entry of entries) {
    const path = join(root, entry.path);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    if (entry.kind === 'folder') {
      mkdirSync(path, { recursive: true });
      chmodSync(path, entry.mode);
    } else if (entry.kind === 'file') {
      writeFileSync(path, entry.content);
      chmodSync(path, entry.mode);
    } else {
      rmSync(path, { force: true });
      symlinkSync(entry.target, path);
    }
  }
  const opaque = entries.filter((entry) => entry.kind === 'folder' && entry.opaque);
  if (opaque.length > 0)
    makeOpaque(
      root,
      opaque.map(({ path }) => path),
    );
}

/** Node has no call for extended attributes. */
function makeOpaque(root: string, paths: readonly string[]): void {
  const argv = ['-n', 'trusted.overlay.opaque', '-v', 'y', ...paths];
  const { status, stderr, error } = spawnSync('setfattr', argv, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  throw new TricadeError('TRI-L003', `setfattr failed: ${stderr?.trim() || error?.message}`, {
    cause: error,
    hint: 'Install the package attr.',
  });
}

/** Files that are built from sources, and built again only when a source changed. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackagedFile } from './packaged-file.ts';

/** The checkout. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** What a build made, and the files of the checkout (relative paths) that it was made from. */
export interface Built {
  readonly content: Uint8Array;
  readonly inputs: readonly string[];
}

/** Written beside the file: what it was made from. */
interface Record {
  readonly inputs: { readonly [path: string]: string };
  readonly sha256: string;
  readonly bytes: number;
}

export interface BuildRule {
  /** Absolute. */
  readonly path: string;
  readonly make: () => Promise<Built>;
  readonly executable?: boolean;
}

/** The file at `path`, made if it is not there or an input changed. Safe to call from several processes at once; rejects as `make` does. */
export async function builtFile({ path, make, executable }: BuildRule): Promise<PackagedFile> {
  const known = await recordOf(path);
  if (known && (await isCurrent(known, path))) {
    return { path, sha256: known.sha256, bytes: known.bytes };
  }
  const { content, inputs } = await make();
  const record: Record = {
    inputs: await digests(inputs),
    sha256: sha256(content),
    bytes: content.length,
  };
  await mkdir(dirname(path), { recursive: true });
  await replace(path, content, executable ? 0o755 : 0o644);
  await replace(recordPath(path), JSON.stringify(record), 0o644);
  return { path, sha256: record.sha256, bytes: record.bytes };
}

async function isCurrent(record: Record, path: string): Promise<boolean> {
  try {
    const now = await digests(Object.keys(record.inputs));
    const unchanged = Object.entries(record.inputs).every(([file, digest]) => now[file] === digest);
    return unchanged && sha256(await readFile(path)) === record.sha256;
  } catch {
    return false; // a source or the file is gone
  }
}

async function recordOf(path: string): Promise<Record | undefined> {
  try {
    return JSON.parse(await readFile(recordPath(path), 'utf8')) as Record;
  } catch {
    return undefined;
  }
}

const recordPath = (path: string): string => `${path}.json`;

async function digests(files: readonly string[]): Promise<{ [path: string]: string }> {
  const all = files.map(async (file) => [file, sha256(await readFile(join(root, file)))] as const);
  return Object.fromEntries(await Promise.all(all));
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Whoever reads the file meanwhile sees the old or the new content, whole. */
async function replace(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const next = `${path}.${process.pid}`;
  await writeFile(next, content);
  await chmod(next, mode);
  await rename(next, path);
}

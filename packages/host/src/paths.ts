import { TricadeError } from '@tricade/cluster';

/** True for an absolute, normalised path that tools which work line by line can carry: no control characters, no backslash, no quote. */
export function isPlainPath(path: string): boolean {
  if (!/^\/[^\p{Cc}\\'"]*[^/\p{Cc}\\'"]$/u.test(path)) return false;
  return !path
    .split('/')
    .slice(1)
    .some((part) => part === '' || part === '.' || part === '..');
}

/** Throws TRI-S008 for a path that is not plain. */
export function checkPaths(paths: readonly string[], node: string): void {
  const bad = paths.find((path) => !isPlainPath(path));
  if (bad === undefined) return;
  throw new TricadeError('TRI-S008', `${JSON.stringify(bad)} is no plain absolute path`, { node });
}

/** A batch of files as one script and one archive: each file atomic, none touched that is the same already. */
import type { FileWrite } from '@tricade/cluster';
import { quote } from '../shell.ts';
import { tar } from '../tar.ts';

/** Exit status of the script when an owner is unknown, so that it can be told from other faults. */
export const unknownOwnerStatus = 67;

const suffix = '.tricade-put';

/** Script and input that put the files in their places. */
export function putFiles(files: readonly FileWrite[]): { script: string; stdin: Buffer } {
  const entries = files.map(({ path, mode, content }) => ({
    path: besides(path).slice(1),
    mode,
    content: Buffer.from(content as Uint8Array),
  }));
  const puts = files.map(
    ({ path, owner }) => `put ${quote(path)} ${quote(besides(path))} ${quote(owner ?? '')}`,
  );
  const script = `set -eu; export LC_ALL=C; umask 022
cleanup() { rm -f -- ${files.map(({ path }) => quote(besides(path))).join(' ')}; }
trap cleanup EXIT
tar -x -p --no-same-owner -C / -f -
changed=
put() {
  [ -z "$3" ] || chown -h -- "$3" "$2" || exit ${unknownOwnerStatus}
  if [ -f "$1" ] && [ ! -L "$1" ] && cmp -s -- "$1" "$2" &&
    [ "$(stat -c %a:%u:%g -- "$1")" = "$(stat -c %a:%u:%g -- "$2")" ]; then rm -f -- "$2"
  else sync -- "$2"; mv -fT -- "$2" "$1"; sync -- "\${1%/*}/"; fi
}
${puts.join('\n')}
`;
  return { script, stdin: tar(entries) };
}

/** Keeps those whose digest on the host (path → sha256) differs from what is to be there, or is not known. */
export function differing(
  files: readonly FileWrite[],
  there: ReadonlyMap<string, string>,
  digest: (content: string | Uint8Array) => string,
): FileWrite[] {
  return files.filter(({ path, content }) => there.get(path) !== digest(content));
}

function besides(path: string): string {
  const at = path.lastIndexOf('/');
  return `${path.slice(0, at + 1)}.${path.slice(at + 1)}${suffix}`;
}

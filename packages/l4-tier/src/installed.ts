/** The files of a bundle as they lie on a host. */
import { createHash } from 'node:crypto';
import type { Bundle, Content, Host } from '@tricade/cluster';

export interface Installed {
  /** SHA-256 (hex) over paths and contents as they are; '' where a file is absent. */
  readonly digest: string;
  /** A sentence for each file that is not as rendered. */
  readonly notes: readonly string[];
}

/** Reads every file of the bundle; changes nothing. */
export async function installedFiles(host: Host, bundle: Bundle): Promise<Installed> {
  const hash = createHash('sha256');
  const notes: string[] = [];
  let complete = true;
  for (const { path, content } of bundle.files) {
    const bytes = await host.read(path);
    if (bytes === undefined) {
      complete = false;
      notes.push(`${path} is absent`);
      continue;
    }
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
    if (!isAsRendered(content, bytes)) notes.push(`${path} differs`);
  }
  return { digest: complete ? hash.digest('hex') : '', notes };
}

/** A secret cannot be told from here. */
function isAsRendered(content: Content, bytes: Uint8Array): boolean {
  if ('text' in content) return new TextDecoder().decode(bytes) === content.text;
  return (
    'blob' in content && createHash('sha256').update(bytes).digest('hex') === content.blob.sha256
  );
}

/** Puts a bundle onto a namespace node: stage, check with the real program, swap, activate. A unit that runs already is only activated. */
import { readFileSync } from 'node:fs';
import type { Bundle, Host } from '../../packages/cluster/src/index.ts';

const stage = '/run/stage';

/** A node of a test network, or a director of the virtual machine. */
type Node = Pick<Host, 'read' | 'write'> & { must(script: string): Promise<string> };

/** Where the files that travel by digest lie here: SHA-256 → path. */
export type Blobs = ReadonlyMap<string, string>;

/** Rejects where a check or the activation fails; after a failing check the old files are still there. */
export async function install(node: Node, bundle: Bundle, blobs: Blobs = new Map()): Promise<void> {
  const files = bundle.files.map(({ path, mode, content }) => {
    if ('secret' in content) throw new Error(`${path} is a secret`);
    const bytes =
      'text' in content ? content.text : readFileSync(blobs.get(content.blob.sha256) ?? '');
    return { path, mode, content: bytes };
  });
  await node.write(files.map((file) => ({ ...file, path: `${stage}${file.path}` })));
  for (const check of bundle.checks) await node.must(`STAGE=${stage}; ${check}`);
  await node.write(files);
  const sysctls = Object.entries(bundle.sysctls).map(([key, value]) => `'${key}=${value}'`);
  if (sysctls.length > 0) await node.must(`sysctl -qw ${sysctls.join(' ')}`);
  const mark = `/run/active-${bundle.role}`;
  if ((await node.read(mark)) === undefined) {
    for (const unit of bundle.units) await node.must(`systemctl start ${unit}`);
    await node.write([{ path: mark, mode: 0o644, content: 'yes' }]);
  } else {
    for (const command of bundle.activate) await node.must(command);
  }
}

/** Path → SHA-256 of every file that the installer may have written there. */
export async function generationFiles(
  node: Pick<Host, 'run'>,
): Promise<Readonly<Record<string, string>>> {
  const folders = '/etc/tricade /etc/systemd/system /etc/modules-load.d /var/lib/tricade';
  const { stdout } = await node.run(`find ${folders} -type f -exec sha256sum {} + 2>/dev/null`);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

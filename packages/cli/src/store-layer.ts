/** A read-only layer for lab hosts that holds the runtime already, as a host has it after its first rollout. */
import { copyFileSync, existsSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { payload } from './wire.ts';

const root = process.env['TRICADE_LAB_CACHE'] ?? '/var/cache/tricade-lab';

/** Directory laid under every host: `/opt/tricade/store/SHA256` of program and runtime. Made once per content. */
export async function storeLayer(): Promise<string> {
  const layer = join(root, 'layer');
  const store = join(layer, 'opt/tricade/store');
  mkdirSync(store, { recursive: true, mode: 0o755 });
  const files = await payload();
  for (const { sha256 } of [files.runtime]) {
    const [from, to] = [files.pathOf(sha256), join(store, sha256)];
    if (existsSync(to)) continue;
    try {
      linkSync(from, to);
    } catch {
      copyFileSync(from, to);
    }
  }
  return layer;
}

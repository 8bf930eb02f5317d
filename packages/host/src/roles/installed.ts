/** What the drivers of this package have in common: they render files and units, and steer nothing. */
import type { Bundle, Capabilities, Host, Seen } from '@tricade/cluster';
import { bundleDigest } from '../digest.ts';
import { asFound, survey } from '../install/survey.ts';

export const programPath = '/opt/tricade/tricade.mjs';
export const runtimePath = '/opt/tricade/node';
export const nodeConfigPath = '/etc/tricade/agent.json';
export const generationPath = '/etc/tricade/generation.json';

/** No traffic goes through these roles. */
export const carriesNothing: Capabilities = {
  modes: [],
  protocols: [],
  ipv6: true,
  transparentListening: false,
  weights: false,
  drain: false,
  hitlessReload: true,
  resilientEcmp: false,
  tls: false,
};

/** Reads back one role: its digest only while its files are as written and its units run. */
export async function observeInstalled(host: Host, bundle: Bundle): Promise<Seen> {
  const found = asFound(await survey(host, { units: bundle.units }));
  const seen = 'roles' in found ? found.roles[bundle.role] : undefined;
  if (!seen) return { bundleDigest: '', running: false, notes: ['not installed'] };
  const wanted = bundleDigest(bundle);
  const other = seen.bundleDigest !== '' && seen.bundleDigest !== wanted;
  return { ...seen, notes: other ? [...seen.notes, 'another bundle is installed'] : seen.notes };
}

/** How the daemons of this package are run: restarted for ever, half a second apart. */
export function nodeService(command: string): string {
  return `Type=notify
NotifyAccess=all
ExecStart=${runtimePath} ${programPath} ${command}
Restart=always
RestartSec=500ms
WatchdogSec=10
TimeoutStartSec=30
TimeoutStopSec=15
LimitNOFILE=65536
RuntimeDirectory=tricade
RuntimeDirectoryPreserve=yes
Environment=NODE_COMPILE_CACHE=/var/cache/tricade
CacheDirectory=tricade`;
}

/** What the drivers of this package have in common: they render files and units, and steer nothing. */
import type { Bundle, Capabilities, Host, Observed } from '@tricade/cluster';
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

/** Reads back one role: its files are as written and its units run. */
export async function observeInstalled(host: Host, bundle: Bundle): Promise<Observed> {
  const found = asFound(await survey(host, { units: bundle.units }));
  const seen = 'roles' in found ? found.roles[bundle.role] : undefined;
  if (!seen) return { running: false, notes: ['not installed'] };
  const { bundleDigest: installed, running, notes } = seen;
  const other = installed !== '' && installed !== bundleDigest(bundle);
  return { running, notes: other ? [...notes, 'another bundle is installed'] : notes };
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

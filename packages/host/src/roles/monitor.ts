/** The monitor: a daemon of the program that base brings. */
import type { Bundle, Driver, Host, MonitorState, Sample } from '@tricade/cluster';
import { carriesNothing, nodeService, observeInstalled } from './installed.ts';

const unitPath = '/etc/systemd/system/tricade-monitor.service';
/** Secret from which every password of the cluster is derived; on monitors alone. */
export const clusterSecretPath = '/var/lib/tricade/secret/cluster';

/** The monitor's driver. Steers and samples nothing: the monitor reads its state from the feed. */
export const monitor: Driver<MonitorState, undefined> = {
  name: 'tricade',
  role: 'monitor',
  can: carriesNothing,
  render,
  observe: (host, state) => observeInstalled(host, render(state)),
  steer: async () => '',
  liveDigest: () => '',
  sample: async (_host: Host): Promise<Sample> => ({ atMs: Date.now() }),
};

/**
 * By default Linux asks a silent neighbour for 3 s and more, longer than a probe lasts: a probe would only time out and never learn that not
 * even the kernel is there. With these a power-off shows as "no route to host" after about 1.5 s.
 */
const neighbourSysctls: Readonly<Record<string, string>> = {
  base_reachable_time_ms: '100',
  delay_first_probe_time: '0',
  ucast_solicit: '2',
  mcast_solicit: '3',
  retrans_time_ms: '100',
};

/** Set per device: `neigh.default` does not exist in a network namespace. */
function sysctlsOf(devices: readonly string[]): Readonly<Record<string, string>> {
  const entries = devices.flatMap((device) =>
    ['ipv4', 'ipv6'].flatMap((family) =>
      Object.entries(neighbourSysctls).map(
        ([key, value]) => [`net.${family}.neigh.${device}.${key}`, value] as const,
      ),
    ),
  );
  return Object.fromEntries(entries);
}

function render({ node, cluster, devices }: MonitorState): Bundle {
  return {
    role: 'monitor',
    packages: [],
    files: [
      { path: unitPath, mode: 0o644, content: { text: unit(node, cluster) } },
      { path: clusterSecretPath, mode: 0o600, content: { secret: 'derived:cluster' } },
    ],
    sysctls: sysctlsOf(devices),
    checks: [],
    units: ['tricade-monitor.service'],
    activate: ['systemctl restart tricade-monitor.service'],
    hitless: true,
  };
}

function unit(node: string, cluster: string): string {
  return `[Unit]
Description=Tricade monitor of ${cluster} on ${node}
After=network.target tricade-redis.service
StartLimitIntervalSec=0

[Service]
${nodeService('monitor')}
StateDirectory=tricade tricade/monitor

[Install]
WantedBy=multi-user.target
`;
}

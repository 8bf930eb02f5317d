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

function render({ node, cluster }: MonitorState): Bundle {
  return {
    role: 'monitor',
    packages: [],
    files: [
      { path: unitPath, mode: 0o644, content: { text: unit(node, cluster) } },
      { path: clusterSecretPath, mode: 0o600, content: { secret: 'derived:cluster' } },
    ],
    sysctls: {},
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

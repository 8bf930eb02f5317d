/** The privileged helper as it is laid on a host: the same for directors and for proxies, one process a host. */
import { type Artifact, type BpfFiles, type Bundle, TricadeError } from '@tricade/cluster';
import { helperSocket } from './helper-client.ts';

export const helperPath = '/opt/tricade/tricade-bpf';
export const helperUnit = 'tricade-bpf.service';
const configPath = '/etc/tricade/bpf.conf';
const helperUnitFile = `/etc/systemd/system/${helperUnit}`;

/** What the helper is to hold. */
export interface HelperConfig {
  /** Where the object lies on the host. */
  readonly objectPath: string;
  /** Folder of the pins, below a bpffs. */
  readonly pinsPath: string;
  /** Capacity of maps, where it is not the object's own. */
  readonly entries: Readonly<Record<string, number>>;
  readonly attach: readonly { readonly program: string; readonly device: string }[];
  /** Unit that loads the object, and takes it away when it is stopped. `settings`: sysctls of devices that may not be there when others are set at boot. */
  readonly loader: {
    readonly unit: string;
    readonly description: string;
    readonly before: string;
    readonly settings?: string;
  };
}

/** Sends a request from a shell: exits with 1 where it is refused. */
export function sent(request: string): string {
  return `${helperPath} send ${helperSocket} ${request}`;
}

/**
 * It alone may load programs. Its end changes nothing: programs and maps stay pinned, and its next start finds them. CAP_PERFMON lets the verifier
 * take programs that compute with addresses.
 */
const unit = `[Unit]
Description=Tricade BPF helper
After=network.target

[Service]
Type=simple
ExecStart=${helperPath} serve ${configPath} ${helperSocket}
Restart=always
RestartSec=100ms
RuntimeDirectory=tricade
RuntimeDirectoryPreserve=yes
CapabilityBoundingSet=CAP_BPF CAP_NET_ADMIN CAP_PERFMON
NoNewPrivileges=yes
LimitMEMLOCK=infinity
OOMScoreAdjust=-900

[Install]
WantedBy=multi-user.target
`;

/** Loads at boot; a reload swaps under traffic; a stop takes the programs away. */
function loaderUnit({ loader, attach }: HelperConfig): string {
  const quiet = attach.map(
    ({ device }) =>
      `ExecStartPre=/bin/sh -c 'ethtool -K ${device} lro off rx-gro-hw off 2>/dev/null || :'\n`,
  );
  const { settings } = loader;
  const set = settings === undefined ? '' : `ExecStartPre=/bin/sh -c 'sysctl -q -p ${settings} || :'\n`;
  return `[Unit]
Description=${loader.description}
After=${helperUnit}
Wants=${helperUnit}
Before=${loader.before}

[Service]
Type=oneshot
RemainAfterExit=yes
Restart=on-failure
RestartSec=1
${quiet.join('')}${set}ExecStart=${sent('load')}
ExecReload=${sent('load')}
ExecStop=${sent('unload')}

[Install]
WantedBy=multi-user.target
`;
}

function configText({ objectPath, pinsPath, entries, attach }: HelperConfig, sha256: string) {
  return [
    '# Written by Tricade from the cluster file; changes here are lost.',
    `object ${objectPath} ${sha256}`,
    `pins ${pinsPath}`,
    ...Object.entries(entries).map(([map, count]) => `entries ${map} ${count}`),
    ...attach.map(({ program, device }) => `attach ${program} ${device} native`),
    '',
  ].join('\n');
}

/** Files, units and checks that a role with a BPF data plane adds to its bundle. Throws TRI-D06, TRI-D23. */
export function helperParts(
  bpf: BpfFiles | undefined,
  config: HelperConfig,
): Pick<Bundle, 'packages' | 'files' | 'checks' | 'units' | 'activate'> {
  if (bpf === undefined) {
    throw new TricadeError('TRI-D23', 'the files of the BPF data plane are not here');
  }
  for (const { device } of config.attach) {
    if (!/^[\w.:@-]{1,15}$/.test(device))
      throw new TricadeError('TRI-D06', `${JSON.stringify(device)} is no device name`);
  }
  const text = (path: string, content: string): Artifact => {
    return { path, mode: 0o644, content: { text: content } };
  };
  return {
    packages: ['ethtool', ...(config.loader.settings === undefined ? [] : ['procps'])],
    files: [
      { path: helperPath, mode: 0o755, content: { blob: bpf.helper } },
      { path: config.objectPath, mode: 0o644, content: { blob: bpf.object } },
      text(configPath, configText(config, bpf.object.sha256)),
      text(helperUnitFile, unit),
      text(`/etc/systemd/system/${config.loader.unit}`, loaderUnit(config)),
    ],
    // The kernel of the host verifies the staged programs.
    checks: [`"$STAGE${helperPath}" check "$STAGE${configPath}" "$STAGE${config.objectPath}"`],
    units: [helperUnit, config.loader.unit],
    activate: [`systemctl restart ${helperUnit}`, `systemctl reload ${config.loader.unit}`],
  };
}

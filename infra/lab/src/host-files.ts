/** What a lab host's writable layer holds before it boots: a machine of its own, nothing of the machine below showing through. Pure. */
import type { LabHost } from './model.ts';

export interface HostFile {
  /** Relative to the host's root. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Directories of the machine below that the host must not see: its services, its secrets, its logs. */
export const opaqueDirectories: readonly string[] = [
  'etc/systemd/system',
  'etc/ssh',
  'etc/sysctl.d',
  'etc/systemd/system.conf.d',
  'etc/systemd/journald.conf.d',
  'etc/systemd/system-generators',
  'etc/modules-load.d',
  'etc/tmpfiles.d',
  'etc/init.d',
  'etc/profile.d',
  'etc/network',
  'etc/cron.d',
  'etc/tricade',
  'var/lib/tricade',
  'root',
  'home',
  'var/log',
  'var/lib/systemd',
  'var/spool/cron',
];

/** Units that a lab host has no use for: they cost half of its boot. */
const masked: readonly string[] = [
  'dbus.socket',
  'dbus.service',
  'systemd-logind.service',
  'systemd-modules-load.service',
  'systemd-remount-fs.service',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'sys-kernel-config.mount',
  'systemd-repart.service',
  'systemd-binfmt.service',
  'systemd-machine-id-commit.service',
  'systemd-pstore.service',
  'cryptsetup.target',
  'veritysetup.target',
  'integritysetup.target',
  'modprobe@configfs.service',
  'modprobe@dm_mod.service',
  'modprobe@loop.service',
  'modprobe@fuse.service',
  'systemd-update-utmp.service',
  'systemd-update-utmp-runlevel.service',
  'systemd-tmpfiles-clean.timer',
  'systemd-journal-flush.service',
  'systemd-hwdb-update.service',
  'systemd-journal-catalog-update.service',
  'ldconfig.service',
  'systemd-firstboot.service',
  'systemd-sysusers.service',
  'systemd-random-seed.service',
  'systemd-udevd.service',
  'systemd-udev-trigger.service',
  'kmod-static-nodes.service',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'sys-fs-fuse-connections.mount',
  'systemd-ask-password-console.path',
  'systemd-ask-password-wall.path',
  'proc-sys-fs-binfmt_misc.automount',
  'getty.target',
  'systemd-initctl.socket',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'rescue.service',
  'emergency.service',
];

/** Statically wanted units that stay: all others that packages hook in are masked. */
const staticUnits =
  /^(systemd-journald\..*|systemd-journald-dev-log\.socket|systemd-sysctl\.service|systemd-tmpfiles-setup\.service|systemd-tmpfiles-setup-dev\.service)$/;

/** Names to be masked in `etc/systemd/system`; `wanted` are the units that packages of the machine hook in statically. */
export function maskedUnits(wanted: readonly string[]): readonly string[] {
  return [...new Set([...masked, ...wanted.filter((unit) => !staticUnits.test(unit))])];
}

export interface HostIdentity {
  readonly lab: string;
  readonly host: LabHost;
  /** 32 hex digits. */
  readonly machineId: string;
  readonly hostKey: string;
  readonly hostKeyPublic: string;
  readonly authorizedKey: string;
}

/** All files of a host. */
export function hostFiles(identity: HostIdentity): readonly HostFile[] {
  const { host } = identity;
  const file = (path: string, text: string, mode = 0o644): HostFile => ({ path, text, mode });
  return [
    file('etc/systemd/system-preset/00-lab.preset', 'disable *\n'),
    file(
      'etc/systemd/system/lab.target',
      '[Unit]\nDescription=lab host\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\nWants=ssh.service\n',
    ),
    file('etc/systemd/system.conf.d/lab.conf', '[Manager]\nDefaultTimeoutStopSec=5s\n'),
    file(
      'etc/systemd/journald.conf.d/lab.conf',
      '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\nForwardToSyslog=no\nRateLimitIntervalSec=0\n',
    ),
    file('etc/machine-id', `${identity.machineId}\n`, 0o444),
    file('etc/fstab', ''),
    file('etc/environment', ''),
    file('etc/crypttab', ''),
    file('etc/sysctl.conf', ''),
    file(
      'etc/sysctl.d/10-lab.conf',
      'net.ipv4.ip_forward=0\nnet.ipv4.conf.all.rp_filter=0\nnet.ipv4.conf.default.rp_filter=0\nnet.ipv4.conf.all.arp_ignore=0\nnet.ipv4.conf.all.arp_announce=0\n',
    ),
    file('etc/hostname', `${host.name}\n`),
    file('etc/hosts', `127.0.0.1 localhost ${host.name}\n::1 localhost\n`),
    file('etc/ssh/ssh_host_ed25519_key', identity.hostKey, 0o600),
    file('etc/ssh/ssh_host_ed25519_key.pub', identity.hostKeyPublic),
    file('etc/ssh/lab_authorized_keys', identity.authorizedKey),
    file('etc/ssh/sshd_config', sshdConfig),
    ...(host.origin === undefined
      ? []
      : [file('etc/systemd/system/lab-origin.service', originUnit(host.name, host.origin.ports))]),
  ];
}

const sshdConfig = `HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/lab_authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
UseDNS no
PrintMotd no
PrintLastLog no
MaxStartups 100:30:300
MaxSessions 100
AllowStreamLocalForwarding yes
Subsystem sftp internal-sftp
`;

function originUnit(name: string, ports: readonly number[]): string {
  return `[Unit]
Description=origin server of the lab
[Service]
ExecStart=/opt/lab/node /opt/lab/guest/origin.ts ${name} ${ports.join(' ')}
Restart=always
RestartSec=200ms
`;
}

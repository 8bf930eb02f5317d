/**
 * The layer between the machine's own root and each host: makes a fresh Debian of it. What is installed shows (/usr, /etc of packages),
 * what belongs to this machine does not: enabled units, keys, homes, logs, data beside the system.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from './tree.ts';

/** What the layer has to know of the machine. */
export interface MachineRoot {
  /** Real folders directly under `/`. */
  readonly topFolders: readonly string[];
  /** Units that packages hook in by links under /usr/lib/systemd/system. */
  readonly hookedUnits: readonly string[];
}

/** Folders under `/` that make a Debian; every other one is hidden. */
const systemFolders: readonly string[] =
  'bin sbin lib lib32 lib64 libx32 usr etc var dev proc sys run tmp'.split(' ');

/** Empty in every host, whatever the machine has there. */
const hiddenFolders: readonly string[] = [
  ...'etc/systemd/system etc/systemd/system.conf.d etc/systemd/journald.conf.d etc/systemd/system-generators'.split(
    ' ',
  ),
  ...'etc/ssh etc/sysctl.d etc/modules-load.d etc/tmpfiles.d etc/init.d etc/profile.d etc/network etc/cron.d'.split(
    ' ',
  ),
  ...'etc/ssl/private etc/letsencrypt etc/wireguard etc/openvpn etc/sudoers.d etc/apt/auth.conf.d'.split(
    ' ',
  ),
  ...'etc/tricade var/lib/tricade var/log var/lib/systemd var/spool/cron var/tmp var/backups'.split(
    ' ',
  ),
];

/** Would start without being enabled, need what a container lacks, or cost boot time: 0.3–0.6 s a host instead of 1.1 s. */
const maskedUnits: readonly string[] = [
  'dbus.socket dbus.service systemd-logind.service systemd-initctl.socket systemd-user-sessions.service getty.target rescue.service',
  'emergency.service systemd-modules-load.service kmod-static-nodes.service modprobe@configfs.service modprobe@dm_mod.service',
  'modprobe@loop.service modprobe@fuse.service systemd-udevd.service systemd-udev-trigger.service systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount dev-hugepages.mount',
  'dev-mqueue.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount systemd-binfmt.service systemd-repart.service',
  'systemd-remount-fs.service systemd-machine-id-commit.service systemd-pstore.service systemd-random-seed.service',
  'systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-tmpfiles-clean.timer systemd-journal-flush.service',
  'systemd-hwdb-update.service systemd-journal-catalog-update.service ldconfig.service systemd-firstboot.service',
  'systemd-sysusers.service systemd-ask-password-console.path systemd-ask-password-wall.path cryptsetup.target veritysetup.target',
  'integritysetup.target',
].flatMap((line) => line.split(' '));

/** Of the hooked-in units, those that a host needs. */
const wantedUnits: readonly string[] = [
  'systemd-journald.service',
  'systemd-journald.socket',
  'systemd-journald-dev-log.socket',
  'systemd-journald-audit.socket',
  'systemd-sysctl.service',
  'systemd-tmpfiles-setup.service',
  'systemd-tmpfiles-setup-dev.service',
];

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
Subsystem sftp internal-sftp
`;

/** The layer as data. `publicKey`: the line of the client key that every host trusts for root. */
export function baseLayer(machine: MachineRoot, publicKey: string): TreeEntry[] {
  const folder = (path: string, mode = 0o755): TreeEntry => ({
    kind: 'folder',
    path,
    mode,
    opaque: true,
  });
  const file = (path: string, content: string, mode = 0o644): TreeEntry => ({
    kind: 'file',
    path,
    mode,
    content,
  });
  const top = machine.topFolders.filter((name) => !systemFolders.includes(name));
  const foreign = machine.hookedUnits.filter((unit) => !wantedUnits.includes(unit));
  const units = 'etc/systemd/system';
  return [
    ...top.map((path) => folder(path, path === 'root' ? 0o700 : 0o755)),
    ...hiddenFolders.map((path) => folder(path, path === 'var/tmp' ? 0o1777 : 0o755)),
    ...[...new Set([...maskedUnits, ...foreign])].map(
      (unit): TreeEntry => ({ kind: 'link', path: `${units}/${unit}`, target: '/dev/null' }),
    ),
    {
      kind: 'link',
      path: `${units}/default.target`,
      target: '/lib/systemd/system/multi-user.target',
    },
    {
      kind: 'link',
      path: `${units}/multi-user.target.wants/ssh.service`,
      target: '/lib/systemd/system/ssh.service',
    },
    file('etc/systemd/system-preset/00-lab.preset', 'disable *\n'),
    file('etc/systemd/system.conf.d/lab.conf', '[Manager]\nDefaultTimeoutStopSec=5s\n'),
    file(
      'etc/systemd/journald.conf.d/lab.conf',
      '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\nForwardToSyslog=no\nRateLimitIntervalSec=0\n',
    ),
    // Nobody removes /run/nologin where systemd-user-sessions is masked, and PAM would say so at each login.
    { kind: 'link', path: 'etc/tmpfiles.d/systemd-nologin.conf', target: '/dev/null' },
    file('etc/ssh/sshd_config', sshdConfig),
    file('etc/ssh/lab_authorized_keys', `${publicKey}\n`),
    ...['etc/fstab', 'etc/environment', 'etc/crypttab', 'etc/sysctl.conf', 'etc/motd'].map((path) =>
      file(path, ''),
    ),
    file('etc/resolv.conf', '# A lab has no name server.\n'),
    file('opt/lab/package.json', '{ "type": "module" }\n'),
  ];
}

/** Looks at the root of this machine. */
export function machineRoot(root = '/'): MachineRoot {
  const isFolder = (name: string): boolean => lstatSync(join(root, name)).isDirectory();
  const units = join(root, 'usr/lib/systemd/system');
  const targets = 'sysinit basic multi-user sockets timers paths local-fs local-fs-pre swap';
  const hookedUnits = targets
    .split(' ')
    .flatMap((target) => namesIn(join(units, `${target}.target.wants`)));
  const topFolders = [...new Set([...namesIn(root).filter(isFolder), 'root', 'home', 'opt'])];
  return { topFolders, hookedUnits: [...new Set(hookedUnits)] };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

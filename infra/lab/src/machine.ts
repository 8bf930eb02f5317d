/** Is this machine ready to run labs. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import { parseCgroupRoots } from './cgroups.ts';

/** Programs a lab needs, each with the Debian package it comes with. */
const programs: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  ip: 'iproute2',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  mountpoint: 'util-linux',
  setfattr: 'attr',
  ethtool: 'ethtool',
  bash: 'bash',
};

/** What this machine lacks for a lab, one sentence each; empty: ready. */
export function machineFaults(): { fault: string; fix: string }[] {
  const faults: { fault: string; fix: string }[] = [];
  if (process.getuid?.() !== 0) faults.push({ fault: 'not root', fix: 'sudo' });
  for (const [program, name] of Object.entries(programs)) {
    if (!isInstalled(program)) {
      faults.push({ fault: `no ${program}`, fix: `apt-get install ${name}` });
    }
  }
  if (!readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n')) {
    faults.push({ fault: 'no overlay file system', fix: 'modprobe overlay' });
  }
  if (!parseCgroupRoots(readFileSync('/proc/self/mountinfo', 'utf8')).unified) {
    faults.push({
      fault: 'no cgroup v2',
      fix: 'mount -t cgroup2 none /sys/fs/cgroup/unified, or boot with it',
    });
  }
  return faults;
}

/** Throws TRI-L006 with all that is missing. */
export function checkMachine(): void {
  const faults = machineFaults();
  if (faults.length === 0) return;
  const [what, fixes] = [faults.map(({ fault }) => fault), faults.map(({ fix }) => fix)];
  throw new TricadeError('TRI-L006', `this machine cannot run a lab: ${what.join(', ')}`, {
    hint: [...new Set(fixes)].join('; '),
  });
}

/** Administrators' programs are on the path of root's shells, not always on that of a service. */
function isInstalled(program: string): boolean {
  const folders = `${process.env.PATH ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`.split(':');
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

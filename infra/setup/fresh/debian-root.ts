/** An empty Debian with Node and npm from Debian, as a folder to boot. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { machineName } from './machine.ts';
import type { PackageSources } from './package-sources.ts';

export const release = 'bookworm';

/** minbase and an init; Node and npm as Debian ships them; certificates, which npm needs. Nothing that the set-up should bring. */
const packages = ['systemd-sysv', 'nodejs', 'npm', 'ca-certificates'];

/** Where the clone stands on the fresh machine. */
export const checkoutFolder: string = `/srv/${machineName}`;

/** The archive that later runs start from. Remove it to make a new one. */
export const cachedRoot: string = `/var/cache/tricade-fresh/debian-${release}.tar`;

/** Makes the archive unless it is there (about a minute). */
export function makeRootArchive(sources: PackageSources): void {
  if (existsSync(cachedRoot)) return;
  mkdirSync(dirname(cachedRoot), { recursive: true });
  const unfinished = cachedRoot.replace('.tar', `.${process.pid}.tar`);
  execFileSync(
    'mmdebstrap',
    [
      '--quiet',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      release,
      unfinished,
      ...sources.aptLines,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  renameSync(unfinished, cachedRoot);
}

/** Unpacks the archive into `root` and puts a clone of the checkout's HEAD at `checkoutFolder` in it. */
export function layOut(root: string, checkout: string): void {
  mkdirSync(root, { recursive: true });
  execFileSync('tar', ['-C', root, '--xattrs', '-xpf', cachedRoot]);
  const clone = ['clone', '--quiet', '--no-hardlinks', checkout, join(root, checkoutFolder)];
  execFileSync('git', ['-c', 'advice.detachedHead=false', ...clone], { stdio: 'inherit' });
}

/**
 * Points the root's apt and npm at a proxy and at this machine's package sources, and lets it trust the certificates
 * that this machine's administrator added. It is written into the unpacked root alone, never into the archive.
 */
export function configurePackages(root: string, sources: PackageSources, proxy: string): void {
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  write(
    'etc/apt/apt.conf.d/90proxy',
    `Acquire::http::Proxy "${proxy}";\nAcquire::https::Proxy "${proxy}";\n`,
  );
  const added = globSync('/usr/local/share/ca-certificates/**/*.crt');
  if (added.length > 0) {
    execFileSync('cp', [...added, join(root, 'usr/local/share/ca-certificates/')]);
    execFileSync('chroot', [root, 'update-ca-certificates'], { stdio: 'ignore' });
  }
  const npm = {
    registry: sources.npmRegistry,
    proxy,
    'https-proxy': proxy,
    cafile: '/etc/ssl/certs/ca-certificates.crt',
  };
  write(
    'etc/npmrc',
    Object.entries(npm)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  write('etc/hostname', `${basename(root)}\n`);
  write('etc/hosts', '127.0.0.1 localhost\n');
}

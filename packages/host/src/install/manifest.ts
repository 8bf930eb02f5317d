/** What the installer writes down on a host: `/var/lib/tricade/installed.json`, format 1. */
import type { Bundle, Generation, RoleName } from '@tricade/cluster';
import { canonicalJson } from '../digest.ts';

export const stateFolder = '/var/lib/tricade';
export const manifestPath: string = `${stateFolder}/installed.json`;
export const storeFolder = '/opt/tricade/store';

export interface ManifestFile {
  readonly path: string;
  readonly role: RoleName;
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
  /** SHA-256 (hex) of the content; a blob's own digest where `store` is set. */
  readonly sha256: string;
  /** The file is a link to this one in the store. */
  readonly store?: string;
}

interface ManifestRole {
  readonly role: RoleName;
  /** `bundleDigest` of what was installed. */
  readonly digest: string;
  /** Everything of the bundle but its files: enough, with the files kept in `previous`, to install it again. */
  readonly bundle: Omit<Bundle, 'files' | 'role'>;
}

/** 0600: it holds digests of secrets and the hash key. */
export interface Manifest {
  readonly format: 1;
  readonly generation: Generation;
  readonly roles: readonly ManifestRole[];
  readonly files: readonly ManifestFile[];
}

/** Lists beside the manifest, one item a line, for scripts that read no JSON: `installed.paths`, `installed.units`, `installed.sysctls`. */
export const listNames: readonly ['paths', 'units', 'sysctls'] = ['paths', 'units', 'sysctls'];

/** Content of the lists: files, units, and paths of sysctls below /proc/sys. */
export function listsOf({ files, roles }: Manifest): Record<(typeof listNames)[number], string> {
  const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  return {
    paths: lines(files.map(({ path }) => path)),
    units: lines(roles.flatMap(({ bundle }) => bundle.units)),
    sysctls: lines(roles.flatMap(({ bundle }) => Object.keys(bundle.sysctls)).map(sysctlPath)),
  };
}

/** `/proc/sys` path of a sysctl key; a key with slashes takes dots as they are (sysctl.d(5)). */
export function sysctlPath(key: string): string {
  return `/proc/sys/${key.includes('/') ? key : key.replaceAll('.', '/')}`;
}

/** The manifest as text. */
export function manifestText(manifest: Manifest): string {
  return canonicalJson(manifest);
}

/** undefined for what is no manifest of this format. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Manifest;
    return value.format === 1 && Array.isArray(value.files) ? value : undefined;
  } catch {
    return undefined;
  }
}

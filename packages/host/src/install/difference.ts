/** What has to happen on a host: pure, from what is wanted and what was found. */
import type { Bundle, Change, Generation, Reason, RoleName, Wanted } from '@tricade/cluster';
import { reason } from '@tricade/cluster';
import { bundleDigest, sha256 } from '../digest.ts';
import type { WantedFile } from './files.ts';
import { sysctlFilePath } from './files.ts';
import { listNames, listsOf, type Manifest, sysctlPath } from './manifest.ts';
import { foldSpace, isAsWritten, type Survey } from './survey.ts';

export interface FileChange {
  readonly role: RoleName;
  readonly path: string;
  readonly change: Change;
}

export interface Difference {
  readonly files: readonly FileChange[];
  /** Roles whose files or sysctls change, or that an install left unfinished. */
  readonly roles: readonly RoleName[];
  /** Run in this order: scripts of changed roles whose units ran. */
  readonly activate: readonly { readonly role: RoleName; readonly script: string }[];
  readonly enable: readonly string[];
  /** Not active now; base's last, so that the agent finds the rest running. */
  readonly start: readonly string[];
  readonly stop: readonly string[];
  readonly reloadUnits: boolean;
  readonly missingPackages: readonly string[];
  /** Daemons that Debian's packages bring and start by themselves; those of missing packages are masked before these arrive. */
  readonly mask: readonly { readonly unit: string; readonly before: boolean }[];
  /** Files of the store that neither this generation nor the one before needs. */
  readonly garbage: readonly string[];
  /** Roles whose sysctls are not as wanted, with what the kernel must say. */
  readonly sysctls: readonly {
    readonly path: string;
    readonly values: readonly (readonly [string, string])[];
  }[];
  readonly missingBlobs: readonly WantedFile[];
  /** The note of what is installed is the same. */
  readonly recorded: boolean;
}

/** Refuses an older generation, and one of the same number with another content. */
export function refuseGeneration(
  wanted: Generation,
  installed: Generation | undefined,
): Reason | undefined {
  if (!installed || wanted.number > installed.number) return undefined;
  if (wanted.number < installed.number) {
    const text = `generation ${wanted.number} is older than ${installed.number}, which is installed`;
    return reason('older-generation', text);
  }
  if (wanted.digest === installed.digest) return undefined;
  const text = `generation ${wanted.number} is installed already with another content (${installed.digest.slice(0, 12)})`;
  return reason('generation-taken', text);
}

/** Compares. Everything empty and `recorded`: nothing to do. */
export function difference(
  wanted: Wanted,
  files: readonly WantedFile[],
  found: Survey,
): Difference {
  const changed = fileChanges(files, found);
  const sysctls = wanted.bundles.flatMap((bundle) => sysctlChange(bundle, changed, found));
  const touched = new Set<string>([...changed.map(({ role }) => role), ...found.unfinished]);
  for (const bundle of wanted.bundles) {
    if (sysctls.some(({ path }) => path === sysctlFilePath(bundle.role))) touched.add(bundle.role);
  }
  const bundles = baseLast(wanted.bundles);
  const active = (unit: string) => found.units.get(unit) === 'active';
  const roles = bundles.filter(({ role }) => touched.has(role));
  const units = bundles.flatMap((bundle) => bundle.units);
  const before = (found.manifest?.roles ?? []).flatMap(({ bundle }) => bundle.units);
  return {
    files: changed,
    roles: roles.map(({ role }) => role),
    activate: roles
      .filter((bundle) => bundle.units.length === 0 || bundle.units.some(active))
      .flatMap(({ role, activate }) => activate.map((script) => ({ role, script }))),
    enable: units.filter((unit) => !found.enabled.has(unit)),
    start: units.filter((unit) => !active(unit)),
    stop: before.filter((unit) => !units.includes(unit)),
    reloadUnits: changed.some(({ path }) => path.startsWith('/etc/systemd/system/')),
    missingPackages: missingPackages(wanted, found),
    mask: maskings(wanted, found),
    garbage: garbage(files, found),
    sysctls,
    missingBlobs: missingBlobs(files, found),
    recorded: isRecorded(wanted, files, found),
  };
}

/** Nothing to be done? */
export function isNothing(all: Difference): boolean {
  const { files, roles, enable, start, stop, mask, missingPackages: packages, sysctls } = all;
  const lists = [files, roles, enable, start, stop, mask, packages, sysctls, all.missingBlobs];
  return lists.every((list) => list.length === 0) && all.recorded;
}

function baseLast(bundles: readonly Bundle[]): Bundle[] {
  const isBase = ({ role }: Bundle) => role === 'base';
  return [...bundles.filter((bundle) => !isBase(bundle)), ...bundles.filter(isBase)];
}

function fileChanges(
  files: readonly WantedFile[],
  { files: there, manifest }: Survey,
): FileChange[] {
  const kept = new Set(files.map(({ path }) => path));
  const gone = (manifest?.files ?? []).filter(({ path }) => !kept.has(path) && there.has(path));
  const changed = files.filter((file) => !isAsWritten(file, there.get(file.path)));
  return [
    ...changed.map(({ role, path }): FileChange => {
      return { role, path, change: there.has(path) ? 'change' : 'add' };
    }),
    ...gone.map(({ role, path }): FileChange => ({ role, path, change: 'remove' })),
  ];
}

function sysctlChange(
  { role, sysctls }: Bundle,
  changed: readonly FileChange[],
  found: Survey,
): Difference['sysctls'] {
  const values = Object.entries(sysctls).map(([key, value]) => [key, foldSpace(value)] as const);
  const path = sysctlFilePath(role);
  const asWanted = values.every(([key, value]) => found.sysctls.get(sysctlPath(key)) === value);
  const written = !changed.some((change) => change.path === path);
  return values.length === 0 || (asWanted && written) ? [] : [{ path, values }];
}

function missingPackages(wanted: Wanted, { facts }: Survey): string[] {
  const names = [...new Set(wanted.bundles.flatMap(({ packages }) => packages))];
  return names.filter((name) => !facts.packages[name]);
}

/** Units by which Debian 12 would run a second daemon beside ours. */
const distributionUnits: Readonly<Record<string, readonly string[]>> = {
  bird2: ['bird.service'],
  frr: ['frr.service'],
  haproxy: ['haproxy.service'],
  ipvsadm: ['ipvsadm.service'],
  keepalived: ['keepalived.service'],
  nftables: ['nftables.service'],
  nginx: ['nginx.service'],
  'nginx-light': ['nginx.service'],
  'redis-server': ['redis-server.service'],
};

/** Units that the packages of these bundles bring and that no bundle asks for. */
export function foreignUnits({ bundles }: Wanted): string[] {
  const ours = new Set(bundles.flatMap(({ units }) => units));
  const theirs = bundles
    .flatMap(({ packages }) => packages)
    .flatMap((name) => distributionUnits[name] ?? []);
  return [...new Set(theirs)].filter((unit) => !ours.has(unit));
}

function maskings(wanted: Wanted, found: Survey): Difference['mask'] {
  const missing = missingPackages(wanted, found);
  const before = new Set(missing.flatMap((name) => distributionUnits[name] ?? []));
  const running = (unit: string) => found.units.get(unit) === 'active' || found.enabled.has(unit);
  return foreignUnits(wanted)
    .filter((unit) => before.has(unit) || running(unit))
    .map((unit) => ({ unit, before: before.has(unit) && !running(unit) }));
}

function garbage(files: readonly WantedFile[], { store, manifest }: Survey): string[] {
  const stores = [...files, ...(manifest?.files ?? [])].flatMap((file) => file.store ?? []);
  const kept = new Set(stores.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  return [...store].filter((name) => !kept.has(name));
}

function missingBlobs(files: readonly WantedFile[], { store }: Survey): WantedFile[] {
  const missing = new Map<string, WantedFile>();
  for (const file of files) {
    const name = file.store?.slice(file.store.lastIndexOf('/') + 1);
    if (name !== undefined && !store.has(name)) missing.set(name, file);
  }
  return [...missing.values()];
}

function isRecorded(wanted: Wanted, files: readonly WantedFile[], found: Survey): boolean {
  const { manifest, listsSha256 } = found;
  if (!manifest || manifest.generation.number !== wanted.generation.number) return false;
  if (manifest.generation.digest !== wanted.generation.digest) return false;
  const lists = listsOf(manifest);
  if (sha256(listNames.map((name) => lists[name]).join('')) !== listsSha256) return false;
  const digests = (all: Manifest['roles']) => all.map(({ role, digest }) => `${role} ${digest}`);
  const now = wanted.bundles.map((bundle) => `${bundle.role} ${bundleDigest(bundle)}`);
  const same = now.sort().join() === digests(manifest.roles).sort().join();
  return same && files.length === manifest.files.length;
}

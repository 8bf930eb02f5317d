/** The one way a bundle gets onto a host: over SSH, and from the node's own disk. */
import type { Generation, Host, Reason, RoleName, Wanted } from '@tricade/cluster';
import { reason } from '@tricade/cluster';
import { sections } from '../facts.ts';
import { type BlobStore, sendBlob } from './blobs.ts';
import {
  type Difference,
  difference,
  type FileChange,
  foreignUnits,
  isNothing,
  refuseGeneration,
} from './difference.ts';
import { manifestOf, type SecretSource, type WantedFiles, wantedFiles } from './files.ts';
import { applyScript, scriptStatus } from './script.ts';
import { type Survey, survey } from './survey.ts';

export { type BlobStore, packedBlobs } from './blobs.ts';
export type { FileChange } from './difference.ts';
export type { SecretSource } from './files.ts';

/** What is going on, for progress lines: a phase (`blob`, `packages`, `stage`, `check`, `swap`, `activate`, `start`, `verify`, …) and its subject. */
export interface InstallProgress {
  readonly node: string;
  readonly phase: string;
  readonly subject: string;
  /** Blobs: share sent, 0–1. */
  readonly share?: number;
}

export interface InstallOptions {
  readonly secrets: SecretSource;
  readonly blobs: BlobStore;
  readonly onProgress?: (progress: InstallProgress) => void;
}

export interface Installed {
  readonly outcome: 'installed';
  readonly generation: Generation;
  /** Nothing had to be done. */
  readonly unchanged: boolean;
  /** Roles whose files or settings changed. */
  readonly roles: readonly RoleName[];
  readonly files: readonly FileChange[];
  /** Debian packages that were fetched. */
  readonly packages: readonly string[];
  /** Units masked because Debian's packages would run them beside ours. */
  readonly masked: readonly string[];
}

/** Nothing was changed (but packages, where the check of a new role needed them): what ran runs on. */
export interface Refused {
  readonly outcome: 'refused';
  /** `older-generation`, `generation-taken`, `locked`, `packages-missing`, `check-failed`, `no-such-sysctl`, `not-staged`, …. */
  readonly why: Reason;
  /** What the failing step printed, secrets hidden. */
  readonly output: string;
}

/** The files are live, but not all of them came to life: the next install goes on from here; the last good state lies in `previous`. */
export interface Failed {
  readonly outcome: 'failed';
  /** `not-activated`, `unit-not-active`, `sysctl-not-taken`, …. */
  readonly why: Reason;
  readonly output: string;
}

export type InstallResult = Installed | Refused | Failed;

/**
 * Brings `host` to `wanted`: stage, check with the real programs, swap, activate, read back, write down. Two round trips; one where nothing is to be
 * done. Installing twice equals once; one that broke off is finished by the next. A refusal is a value; throws what the host throws (TRI-S001 … S007),
 * TRI-S012 for an unsound bundle, TRI-S013 for a blob that does not arrive.
 */
export async function install(
  host: Host,
  wanted: Wanted,
  options: InstallOptions,
): Promise<InstallResult> {
  const target = await wantedFiles(wanted, options.secrets);
  // Somebody else may install between survey and lock; then look again.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const found = await survey(host, question(wanted, target));
    const refusal = refuseGeneration(wanted.generation, found.manifest?.generation);
    if (refusal) return { outcome: 'refused', why: refusal, output: '' };
    const all = difference(wanted, target.files, found);
    if (isNothing(all)) return installed(wanted, all, true);
    await sendBlobs(host, all, options);
    const result = await apply(host, { wanted, target, found, all }, options);
    if (result) return result;
  }
  const why = reason('moved', `others keep installing on ${host.name}`);
  return { outcome: 'refused', why, output: '' };
}

interface Work {
  readonly wanted: Wanted;
  readonly target: WantedFiles;
  readonly found: Survey;
  readonly all: Difference;
}

function question(wanted: Wanted, { files }: WantedFiles) {
  return {
    packages: [...new Set(wanted.bundles.flatMap(({ packages }) => packages))],
    paths: files.map(({ path }) => path),
    units: [...wanted.bundles.flatMap(({ units }) => units), ...foreignUnits(wanted)],
    sysctls: wanted.bundles.flatMap(({ sysctls }) => Object.keys(sysctls)),
  };
}

async function sendBlobs(host: Host, all: Difference, options: InstallOptions): Promise<void> {
  const { blobs, onProgress } = options;
  for (const file of all.missingBlobs) {
    const { path: subject, store } = file;
    if (store === undefined) continue;
    const onBytes = (sent: number, of: number) =>
      onProgress?.({ node: host.name, phase: 'blob', subject, share: of === 0 ? 1 : sent / of });
    await sendBlob(host, { ...file, store }, { blobs, onBytes });
  }
}

/** undefined: somebody installed in between. */
async function apply(
  host: Host,
  { wanted, target, found, all }: Work,
  { onProgress }: InstallOptions,
): Promise<InstallResult | undefined> {
  const { script, stdin } = applyScript({
    all,
    files: target.files,
    checks: wanted.bundles.flatMap(({ role, checks }) =>
      checks.map((check) => ({ role, script: check })),
    ),
    units: wanted.bundles.flatMap(({ units }) => units),
    manifest: manifestOf(wanted, target.files),
    proof: found.manifestSha256,
    unfinished: found.unfinished.length > 0,
  });
  const onLine = (line: string) => {
    const [, phase, subject = ''] = /^@([a-z]+)(?: (.*))?$/.exec(line) ?? [];
    if (phase !== undefined) onProgress?.({ node: host.name, phase, subject });
  };
  const timeoutMs = all.missingPackages.length > 0 ? 900_000 : 300_000;
  const { code, stdout, stderr } = await host.run(script, { stdin, timeoutMs, onLine });
  if (code === scriptStatus.done) return installed(wanted, all, false);
  if (code === scriptStatus.moved) return undefined;
  const said = sections(stdout);
  const part = (name: string) => target.redact((said.get(name) ?? '').trim());
  if (code !== scriptStatus.refused && code !== scriptStatus.failed) {
    const why = reason('script-broke', `the install script exited with ${code}`);
    return { outcome: 'failed', why, output: target.redact(stderr.trim().slice(-4_000)) };
  }
  const why = reason(part('word'), part('text'));
  const outcome = code === scriptStatus.refused ? 'refused' : 'failed';
  // Every line is one blank to the right, so that none looks like a mark of ours.
  const output = target.redact((said.get('output') ?? '').replace(/^ /gm, '').trim());
  return { outcome, why, output };
}

function installed(wanted: Wanted, all: Difference, unchanged: boolean): Installed {
  return {
    outcome: 'installed',
    generation: wanted.generation,
    unchanged,
    roles: all.roles,
    files: all.files,
    packages: all.missingPackages,
    masked: all.mask.map(({ unit }) => unit),
  };
}

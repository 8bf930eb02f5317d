/** What the files of a node are to hold: texts, secrets fetched, links into the store. */
import type { Artifact, RoleName, SecretRef, Wanted } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { bundleDigest, sha256 } from '../digest.ts';
import { isPlainPath } from '../paths.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { storeFolder } from './manifest.ts';

/** The value behind a reference (`file:…`, `env:…`, `derived:…`). Throws where there is none; the value goes nowhere but into the file. */
export type SecretSource = (ref: SecretRef) => Promise<string | Uint8Array>;

export interface WantedFile extends ManifestFile {
  /** Left out for a blob. */
  readonly content?: Buffer;
  readonly blob?: { readonly sha256: string; readonly bytes: number };
}

export interface WantedFiles {
  readonly files: readonly WantedFile[];
  /** Hides the values of secrets in a text that goes to people. */
  readonly redact: (text: string) => string;
}

/** Resolves every file of `wanted`, each role's sysctl file included. Throws TRI-S012 for two roles that name one path, or a path that is not plain. */
export async function wantedFiles(wanted: Wanted, secrets: SecretSource): Promise<WantedFiles> {
  const hidden: string[] = [];
  const files: WantedFile[] = [];
  for (const bundle of wanted.bundles) {
    for (const artifact of [...bundle.files, ...sysctlFile(bundle.role, bundle.sysctls)]) {
      const file = await resolve(artifact, bundle.role, secrets);
      if ('secret' in artifact.content && file.content) hidden.push(...secretLines(file.content));
      files.push(file);
    }
  }
  refuseUnsound(files, wanted.node);
  const redact = (text: string) =>
    hidden.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
  return { files, redact };
}

/** What is written down once the files are live. */
export function manifestOf(wanted: Wanted, files: readonly ManifestFile[]): Manifest {
  return {
    format: 1,
    generation: wanted.generation,
    roles: wanted.bundles.map((bundle) => {
      const { files: _files, role, ...rest } = bundle;
      return { role, digest: bundleDigest(bundle), bundle: rest };
    }),
    files: files.map(({ path, role, mode, owner, sha256: digest, store }) => {
      const file = { path, role, mode, owner, sha256: digest };
      return store === undefined ? file : { ...file, store };
    }),
  };
}

export function sysctlFilePath(role: RoleName): string {
  return `/etc/sysctl.d/60-tricade-${role}.conf`;
}

function sysctlFile(role: RoleName, sysctls: Readonly<Record<string, string>>): Artifact[] {
  const keys = Object.keys(sysctls).sort();
  if (keys.length === 0) return [];
  const text = `${keys.map((key) => `${key} = ${sysctls[key]}`).join('\n')}\n`;
  return [{ path: sysctlFilePath(role), mode: 0o644, content: { text } }];
}

async function resolve(
  { path, mode, owner = 'root:root', content }: Artifact,
  role: RoleName,
  secrets: SecretSource,
): Promise<WantedFile> {
  if ('blob' in content) {
    const { blob } = content;
    // The extension stays: Node tells modules from scripts by it.
    const extension = /\.[a-z0-9]+$/.exec(path)?.[0] ?? '';
    const store = `${storeFolder}/${blob.sha256}${extension}`;
    return { path, role, mode, owner, sha256: blob.sha256, store, blob };
  }
  const bytes = Buffer.from(
    ('text' in content ? content.text : await secrets(content.secret)) as string,
  );
  return { path, role, mode, owner, sha256: sha256(bytes), content: bytes };
}

/** Short lines say nothing and would blacken every text. */
function secretLines(content: Buffer): string[] {
  return content
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= 8);
}

function refuseUnsound(files: readonly WantedFile[], node: string): void {
  const seen = new Map<string, RoleName>();
  for (const { path, role, owner } of files) {
    const other = seen.get(path);
    const fault =
      other !== undefined
        ? `${path} is a file of ${other} and of ${role}`
        : !isPlainPath(path) || /\s/.test(path)
          ? `${JSON.stringify(path)} of ${role} is no plain absolute path`
          : !/^[a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*$/.test(owner)
            ? `${path} of ${role} has the owner ${JSON.stringify(owner)}, which is not user:group`
            : undefined;
    if (fault !== undefined) throw new TricadeError('TRI-S012', fault, { node });
    seen.set(path, role);
  }
}

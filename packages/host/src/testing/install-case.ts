/** A machine in a folder and what the installer's own tests put on it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, RoleName, Wanted } from '@tricade/cluster';
import { sha256 } from '../digest.ts';
import { type InstallOptions, packedBlobs } from '../install/install.ts';
import { type SandboxHost, sandboxHost } from './sandbox-host.ts';

export interface BundleParts {
  readonly role?: RoleName;
  readonly word?: string;
  readonly checks?: readonly string[];
  readonly packages?: readonly string[];
}

export interface InstallCase {
  readonly host: SandboxHost;
  /** Holds the blobs, each named by its digest. */
  readonly folder: string;
  readonly program: { readonly sha256: string; readonly bytes: number };
  options(): InstallOptions;
  /** A role with a text, a secret, a blob and a unit. */
  bundle(parts?: BundleParts): Bundle;
  wanted(number: number, ...bundles: readonly Bundle[]): Wanted;
  /** Path of a file of the host on this machine. */
  at(path: string): string;
  /** Text of the proxy role's file. */
  conf(): string;
  /** What changed units and packages so far. */
  changing(): readonly string[];
  dispose(): void;
}

const secret = 'correct-horse-battery';

export function installCase(): InstallCase {
  const host = sandboxHost('n1');
  const folder = mkdtempSync(join(tmpdir(), 'tricade-install-'));
  const text = '#!/bin/sh\necho program one\n';
  const program = { sha256: sha256(text), bytes: text.length };
  writeFileSync(join(folder, program.sha256), text);
  const at = (path: string) => join(host.root, path);
  return {
    host,
    folder,
    program,
    options: () => ({
      secrets: async (ref) => `${ref} is ${secret}\n`,
      blobs: packedBlobs((digest) => join(folder, digest), join(folder, 'cache')),
    }),
    bundle: (parts = {}) => roleBundle(host.owner, program, parts),
    wanted: (number, ...bundles) => {
      const generation = { number, digest: sha256(`${number}`), ids: {}, hashKey: '00'.repeat(16) };
      return { node: 'n1', generation, bundles };
    },
    at,
    conf: () => readFileSync(at('/etc/tricade/proxy.conf'), 'utf8'),
    changing: () => host.calls().filter((call) => !/daemon-reload/.test(call)),
    dispose: () => {
      host.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function roleBundle(owner: string, blob: InstallCase['program'], parts: BundleParts): Bundle {
  const { role = 'proxy', word = 'one' } = parts;
  const conf = `/etc/tricade/${role}.conf`;
  return {
    role,
    packages: parts.packages ?? [],
    files: [
      { path: conf, mode: 0o644, owner, content: { text: `word ${word}\n` } },
      { path: `/etc/tricade/secret/${role}`, mode: 0o600, owner, content: { secret: 'env:KEY' } },
      { path: `/opt/tricade/${role}.sh`, mode: 0o755, owner, content: { blob } },
    ],
    sysctls: {},
    checks: parts.checks ?? [`grep -q word "$STAGE${conf}"`],
    units: [`tricade-${role}.service`],
    activate: [`systemctl reload tricade-${role}.service`],
    hitless: true,
  };
}

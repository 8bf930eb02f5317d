/** What is to be installed, and the one safe wave that comes next. Immutable; execution has no choices left. */

import type { Reason } from '../reason.ts';
import type { Generation, Name, SecretRef } from './intent.ts';

export type RoleName =
  | 'base'
  | 'router'
  | 'speaker'
  | 'director'
  | 'receiver'
  | 'proxy'
  | 'redis'
  | 'monitor';

/** Content of a file: text, a secret fetched when it is written (never shown), or a blob that travels by digest (program, runtime). */
export type Content =
  | { readonly text: string }
  | { readonly secret: SecretRef }
  | { readonly blob: { readonly sha256: string; readonly bytes: number } };

export interface Artifact {
  /** Absolute path on the host. Never a live file (those are `steer`'s). */
  readonly path: string;
  /** e.g. 0o644; secrets 0o600. */
  readonly mode: number;
  /** `user:group`, default root:root. */
  readonly owner?: string;
  readonly content: Content;
}

/** Role's files, and how they are judged and brought to life. Scripts are POSIX sh; `$STAGE` is the root under which staged files lie. */
export interface Bundle {
  readonly role: RoleName;
  /** Debian packages. */
  readonly packages: readonly string[];
  readonly files: readonly Artifact[];
  /** Keys set with `sysctl -p` from the role's own file and read back. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Run against the staged files with the real program; non-zero refuses the bundle, the old one stays live. */
  readonly checks: readonly string[];
  /** systemd units to be enabled and running after activation, in order of start. */
  readonly units: readonly string[];
  /** Brings the swapped files to life where a unit runs already; hitless (reload, not restart) where the driver can. */
  readonly activate: readonly string[];
  /** False: activating cuts flows, so the node must be empty first. */
  readonly hitless: boolean;
}

/** All that one node shall have. */
export interface Wanted {
  readonly node: Name;
  readonly generation: Generation;
  readonly bundles: readonly Bundle[];
}

export type Change = 'add' | 'change' | 'remove';

/** Install one node's bundles. */
export interface Step {
  readonly node: Name;
  readonly changes: readonly {
    readonly role: RoleName;
    readonly path: string;
    readonly change: Change;
  }[];
  /** Latch this node first and wait until it is empty. */
  readonly drainFirst: boolean;
  readonly why: Reason;
}

/** A node that is not in this wave, and why. */
export interface Wait {
  readonly node: Name;
  readonly why: Reason;
}

export interface Plan {
  readonly id: string;
  readonly generation: Generation;
  /** Steps of this wave may run in parallel. Empty and no waits: nothing to do. */
  readonly wave: readonly Step[];
  readonly waits: readonly Wait[];
  readonly findings: readonly Finding[];
}

/** A fault or warning in the input, with everything a person needs to mend it (`TRI-C…` cluster file, `TRI-T…` topology, `TRI-P…` plan). */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Place in the cluster file, 1-based; undefined where it has none. */
  readonly span?: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly length: number;
  };
  readonly message: string;
  /** Shown behind the marker, e.g. `first at 88:3`. */
  readonly note?: string;
  readonly effect: string;
  readonly fix: string;
}

/** Where a lab keeps its files and cgroups: all names follow from the lab's. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';

const defaultRoot = '/run/tricade-lab';

/** Root of all labs' states, mode 0700: `TRICADE_LAB_DIR`, or /run/tricade-lab. */
export function labRoot(): string {
  return process.env['TRICADE_LAB_DIR'] || defaultRoot;
}

/** Directory of one lab. Throws TRI-L004 for what is no name. */
export function labDirectory(lab: string): string {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(lab))
    throw new TricadeError('TRI-L004', `not a name of a lab: ${JSON.stringify(lab)}`);
  return join(labRoot(), lab);
}

/** Name of the cgroup above all labs of one root, so that labs of two roots never meet. */
export function labsCgroup(): string {
  const root = labRoot();
  if (root === defaultRoot) return 'tricade-lab';
  return `tricade-lab-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

/** Files of one lab. `keys` outlives the lab; `inner` is a tmpfs that only the lab's own mount namespace shows. */
export interface LabPaths {
  readonly root: string;
  /** The topology, and what else `up` was told. */
  readonly setup: string;
  /** There once all hosts have answered. */
  readonly ready: string;
  readonly keys: string;
  readonly console: string;
  readonly inner: string;
  /** The layer under all hosts, inside `inner`. */
  readonly base: string;
  /** See `pass-program.ts`; inside `inner`. */
  readonly passProgram: string;
  /** A bpffs, inside `inner`, for what ip(8) pins when it loads that program. */
  readonly bpf: string;
}

export function labPaths(lab: string): LabPaths {
  const root = labDirectory(lab);
  return {
    root,
    setup: join(root, 'setup.json'),
    ready: join(root, 'ready'),
    keys: join(root, 'keys'),
    console: join(root, 'console'),
    inner: join(root, 'inner'),
    base: join(root, 'inner/base'),
    passProgram: join(root, 'inner/pass.o'),
    bpf: join(root, 'inner/bpf'),
  };
}

/** Folders and scripts of one host, inside `inner`. */
export interface HostPaths {
  readonly upper: string;
  readonly work: string;
  readonly root: string;
  readonly bpf: string;
  readonly wire: string;
  readonly start: string;
  readonly supervise: string;
}

export function hostPaths(lab: string, host: string): HostPaths {
  const folder = join(labPaths(lab).inner, 'hosts', host);
  return {
    upper: join(folder, 'upper'),
    work: join(folder, 'work'),
    root: join(folder, 'root'),
    bpf: join(folder, 'bpf'),
    wire: join(folder, 'wire.sh'),
    start: join(folder, 'start.sh'),
    supervise: join(folder, 'supervise.sh'),
  };
}

/** Log of what a host (and nspawn on its behalf) writes on its console. Readable from outside the lab. */
export function consolePath(lab: string, host: string): string {
  return join(labPaths(lab).console, `${host}.log`);
}

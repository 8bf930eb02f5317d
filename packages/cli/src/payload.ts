/** Files that travel to hosts as they are, named by their digest: where they lie here. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type BpfPayload,
  type Cluster,
  needsBpf,
  type Payload,
  TricadeError,
} from '@tricade/cluster';

interface Packaged {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The rooms of `infra/packaging` that a checkout builds these files with. */
interface Packaging {
  readonly buildProgram: () => Promise<Packaged>;
  readonly runtimeFile: () => Packaged;
  readonly bpfFiles: () => Promise<BpfPackaged>;
}

type BpfPackaged = Readonly<Record<keyof BpfPayload, Packaged>>;

/** Names of the BPF files in the folder `bpf` beside a bundled program; `npm run bundle` puts them there. */
const bpfNames: Readonly<Record<keyof BpfPayload, string>> = {
  helper: 'tricade-bpf',
  director: 'director.o',
  proxy: 'proxy.o',
};

/** True where this is the one bundled file and not a checkout. */
const bundled: boolean = basename(fileURLToPath(import.meta.url)).endsWith('.mjs');

/**
 * Program and runtime, and the files of the BPF data plane where the cluster needs them: only then is a compiler needed in a checkout.
 * Throws TRI-D23 where those are not here.
 */
export async function payload(
  cluster?: Pick<Cluster, 'l4' | 'services'>,
): Promise<Payload & { readonly pathOf: (sha256: string) => string }> {
  const [program, runtime, bpf] = await Promise.all([
    programFile(),
    runtimeFile(),
    cluster !== undefined && needsBpf(cluster) ? bpfFiles() : undefined,
  ]);
  const files = [program, runtime, ...Object.values(bpf ?? {})];
  const paths = new Map(files.map((file) => [file.sha256, file.path]));
  return {
    program: plain(program),
    runtime: plain(runtime),
    ...(bpf === undefined
      ? {}
      : {
          bpf: {
            helper: plain(bpf.helper),
            director: plain(bpf.director),
            proxy: plain(bpf.proxy),
          },
        }),
    pathOf: (sha256) => {
      const path = paths.get(sha256);
      if (path === undefined) throw new RangeError(`no blob ${sha256} here`);
      return path;
    },
  };
}

function plain({ sha256, bytes }: Packaged): { sha256: string; bytes: number } {
  return { sha256, bytes };
}

/** From a checkout the packaging room builds them; a bundled program carries itself and the runtime that runs it. The path is made here so that no bundler follows it. */
async function packaging(): Promise<Packaging> {
  const parts = ['..', '..', '..', 'infra', 'packaging', 'bundle.ts'];
  return (await import(new URL(parts.join('/'), import.meta.url).href)) as Packaging;
}

async function programFile(): Promise<Packaged> {
  return bundled ? ownFile(fileURLToPath(import.meta.url)) : (await packaging()).buildProgram();
}

async function runtimeFile(): Promise<Packaged> {
  return bundled ? ownFile(process.execPath) : (await packaging()).runtimeFile();
}

async function bpfFiles(): Promise<BpfPackaged> {
  try {
    return bundled ? besideProgram() : await (await packaging()).bpfFiles();
  } catch (cause) {
    throw new TricadeError('TRI-D23', 'the files of the BPF data plane cannot be had', {
      hint: bundled
        ? 'keep the folder `bpf` of the release beside the program'
        : 'sh infra/setup/run.sh packages build',
      cause,
    });
  }
}

function besideProgram(): BpfPackaged {
  const folder = join(fileURLToPath(import.meta.url), '..', 'bpf');
  const at = (name: keyof BpfPayload) => ownFile(join(folder, bpfNames[name]));
  return { helper: at('helper'), director: at('director'), proxy: at('proxy') };
}

function ownFile(path: string): Packaged {
  const [sha256 = ''] = execFileSync('sha256sum', [path], { encoding: 'utf8' }).split(' ');
  return { path, sha256, bytes: readFileSync(path).length };
}

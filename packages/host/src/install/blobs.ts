/** Program and runtime: compressed once, sent once to each host, named by their digest there. */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { Host } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { quote } from '../shell.ts';
import type { WantedFile } from './files.ts';
import { storeFolder } from './manifest.ts';

const gzip = promisify(gzipCallback);

/** Where blobs come from, ready to be sent. */
export interface BlobStore {
  /** Compressed (gzip) bytes of the blob and how many they are. */
  open(sha256: string): Promise<{ bytes: number; stream: () => AsyncIterable<Uint8Array> }>;
}

/**
 * Blobs as files: `locate` names the file with this digest, or throws. Each is compressed once, into `cacheFolder` (default: one of this user's
 * under the temporary folder), and kept there; what arrives is checked by digest, so the cache needs no trust.
 */
export function packedBlobs(
  locate: (sha256: string) => string,
  cacheFolder: string = join(tmpdir(), `tricade-blobs-${process.getuid?.() ?? 0}`),
): BlobStore {
  const packing = new Map<string, Promise<string>>();
  const packed = (sha256: string): Promise<string> => {
    const known = packing.get(sha256) ?? pack(locate(sha256), join(cacheFolder, `${sha256}.gz`));
    packing.set(sha256, known);
    return known;
  };
  return {
    async open(sha256) {
      const path = await packed(sha256);
      const { size } = await stat(path);
      return { bytes: size, stream: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
    },
  };
}

/** Sends one blob into the store of a host, whole or not at all (TRI-S013). `onBytes` hears how many compressed bytes went out, and of how many. */
export async function sendBlob(
  host: Host,
  file: WantedFile & { readonly store: string },
  { blobs, onBytes }: { blobs: BlobStore; onBytes: (sent: number, of: number) => void },
): Promise<void> {
  const { bytes, stream } = await blobs.open(file.sha256);
  const name = file.store.slice(file.store.lastIndexOf('/') + 1);
  const script = `set -eu; export LC_ALL=C; umask 022
D="\${TRICADE_ROOT-}${storeFolder}"; mkdir -p -- "$D"; find "$D" -name '.*.part' -mmin +60 -delete; t="$D/.$$.part"; trap 'rm -f -- "$t"' EXIT
s="$(gzip -dc | tee -- "$t" | sha256sum)"; [ "\${s%% *}" = ${quote(file.sha256)} ] || exit 65
chmod ${file.mode.toString(8)} -- "$t"; sync -- "$t"; mv -fT -- "$t" "$D"/${quote(name)}; sync -- "$D"`;
  const stdin = counted(stream(), (sent) => onBytes(sent, bytes));
  const { code, stderr } = await host.run(script, { stdin, timeoutMs: 600_000 });
  if (code === 0) return;
  const why = code === 65 ? 'what arrived has another digest' : stderr.trim().split('\n').at(-1);
  const message = `${file.path} did not arrive whole on ${host.name}: ${why}`;
  throw new TricadeError('TRI-S013', message, { node: host.name });
}

async function* counted(
  stream: AsyncIterable<Uint8Array>,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const part of stream) {
    yield part;
    sent += part.length;
    onSent(sent);
  }
}

async function pack(from: string, to: string): Promise<string> {
  if (await stat(to).catch(() => undefined)) return to;
  await mkdir(join(to, '..'), { recursive: true, mode: 0o700 });
  const part = `${to}.${randomUUID()}.part`;
  try {
    await pipeline(gzipMembers(from), createWriteStream(part));
    const handle = await open(part);
    await handle.sync();
    await handle.close();
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
  return to;
}

const memberBytes = 4 << 20;
/** More would wait for Node's own four threads. */
const atOnce = 4;

/**
 * The file as gzip members one after the other (RFC 1952 §2.2), several of them made at once. Level 1: a tenth larger than the default, at two fifths of the
 * time.
 */
async function* gzipMembers(path: string): AsyncGenerator<Uint8Array> {
  const members: Promise<Uint8Array>[] = [];
  for await (const part of createReadStream(path, { highWaterMark: memberBytes })) {
    members.push(gzip(part as Uint8Array, { level: 1 }));
    if (members.length >= atOnce) yield (await members.shift()) as Uint8Array;
  }
  for (const member of members) yield await member;
}

/** SSH keys of labs: the operator's and one per host, made once and kept in the cache (0700). */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labCache } from './state.ts';

export interface KeyPair {
  /** OpenSSH private key, text. */
  readonly key: string;
  /** One line. */
  readonly publicKey: string;
  readonly path: string;
}

/** The key pair called `name`; ed25519, no passphrase. */
export async function keyPair(name: string): Promise<KeyPair> {
  const directory = join(labCache, 'keys');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  if (!existsSync(`${path}.pub`))
    await promisify(execFile)('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      name,
      '-f',
      path,
    ]);
  return { key: readFileSync(path, 'utf8'), publicKey: readFileSync(`${path}.pub`, 'utf8'), path };
}

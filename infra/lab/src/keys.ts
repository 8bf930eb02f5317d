/** SSH keys of a lab: the operator's and one per host, made once per lab and kept between its lives (they cost more than a host's boot). */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TricadeError } from '@tricade/cluster';
import { runCommand } from './command.ts';
import { type LabTopology, managementAddress } from './model.ts';
import { labPaths } from './paths.ts';

export interface KeyPair {
  /** OpenSSH private key, text. */
  readonly key: string;
  /** `ssh-ed25519 AAAA… name`, one line. */
  readonly publicKey: string;
  readonly path: string;
}

/** Key of the operator, in `keys` of the lab. */
export const operator = 'operator';

/** Name of a host's key in `keys` of the lab. */
export function hostKeyName(host: string): string {
  return `host-${host}`;
}

/** Makes the keys that are missing, and `known_hosts`: every host by name and management address. Throws TRI-L006 where ssh-keygen fails. */
export async function makeKeys(topology: LabTopology): Promise<void> {
  const lab = topology.name;
  mkdirSync(labPaths(lab).keys, { recursive: true, mode: 0o700 });
  const names = [operator, ...topology.hosts.map(({ name }) => hostKeyName(name))];
  await Promise.all(names.map((name) => make(keyPath(lab, name), name)));
  const lines = topology.hosts.map(({ name }, index) => {
    const [type, key] = keyPair(lab, hostKeyName(name)).publicKey.split(' ');
    return `${managementAddress(index)},${name} ${type} ${key}\n`;
  });
  writeFileSync(knownHostsPath(lab), lines.join(''), { mode: 0o600 });
}

/** A key pair that `makeKeys` has made: Ed25519, no passphrase. */
export function keyPair(lab: string, name: string): KeyPair {
  const path = keyPath(lab, name);
  const publicKey = readFileSync(`${path}.pub`, 'utf8').trim();
  return { key: readFileSync(path, 'utf8'), publicKey, path };
}

export function knownHostsPath(lab: string): string {
  return join(labPaths(lab).keys, 'known_hosts');
}

function keyPath(lab: string, name: string): string {
  return join(labPaths(lab).keys, name);
}

/** ssh-keygen writes the public file last: a pair that has it is whole. */
async function make(path: string, name: string): Promise<void> {
  if (existsSync(`${path}.pub`)) return;
  rmSync(path, { force: true });
  const argv = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path];
  const { code, stderr } = await runCommand(argv);
  if (code !== 0) throw new TricadeError('TRI-L006', `ssh-keygen failed: ${stderr.trim()}`);
}
